// SPDX-License-Identifier: Apache-2.0
// Packets of an invented publisher, for tests of the segmenter and of what reads its recordings. Pictures come 30 a
// second, in groups of 61 with two B-frames between references, sound at 48 kHz; each payload names its packet.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "media/mp4/segmenter.hpp"

namespace spanreel::media::mp4::testing {

inline constexpr std::int64_t kPictureTicks = 3000;
inline constexpr std::int64_t kFrameTicks = 1024;
inline constexpr std::int64_t kGroup = 61;
inline constexpr std::uint32_t kRate = 48'000;
inline const Time kEpoch = from_unix_millis(1'700'000'000'000);

inline TrackConfig video_config(std::string configuration = "avcC bytes") {
    return {.kind = TrackKind::video,
            .codec = Codec::h264,
            .configuration = std::move(configuration),
            .width = 640,
            .height = 360,
            .codec_string = "avc1.64001e"};
}

inline TrackConfig audio_config() {
    return {.kind = TrackKind::audio,
            .codec = Codec::aac,
            .configuration = "\x11\x90",  // AAC-LC, 48 kHz, stereo
            .timescale = kRate,
            .sample_rate = kRate,
            .channels = 2,
            .codec_string = "mp4a.40.2"};
}

/// Where a picture is shown within its group, by its place in decode order: I P B B P B B ...
inline std::int64_t display_index(std::int64_t decode_index) {
    if (decode_index == 0) return 0;
    const std::int64_t mini_group = (decode_index - 1) / 3 * 3;
    constexpr std::int64_t kOrder[] = {3, 1, 2};
    return mini_group + kOrder[(decode_index - 1) % 3];
}

inline Packet picture(std::int64_t index, Nanos origin, bool b_frames = true) {
    const std::int64_t in_group = index % kGroup;
    const std::int64_t shown = index - in_group + (b_frames ? display_index(in_group) + 1 : in_group);
    const std::int64_t base = to_ticks(origin, kVideoTimescale);
    return {.kind = TrackKind::video,
            .dts = base + index * kPictureTicks,
            .pts = base + shown * kPictureTicks,
            .key = in_group == 0,
            .payload = fmt::format("picture {} ", index) + std::string(static_cast<std::size_t>(20 + index % 7), 'v')};
}

inline Packet sound(std::int64_t index, Nanos origin) {
    const std::int64_t time = to_ticks(origin, kRate) + index * kFrameTicks;
    return {.kind = TrackKind::audio, .dts = time, .pts = time, .key = true, .payload = fmt::format("sound {}", index)};
}

struct StreamShape {
    double seconds = 10;
    bool video = true;
    bool audio = true;
    bool b_frames = true;
    Nanos origin = std::chrono::seconds(100);  ///< publisher's clock at the first decode time
};

/// In the order a publisher sends them.
inline std::vector<Packet> make_packets(const StreamShape& shape) {
    std::vector<Packet> packets;
    for (std::int64_t i = 0; shape.video && i < static_cast<std::int64_t>(shape.seconds * 30); ++i) {
        packets.push_back(picture(i, shape.origin, shape.b_frames));
    }
    for (std::int64_t i = 0; shape.audio && i * kFrameTicks < static_cast<std::int64_t>(shape.seconds * kRate); ++i) {
        packets.push_back(sound(i, shape.origin));
    }
    std::ranges::sort(packets, {}, [](const Packet& packet) {
        const bool video = packet.kind == TrackKind::video;
        return std::pair(to_media_time(packet.dts, video ? kVideoTimescale : kRate), !video);
    });
    return packets;
}

/// What a caller of the segmenter would have on disk.
struct Recorder {
    Segmenter segmenter;
    std::vector<Init> inits{};
    std::vector<Segment> segments{};
    std::vector<SegmentInfo> started{};
    std::vector<PartClosed> parts{};
    std::map<std::uint64_t, std::string> files{};

    void take(SegmenterEvents events) {
        for (SegmenterEvent& event : events) {
            if (auto* init = std::get_if<InitStarted>(&event)) inits.push_back(init->init);
            if (auto* start = std::get_if<SegmentStarted>(&event)) started.push_back(start->info);
            if (auto* part = std::get_if<PartClosed>(&event)) {
                files[part->segment] += part->bytes;
                parts.push_back(std::move(*part));
            }
            if (auto* closed = std::get_if<SegmentClosed>(&event)) segments.push_back(std::move(closed->segment));
        }
    }
    /// Packets arrive when they are due.
    void feed(const std::vector<Packet>& packets, Time start = kEpoch) {
        for (const Packet& packet : packets) {
            const std::uint32_t timescale = packet.kind == TrackKind::video ? kVideoTimescale : kRate;
            const Nanos since = to_media_time(packet.dts, timescale) - to_media_time(packets.front().dts, timescale);
            take(segmenter.push(packet, start + since));
        }
    }
    void connect(const StreamShape& shape) {
        take(segmenter.begin_connection());
        if (shape.video) segmenter.configure(video_config());
        if (shape.audio) segmenter.configure(audio_config());
        segmenter.announce(shape.video, shape.audio);
    }
    /// One whole connection.
    void record(const StreamShape& shape, Time start = kEpoch) {
        connect(shape);
        feed(make_packets(shape), start);
        take(segmenter.end_connection());
    }
    std::string read(const Extent& extent) const {
        return files.at(extent.segment).substr(extent.offset, extent.length);
    }
};

}  // namespace spanreel::media::mp4::testing
