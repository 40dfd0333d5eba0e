// SPDX-License-Identifier: Apache-2.0
// An FLV file (Adobe Flash Video File Format 10.1, annex E) as RTMP messages ready to send: chunked once, so that a
// publisher only writes the timestamp into each before it goes out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace spanreel::bench {

struct MediaMessage {
    std::uint32_t milliseconds = 0;  ///< from the start of the file
    std::string chunks;
};

struct FlvSource {
    std::vector<MediaMessage> configuration;  ///< metadata, codec configurations: sent once
    std::vector<MediaMessage> media;          ///< sent over and over
    std::uint32_t duration = 0;               ///< milliseconds after which the media repeat
};

inline constexpr std::uint32_t kChunkSize = 4096;

/// Throws std::runtime_error.
FlvSource read_flv(const std::string& path);
/// Appends the message with its time.
void append_at(std::string& out, const MediaMessage& message, std::uint32_t milliseconds);

}  // namespace spanreel::bench
