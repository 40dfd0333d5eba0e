// SPDX-License-Identifier: Apache-2.0
// One broadcast of a stream, over all its connections (contract, livepeer 2.2 and 4). Times of the clock are Unix
// milliseconds; media times are ticks of kMediaTicksPerSecond on the session's one time line.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/names.hpp"
#include "model/stream.hpp"

namespace spanreel {

inline constexpr std::int64_t kMediaTicksPerSecond = 90'000;

enum class SessionState : std::uint8_t {
    live,     ///< a publisher delivers
    waiting,  ///< the publisher left and may return until `window_ends_at`
    ended,
};
template <>
inline constexpr std::array<std::string_view, 3> kNames<SessionState>{"live", "waiting", "ended"};

struct StreamSession {
    std::string id;         ///< UUID; also the id of its recording's asset
    std::string workspace;  ///< Workspace::id
    std::string project;
    std::string stream_id;    ///< the parent
    std::string playback_id;  ///< the stream's
    std::string name;         ///< `video+<playback_id>`

    bool record = false;         ///< copied from the stream when the session began
    std::string profiles;        ///< JSON array, copied
    std::string recording_spec;  ///< JSON object, copied; empty: not set

    SessionState state = SessionState::live;
    std::optional<UnixMillis> window_ends_at;  ///< while waiting
    std::optional<UnixMillis> ended_at;
    std::string media_directory;    ///< name in MediaStore; empty: no media was kept
    bool recorded = false;          ///< at least one segment is in the directory to stay
    std::int64_t media_length = 0;  ///< ticks from the first to the end of the last segment

    Health health = Health::unreported;
    std::vector<std::string> issues;  ///< shown only while the health is bad
    StreamStatistics statistics;

    UnixMillis created_at{};
    UnixMillis last_seen{};  ///< 0: never
    bool deleted = false;

    std::int64_t version = 0;  ///< counts writes; see MetaStore::update

    bool operator==(const StreamSession&) const = default;
};

}  // namespace spanreel
