// SPDX-License-Identifier: Apache-2.0
// What the index must say, worked out from the tape in the plainest way: every entry in order, no cache, nothing kept
// up to date in steps. Shares with the product only the decoders and the counting law of one trace, which has a
// reference of its own (tests/reference).
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/span_store.hpp"
#include "trace/derive.hpp"
#include "trace/operation.hpp"

namespace spanreel::crash {

struct ReferenceTrace {
    std::map<SpanId, SpanFacts> spans;  ///< the version of each that counts
    TraceRollup rollup;
    std::string session;  ///< id; empty: none
};

struct ReferenceSession {
    std::string workspace, project, external_id, title;
    std::vector<std::string> tags;  ///< declared
    bool declared = false;
};

class TapeReference {
  public:
    static Result<TapeReference> read(store::SpanStore& store);

    std::map<store::TraceKey, ReferenceTrace> traces;
    std::map<std::string, ReferenceSession> sessions;
    std::set<store::TraceKey> deleted;      ///< their spans are refused
    std::multiset<std::string> operations;  ///< encoded

  private:
    Result<void> take(const store::StoredEntry& entry);
    void apply(const trace::CreateSession& create);
    void apply(const trace::PatchSession& patch);
    void apply(const trace::DeleteSession& gone);
    void apply(const trace::SessionsMade& made);
    void end_group();
    std::string bind(const store::TraceKey& key, const ReferenceTrace& before, const TraceRollup& rollup);
    std::optional<std::string> holder(const std::string& workspace, const std::string& project,
                                      const std::string& external_id) const;

    std::map<store::TraceKey, std::vector<SpanFacts>> arrived_;  ///< in this group
    std::vector<trace::SessionsMade::Made> made_;                ///< by this group
};

}  // namespace spanreel::crash
