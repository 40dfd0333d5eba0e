// SPDX-License-Identifier: Apache-2.0
#include "live/identifiers.hpp"

#include "base/ids.hpp"

namespace spanreel::live {

std::string make_stream_key(std::string_view stream_id) {
    std::string key(stream_id.substr(0, 4));
    for (int group = 0; group < 3; ++group) key += '-' + make_base36(4);
    return key;
}

std::string make_playback_id(std::string_view owner_id) { return std::string(owner_id.substr(0, 4)) + make_base36(12); }

std::string session_name(std::string_view playback_id) { return "video+" + std::string(playback_id); }

std::string recording_name(UnixMillis session_created_at) {
    constexpr std::size_t kToTheMinute = std::string_view("2026-01-02T03:04").size();
    return "live-" + to_iso_millis(session_created_at).substr(0, kToTheMinute) + "Z";
}

std::string clip_name(std::string_view clip_playback_id) { return "clip-" + std::string(clip_playback_id); }

}  // namespace spanreel::live
