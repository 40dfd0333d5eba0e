// SPDX-License-Identifier: Apache-2.0
// A trace session: what its traces add up to, what API calls declared, and how the two make what is shown (contract:
// semantics, trace sessions). Values; the ledger owns them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/rollup.hpp"
#include "store/span_store.hpp"

namespace spanreel::trace {

struct Billing {
    double input = 0, output = 0, total = 0;  ///< USD
};

struct TokenCounts {
    double prompt = 0, completion = 0, total = 0;
};

/// What an API call gives; absent fields are left alone. An empty text clears `project`, `title`, `client`, `repo`,
/// `kind`.
struct SessionFields {
    std::optional<std::string> external_id;
    std::optional<std::string> project;
    std::optional<double> duration;  ///< ms
    std::optional<std::vector<std::string>> contact_ids;
    std::optional<std::vector<std::string>> tags;
    std::optional<Billing> billing;
    std::optional<TokenCounts> usage;
    std::optional<double> traces_count;
    std::optional<Time> started_at;
    std::optional<Time> updated_at;
    std::optional<std::string> title;
    std::optional<std::string> client;
    std::optional<std::string> repo;
    std::optional<std::string> kind;

    bool empty() const;
};

/// Totals over the traces of a session: a function of the set of those traces alone.
struct ObservedTotals {
    std::int64_t traces = 0;
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    CostTotals cost;
    std::int64_t errors = 0;
    std::int64_t unpriced = 0;
    std::optional<Time> first_start;
    std::optional<Time> last_end;
    std::vector<Observed> users;  ///< by first, then span id, then value; at most kMaxDistinct
    std::vector<Observed> tags;
    Observed title, client, repo;  ///< the first non-empty one of its traces

    bool operator==(const ObservedTotals&) const = default;
};

/// Adds one trace.
void add(ObservedTotals& totals, const TraceRollup& trace);
/// Replaces one trace's share. False when a value that only this trace held shrank: the totals are then unchanged and
/// must be made anew from all traces.
[[nodiscard]] bool replace(ObservedTotals& totals, const TraceRollup& before, const TraceRollup& after);
/// Takes one trace's share away, under the same condition.
[[nodiscard]] bool remove(ObservedTotals& totals, const TraceRollup& trace);

/// A value given by an API call together with what was observed at that moment.
struct GivenCount {
    double given = 0;
    std::int64_t observed_then = 0;
};
struct GivenCost {
    Billing given;
    CostTotals observed_then;
};
struct GivenTokens {
    TokenCounts given;
    std::int64_t prompt_then = 0;
    std::int64_t completion_then = 0;
};
/// Shown as given until the observed extent is no longer this one.
template <class T>
struct GivenExtent {
    T given{};
    std::optional<Time> first_then;
    std::optional<Time> last_then;
};
struct GivenValues {
    std::vector<std::string> values;
    std::vector<std::string> masked;  ///< observed until then: no longer shown, sorted
};

struct SessionState {
    std::string id;
    std::string workspace;
    std::string project;
    std::string external_id;
    bool declared = false;  ///< an API call made or changed it: it stays when its last trace has gone
    Time created{};
    std::optional<Time> last_received;  ///< of a span that changed a trace
    ObservedTotals observed;

    std::optional<Time> written_at;  ///< of the last API write
    std::optional<Time> updated_given;
    std::optional<GivenExtent<double>> duration;
    std::optional<GivenExtent<Time>> started_at;
    std::optional<GivenCount> traces_count;
    std::optional<GivenCost> billing;
    std::optional<GivenTokens> usage;
    std::optional<GivenValues> contact_ids;
    std::optional<GivenValues> tags;
    std::optional<std::string> title, client, repo, kind;
};

/// Applies a create or patch at the moment `at`. `external_id` and `project` too: their uniqueness is the ledger's.
void apply(SessionState& state, const SessionFields& fields, Time at);

/// The one place that says what a session shows. The row's opaque state is the encoded SessionState.
store::SessionRow shown(const SessionState& state);

std::string encode_state(const SessionState& state);
/// `corrupt` when the bytes are not a state.
Result<SessionState> decode_state(const store::SessionRow& row);

}  // namespace spanreel::trace
