// SPDX-License-Identifier: Apache-2.0
// Where routes.hpp serves what: paths from the root of the server, for APIs that name them. Pure functions.
#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>

namespace spanreel::api::playback {

/// What a stream shows now.
inline std::string live_path(std::string_view playback_id) { return fmt::format("/hls/{}/index.m3u8", playback_id); }
/// What one session of a stream shows.
inline std::string session_path(std::string_view playback_id, std::string_view session_id) {
    return fmt::format("/hls/{}/{}/index.m3u8", playback_id, session_id);
}
/// All of an asset.
inline std::string recording_path(std::string_view playback_id) {
    return fmt::format("/recordings/{}/index.m3u8", playback_id);
}
inline std::string download_path(std::string_view playback_id) {
    return fmt::format("/recordings/{}/video.mp4", playback_id);
}

inline constexpr std::string_view kJpegName = "thumbnail.jpg";
inline constexpr std::string_view kPngName = "thumbnail.png";
inline constexpr std::string_view kTrackName = "thumbnails.vtt";
inline constexpr std::string_view kSpriteName = "sprite.jpg";

/// The latest picture of a stream, by one of the names above.
inline std::string live_picture_path(std::string_view playback_id, std::string_view name) {
    return fmt::format("/hls/{}/{}", playback_id, name);
}
/// The track of small pictures of an asset.
inline std::string thumbnails_path(std::string_view playback_id) {
    return fmt::format("/recordings/{}/{}", playback_id, kTrackName);
}

}  // namespace spanreel::api::playback
