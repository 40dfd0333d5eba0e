// SPDX-License-Identifier: Apache-2.0
// Encoded audio and video between a publisher's protocol and the file writers. Plain data, no I/O.
#pragma once
#include <cstdint>
#include <string>

namespace spanreel::media {

enum class TrackKind : std::uint8_t { video, audio };
enum class Codec : std::uint8_t { h264, aac };

/// Ticks per second of video times. Audio counts in samples of its own rate.
inline constexpr std::uint32_t kVideoTimescale = 90'000;

/// What a decoder must know before the first packet. Two configurations are the same iff their bytes are.
struct TrackConfig {
    TrackKind kind = TrackKind::video;
    Codec codec = Codec::h264;
    std::string configuration;  ///< AVCDecoderConfigurationRecord (ISO 14496-15 5.3.3.1) or AudioSpecificConfig
                                ///< (14496-3 1.6.2.1)
    std::uint32_t timescale = kVideoTimescale;
    std::uint32_t width = 0;  ///< video, in pixels after cropping
    std::uint32_t height = 0;
    std::uint32_t sample_rate = 0;  ///< audio, Hz
    std::uint32_t channels = 0;
    std::string codec_string;  ///< RFC 6381: avc1.64001f, mp4a.40.2
    bool operator==(const TrackConfig&) const = default;
};

/// One access unit. Times are in the track's timescale on the publisher's own clock, unwrapped to 64 bits.
struct Packet {
    TrackKind kind = TrackKind::video;
    std::int64_t dts = 0;
    std::int64_t pts = 0;
    bool key = false;     ///< decodable without earlier packets; true for all audio
    std::string payload;  ///< H.264: NAL units with 4-byte lengths; AAC: one raw frame
};

}  // namespace spanreel::media
