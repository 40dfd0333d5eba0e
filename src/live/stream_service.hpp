// SPDX-License-Identifier: Apache-2.0
// Streams: making, changing and ending them (contract, livepeer 3.1, 4.4 and 6). Owned by the wiring; methods block
// and may be called by any thread but those of the media pool. Every method sees only what `scope` may see; anything
// else is `not_found`.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "live/clock.hpp"
#include "live/scope.hpp"
#include "model/stream.hpp"
#include "store/meta_store.hpp"

namespace spanreel::live {

class StreamSessions;

/// What a caller says about a new stream; JSON texts are well-formed and fit the schema already.
struct NewStream {
    std::string name;
    bool record = false;
    std::optional<std::string> creator_id;
    std::optional<std::string> profiles;         ///< JSON array; absent: the default ones
    std::optional<std::string> recording_spec;   ///< JSON object
    std::optional<std::string> user_tags;        ///< JSON object
    std::optional<std::string> playback_policy;  ///< JSON object of type public
};

/// Absent fields stay as they are.
struct StreamPatch {
    std::optional<std::string> name;
    std::optional<bool> record;
    std::optional<bool> suspended;
    std::optional<std::string> creator_id;
    std::optional<std::string> profiles;
    std::optional<std::string> recording_spec;
    std::optional<std::string> user_tags;
    std::optional<std::string> playback_policy;
};

/// A key that was terminated is refused for this long, and terminating again is too.
inline constexpr std::chrono::seconds kTerminationPause{5};

class StreamService {
  public:
    StreamService(store::MetaStore& store, StreamSessions& sessions, Clock clock = now);

    Result<Stream> create(const Scope& scope, NewStream wanted);
    Result<Stream> get(const Scope& scope, std::string_view id);
    Result<Stream> get_by_playback_id(const Scope& scope, std::string_view playback_id);
    Result<Stream> get_by_key(const Scope& scope, std::string_view stream_key);
    /// Suspending drops the publisher.
    Result<Stream> patch(const Scope& scope, std::string_view id, const StreamPatch& patch);
    /// Drops the publisher and ends its session; sessions, recordings and clips stay.
    Result<void> remove(const Scope& scope, std::string_view id);
    /// Drops the publisher, ends its session and refuses the key for kTerminationPause. `exhausted` when that was
    /// done within it.
    Result<void> terminate(const Scope& scope, std::string_view id);

  private:
    store::MetaStore& store_;
    StreamSessions& sessions_;
    Clock clock_;
};

}  // namespace spanreel::live
