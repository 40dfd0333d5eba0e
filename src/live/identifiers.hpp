// SPDX-License-Identifier: Apache-2.0
// The forms of Livepeer's identifiers and default names (contract, livepeer 1.4 and 2.3). Any thread.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace spanreel::live {

/// Four groups of four [0-9a-z], joined by `-`; the first is that of the stream's id.
std::string make_stream_key(std::string_view stream_id);
/// Sixteen [0-9a-z]; the first four are those of the owning object's id.
std::string make_playback_id(std::string_view owner_id);

/// `video+<playback id>`
std::string session_name(std::string_view playback_id);
/// `live-2026-11-21T23:46Z`
std::string recording_name(UnixMillis session_created_at);
/// `clip-<playback id>`
std::string clip_name(std::string_view clip_playback_id);

}  // namespace spanreel::live
