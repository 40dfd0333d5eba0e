// SPDX-License-Identifier: Apache-2.0
// What there is to play: /playback.
#pragma once
#include "spanreel/livepeer/media.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

enum class PlaybackType { live, vod, recording };
constexpr auto enum_words(PlaybackType) { return std::to_array<std::string_view>({"live", "vod", "recording"}); }

/// What a source is, as one says it to people.
enum class SourceName { hls, mp4, webrtc, flv, thumbnail_jpeg, thumbnail_png, thumbnails };
constexpr auto enum_words(SourceName) {
    return std::to_array<std::string_view>(
        {"HLS (TS)", "MP4", "WebRTC (H264)", "FLV (H264)", "Thumbnail (JPEG)", "Thumbnail (PNG)", "Thumbnails"});
}

enum class SourceMimeType { hls, mp4, h264, flv, jpeg, png, vtt };
constexpr auto enum_words(SourceMimeType) {
    return std::to_array<std::string_view>({"html5/application/vnd.apple.mpegurl", "html5/video/mp4",
                                            "html5/video/h264", "video/x-flv", "image/jpeg", "image/png", "text/vtt"});
}

struct PlaybackSource {
    sdk::OpenEnum<SourceName> hrn;
    sdk::OpenEnum<SourceMimeType> type;
    std::string url;
    std::optional<double> size;     ///< bytes
    std::optional<double> width;    ///< pixels
    std::optional<double> height;   ///< pixels
    std::optional<double> bitrate;  ///< bits a second
};

/// The recording of what is live, or why there is none.
struct DvrPlayback {
    std::optional<sdk::OpenEnum<SourceName>> hrn;
    std::optional<sdk::OpenEnum<SourceMimeType>> type;
    std::optional<std::string> url;
    std::optional<std::string> error;
};

struct PlaybackMeta {
    std::optional<std::int64_t> live;  ///< 1 while somebody publishes, else 0
    std::optional<sdk::Nullable<PlaybackPolicy>> playback_policy;
    std::vector<PlaybackSource> source;
    std::optional<std::vector<DvrPlayback>> dvr_playback;
    std::optional<sdk::JsonText> attestation;
};

struct PlaybackInfo {
    sdk::OpenEnum<PlaybackType> type;
    PlaybackMeta meta;
};
std::string to_json(const PlaybackInfo& info);

struct PlaybackResponse : Answer {
    std::optional<PlaybackInfo> playback_info;
};
std::string to_json(const PlaybackResponse& response);

namespace detail {
sdk::Result<sdk::Prepared> prepare_playback_get(const Id& request);
sdk::Result<PlaybackResponse> read_playback_get(sdk::HttpResponse response);
}  // namespace detail

/// getPlaybackInfo: GET /playback/{id}; 200 with the sources. Takes the playback id of a stream or an asset, or the id
/// of a recorded session. `not_found` for a 404 in JSON; its texts are in Error::api_message, one a line.
inline constexpr sdk::Operation<Id, PlaybackResponse> playback_get{detail::prepare_playback_get,
                                                                   detail::read_playback_get};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
