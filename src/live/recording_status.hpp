// SPDX-License-Identifier: Apache-2.0
// The recordingStatus of a session, computed when it is read (contract, livepeer 4.3). Pure function. The store's
// filter of that name follows the same table.
#pragma once
#include <cstdint>

#include "model/asset.hpp"
#include "model/names.hpp"
#include "model/stream_session.hpp"

namespace spanreel {

namespace live {
enum class RecordingStatus : std::uint8_t { waiting, ready, failed, deleted, none };

/// A recorded session without an asset is waited for this long after its last activity.
inline constexpr std::chrono::hours kRecordingWait{3};

/// Of a session with `record`; `asset` (also a deleted one) is null when there is none.
RecordingStatus recording_status(const StreamSession& session, const Asset* asset, UnixMillis now);
}  // namespace live

template <>
inline constexpr std::array<std::string_view, 5> kNames<live::RecordingStatus>{"waiting", "ready", "failed", "deleted",
                                                                               "none"};

}  // namespace spanreel
