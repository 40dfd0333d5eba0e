// SPDX-License-Identifier: Apache-2.0
// Writes the server's own messages as chunks (Adobe RTMP 1.0, section 5.3.1), with timestamp 0. Owned by one session.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "media/rtmp/message.hpp"

namespace spanreel::media::rtmp {

/// Chunk streams of the server's messages: 2 is fixed for protocol control, the others are customary.
inline constexpr std::uint8_t kControlChunkStream = 2;
inline constexpr std::uint8_t kCommandChunkStream = 3;
inline constexpr std::uint8_t kStatusChunkStream = 5;

class ChunkWriter {
  public:
    /// Appends one message; `body` is shorter than 16 MiB, `chunk_stream` 2 to 63.
    void write(std::string& out, std::uint8_t chunk_stream, MessageType type, std::uint32_t stream_id,
               std::string_view body) const;
    /// A control message of one 32-bit number.
    void write_control(std::string& out, MessageType type, std::uint32_t value) const;
    /// Announces a chunk size to the other side and uses it from then on.
    void write_chunk_size(std::string& out, std::uint32_t size);

  private:
    std::size_t chunk_size_ = 128;
};

}  // namespace spanreel::media::rtmp
