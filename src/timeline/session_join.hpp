// SPDX-License-Identifier: Apache-2.0
// Which trace sessions and stream sessions belong together. Nothing is stored for it: each question is answered from
// the spans and sessions there are, so a join is true at once, after a crash and after a change of either side.
//
// A trace session is joined to a stream session when a span of it names the stream session
// (`spanreel.stream_session.id`), or when its key is the stream session's id, the playback id of its recording or of a
// clip of it, or the id or playback id of its stream. A stream has many sessions: of those the ones count that overlap
// the trace session in time, or the nearest one when none does.
//
// Any thread; methods wait for the database.
#pragma once
#include <string>
#include <vector>

#include "live/scope.hpp"
#include "model/stream.hpp"
#include "model/stream_session.hpp"
#include "store/meta_store.hpp"
#include "trace/ledger.hpp"

namespace spanreel::timeline {

using TraceSession = trace::Ledger::SessionRowPtr;

/// Of either kind; more are left out.
inline constexpr std::size_t kMaxJoined = 100;

/// From begin to end on the wall clock, both included.
struct Extent {
    Time begin{};
    Time end{};

    bool overlaps(const Extent& other) const { return begin <= other.end && other.begin <= end; }
};
Extent extent_of(const store::SessionRow& session);
Extent extent_of(const store::TraceRow& trace);
/// One that is live has no end yet.
Extent extent_of(const StreamSession& session);

class SessionJoin {
  public:
    /// Both outlive this.
    SessionJoin(const trace::Ledger& ledger, store::MetaStore& meta) : ledger_(ledger), meta_(meta) {}

    /// In the order they began.
    Result<std::vector<StreamSession>> stream_sessions_of(const live::Scope& scope,
                                                          const store::SessionRow& session) const;
    Result<std::vector<TraceSession>> trace_sessions_of(const live::Scope& scope, const StreamSession& session) const;

    /// The traces whose spans a session's time line shows, in the order they began.
    Result<std::vector<store::TraceRow>> traces_of(const store::SessionRow& session) const;
    /// Those that name the stream session, also without a trace session, and those of its trace sessions; of a trace
    /// session with several stream sessions only what overlaps this one.
    Result<std::vector<store::TraceRow>> traces_of(const live::Scope& scope, const StreamSession& session) const;

  private:
    Result<std::vector<StreamSession>> named_by_key(const live::Scope& scope, const store::SessionRow& session) const;
    Result<std::vector<StreamSession>> sessions_during(const live::Scope& scope, const Stream& stream,
                                                       const Extent& extent) const;
    Result<std::vector<std::string>> keys_of(const live::Scope& scope, const StreamSession& session) const;
    Result<std::vector<TraceSession>> sessions_with_key(const live::Scope& scope, std::vector<std::string> keys) const;

    const trace::Ledger& ledger_;
    store::MetaStore& meta_;
};

}  // namespace spanreel::timeline
