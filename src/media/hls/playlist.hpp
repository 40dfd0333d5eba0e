// SPDX-License-Identifier: Apache-2.0
// HLS playlists (RFC 8216; draft-pantos-hls-rfc8216bis for what is newer) out of a recording's segments. URIs are
// the files' own names, so that a playlist is valid in the directory it is served from. Pure functions.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/mp4/recording.hpp"

namespace spanreel::media::hls {

enum class PlaylistKind : std::uint8_t {
    live,   ///< a window that slides: segments leave at the front
    event,  ///< segments are only added
    vod,    ///< complete
};

struct MediaPlaylist {
    PlaylistKind kind = PlaylistKind::live;
    std::span<const mp4::SegmentInfo> segments;  ///< consecutive
    /// Discontinuities of the segments that left the window and of segments.front(), whose tag is not written.
    std::uint64_t discontinuity_sequence = 0;
    /// What the playlist promises for its life (Segmenter::target_duration, or longest_target).
    std::chrono::seconds target_duration{1};
    bool ended = false;                        ///< EXT-X-ENDLIST; vod always has it
    std::optional<mp4::MediaTime> start_at{};  ///< EXT-X-START: where playback begins, on the media time line
    std::string uri_prefix{};                  ///< put before every URI
};

std::string media_playlist(const MediaPlaylist& playlist);

/// The longest duration in whole seconds, as EXT-X-TARGETDURATION counts; at least 1.
std::chrono::seconds longest_target(std::span<const mp4::SegmentInfo> segments);

/// Bits per second of segments.
struct Bandwidth {
    std::uint64_t peak = 0;
    std::uint64_t average = 0;
};
Bandwidth measure_bandwidth(std::span<const mp4::SegmentInfo> segments);

/// Pictures a second of a segment; 0 without video.
double frame_rate(const mp4::Segment& segment);

struct Variant {
    std::string uri;
    std::span<const TrackConfig> tracks;
    Bandwidth bandwidth;
    double frame_rate = 0;  ///< 0: not known
};

std::string multivariant_playlist(std::span<const Variant> variants);

}  // namespace spanreel::media::hls
