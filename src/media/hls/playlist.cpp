// SPDX-License-Identifier: Apache-2.0
#include "media/hls/playlist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace spanreel::media::hls {
namespace {

using std::chrono::duration;

/// EXT-X-MAP without EXT-X-I-FRAMES-ONLY needs version 6, fMP4 7 (RFC 8216 section 7).
constexpr int kVersion = 7;

double seconds(Nanos time) { return duration<double>(time).count(); }

/// EXTINF is rounded to the nearest second before it is compared with the target (RFC 8216 4.3.3.1).
std::int64_t rounded_seconds(Nanos time) {
    return std::chrono::floor<std::chrono::seconds>(time + std::chrono::milliseconds(500)).count();
}

/// Players round fragment times differently: playback starts this far inside the first frame, never before it.
constexpr Nanos kInsideFrame = std::chrono::milliseconds(1);

class Writer {
  public:
    template <class... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
        text_ += '\n';
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

void write_header(Writer& out, const MediaPlaylist& playlist) {
    out.line("#EXTM3U");
    out.line("#EXT-X-VERSION:{}", kVersion);
    out.line("#EXT-X-TARGETDURATION:{}", playlist.target_duration.count());            // 4.3.3.1
    if (playlist.kind == PlaylistKind::event) out.line("#EXT-X-PLAYLIST-TYPE:EVENT");  // 4.3.3.5
    if (playlist.kind == PlaylistKind::vod) out.line("#EXT-X-PLAYLIST-TYPE:VOD");
    if (std::ranges::all_of(playlist.segments, &mp4::SegmentInfo::independent)) {
        out.line("#EXT-X-INDEPENDENT-SEGMENTS");  // 4.3.5.1
    }
    const std::uint64_t sequence = playlist.segments.empty() ? 0 : playlist.segments.front().number;
    out.line("#EXT-X-MEDIA-SEQUENCE:{}", sequence);  // 4.3.3.2
    if (playlist.kind == PlaylistKind::live) {
        out.line("#EXT-X-DISCONTINUITY-SEQUENCE:{}", playlist.discontinuity_sequence);  // 4.3.3.3
    }
    if (playlist.start_at && !playlist.segments.empty()) {  // 4.3.5.2
        const Nanos offset = *playlist.start_at - playlist.segments.front().start() + kInsideFrame;
        out.line("#EXT-X-START:TIME-OFFSET={:.6f},PRECISE=YES", seconds(std::max(Nanos(0), offset)));
    }
}

}  // namespace

std::string media_playlist(const MediaPlaylist& playlist) {
    Writer out;
    write_header(out, playlist);
    const mp4::SegmentInfo* before = nullptr;
    for (const mp4::SegmentInfo& segment : playlist.segments) {
        // The first segment's own discontinuity left the window together with the segment before it: it is counted
        // in EXT-X-DISCONTINUITY-SEQUENCE (RFC 8216 6.2.2).
        if (before && segment.discontinuity) out.line("#EXT-X-DISCONTINUITY");  // 4.3.2.3
        if (!before || segment.init != before->init) {
            out.line("#EXT-X-MAP:URI=\"{}{}\"", playlist.uri_prefix, mp4::init_name(segment.init));  // 4.3.2.5
        }
        if (!before || segment.discontinuity) {
            out.line("#EXT-X-PROGRAM-DATE-TIME:{}", to_iso_millis(segment.anchor.wall));  // 4.3.2.6
        }
        out.line("#EXTINF:{:.6f},", seconds(segment.duration));  // 4.3.2.1
        out.line("{}{}", playlist.uri_prefix, mp4::segment_name(segment.number));
        before = &segment;
    }
    if (playlist.ended || playlist.kind == PlaylistKind::vod) out.line("#EXT-X-ENDLIST");  // 4.3.3.4
    return out.take();
}

std::chrono::seconds longest_target(std::span<const mp4::SegmentInfo> segments) {
    std::int64_t longest = 1;
    for (const mp4::SegmentInfo& segment : segments) longest = std::max(longest, rounded_seconds(segment.duration));
    return std::chrono::seconds(longest);
}

/// The peak is that of any stretch at least half a target long (RFC 8216 4.3.4.2).
Bandwidth measure_bandwidth(std::span<const mp4::SegmentInfo> segments) {
    const Nanos shortest = longest_target(segments) / 2;
    double peak = 0;
    std::uint64_t total_bytes = 0;
    Nanos total{};
    std::uint64_t bytes = 0;
    Nanos length{};
    for (const mp4::SegmentInfo& segment : segments) {
        total_bytes += segment.size;
        total += segment.duration;
        bytes += segment.size;
        length += segment.duration;
        if (length < shortest || length == Nanos(0)) continue;
        peak = std::max(peak, static_cast<double>(bytes) * 8 / seconds(length));
        bytes = 0;
        length = {};
    }
    if (total == Nanos(0)) return {};
    const double average = static_cast<double>(total_bytes) * 8 / seconds(total);
    return {.peak = static_cast<std::uint64_t>(std::ceil(std::max(peak, average))),
            .average = static_cast<std::uint64_t>(std::ceil(average))};
}

double frame_rate(const mp4::Segment& segment) {
    const mp4::SampleTable* video = segment.find(TrackKind::video);
    if (!video || video->decode_end() <= video->decode_start) return 0;
    const auto ticks = static_cast<double>(video->decode_end() - video->decode_start);
    return static_cast<double>(video->samples.size()) * video->timescale / ticks;
}

std::string multivariant_playlist(std::span<const Variant> variants) {
    Writer out;
    out.line("#EXTM3U");
    out.line("#EXT-X-VERSION:{}", kVersion);
    for (const Variant& variant : variants) {
        std::string attributes = fmt::format("BANDWIDTH={}", std::max<std::uint64_t>(1, variant.bandwidth.peak));
        if (variant.bandwidth.average > 0)
            attributes += fmt::format(",AVERAGE-BANDWIDTH={}", variant.bandwidth.average);
        std::string codecs;
        for (const TrackConfig& track : variant.tracks) {
            if (!codecs.empty()) codecs += ',';
            codecs += track.codec_string;
        }
        attributes += fmt::format(",CODECS=\"{}\"", codecs);
        for (const TrackConfig& track : variant.tracks) {
            if (track.kind != TrackKind::video || track.width == 0) continue;
            attributes += fmt::format(",RESOLUTION={}x{}", track.width, track.height);
        }
        if (variant.frame_rate > 0) attributes += fmt::format(",FRAME-RATE={:.3f}", variant.frame_rate);
        out.line("#EXT-X-STREAM-INF:{}", attributes);  // RFC 8216 4.3.4.2
        out.line("{}", variant.uri);
    }
    return out.take();
}

}  // namespace spanreel::media::hls
