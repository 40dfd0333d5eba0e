// SPDX-License-Identifier: Apache-2.0
// Work that makes an asset (contract, livepeer 2.4). Times of the clock are Unix milliseconds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/names.hpp"

namespace spanreel {

enum class TaskType : std::uint8_t { clip };
template <>
inline constexpr std::array<std::string_view, 1> kNames<TaskType>{"clip"};

enum class TaskPhase : std::uint8_t { pending, waiting, running, completed, failed, cancelled };
template <>
inline constexpr std::array<std::string_view, 6> kNames<TaskPhase>{"pending",   "waiting", "running",
                                                                   "completed", "failed",  "cancelled"};

/// What to cut, as asked.
struct ClipParams {
    std::string url;  ///< of the session's playlist
    std::string session_id;
    std::string stream_id;
    std::string playback_id;
    UnixMillis start_time{};
    std::optional<UnixMillis> end_time;  ///< absent: the newest recorded moment

    bool operator==(const ClipParams&) const = default;
};

struct Task {
    std::string id;         ///< UUID
    std::string workspace;  ///< Workspace::id
    std::string project;
    TaskType type = TaskType::clip;
    TaskPhase phase = TaskPhase::pending;
    std::optional<double> progress;  ///< 0 to 1, while running
    std::int64_t retries = 0;
    std::string error_message;  ///< when failed
    std::string input_asset_id;
    std::string output_asset_id;
    std::string requester_id;  ///< whom the limit of running clips counts
    ClipParams clip;
    std::string output;  ///< JSON object when completed; empty before

    UnixMillis created_at{};
    UnixMillis updated_at{};  ///< of the phase
    std::optional<UnixMillis> scheduled_at;

    std::int64_t version = 0;  ///< counts writes; see MetaStore::update

    bool operator==(const Task&) const = default;
};

}  // namespace spanreel
