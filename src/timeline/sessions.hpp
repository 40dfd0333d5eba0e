// SPDX-License-Identifier: Apache-2.0
// Sessions of both kinds as one: the list of them, each with its counterparts, and its time line. Owned by who serves
// them; any thread, methods wait for the disk. What the scope may not see is `not_found`.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "live/recordings.hpp"
#include "timeline/session_join.hpp"
#include "timeline/timeline.hpp"
#include "trace/recorder.hpp"

namespace spanreel::timeline {

using Session = std::variant<TraceSession, Reel>;

/// Newest first.
struct SessionList {
    std::vector<Session> sessions;
    std::string next;  ///< names the page that follows; empty: this is the last
};

inline constexpr std::size_t kMaxListed = 200;

class Sessions {
  public:
    /// All outlive this.
    Sessions(const trace::Recorder& recorder, store::MetaStore& meta, live::Recordings& recordings)
        : recorder_(recorder), meta_(meta), recordings_(recordings), join_(recorder.ledger(), meta) {}

    /// `limit` is 1 to kMaxListed; `after` is a SessionList::next, or empty. `invalid` when it is neither.
    Result<SessionList> list(const live::Scope& scope, std::size_t limit, std::string_view after) const;
    Result<Session> find(const live::Scope& scope, const std::string& id) const;
    /// Counterparts of the other kind, in the order they began.
    Result<std::vector<Session>> joined(const live::Scope& scope, const Session& session) const;
    /// Whose spans its time line shows, in the order they began.
    Result<std::vector<store::TraceRow>> traces_of(const live::Scope& scope, const Session& session) const;
    /// `max_spans` is at most kMaxSpans.
    Result<Timeline> timeline(const live::Scope& scope, const Session& session, std::size_t max_spans) const;

  private:
    Result<Reel> reel_of(StreamSession session) const;
    Result<ReelTrack> track_of(Reel reel) const;
    Result<std::vector<ReelTrack>> tracks_of(const live::Scope& scope, const Session& session) const;
    Result<void> add_spans(const std::vector<store::TraceRow>& traces, std::size_t max, Timeline& timeline) const;

    const trace::Recorder& recorder_;
    store::MetaStore& meta_;
    live::Recordings& recordings_;
    SessionJoin join_;
};

}  // namespace spanreel::timeline
