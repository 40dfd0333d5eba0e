// SPDX-License-Identifier: Apache-2.0
// Joins the chunks of an RTMP connection to messages (Adobe RTMP 1.0, section 5.3). Owned by one session; copies
// each payload byte once, from the caller's buffer into the message. Bounded by limits.hpp.
//
// Extended timestamps: encoders repeat the four bytes in type 3 chunks (ffmpeg, librtmp, OBS) or leave them out (old
// Flash encoders). Inside a message they are taken for a timestamp when they equal the one in the message's header.
// A message that begins with a type 3 chunk right after a type 0 chunk advances by that chunk's timestamp, as the
// specification (5.3.1.2.4), ffmpeg and librtmp have it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "media/rtmp/limits.hpp"
#include "media/rtmp/message.hpp"

namespace spanreel::media::rtmp {

class ChunkReader {
  public:
    /// Takes bytes off the front of `input`. True: `message` is complete, call again for what is left. False: all
    /// input is used up. Errors are final: the stream cannot be followed any further.
    Result<bool> next(ByteView& input, Message& message);

    /// Set Chunk Size: `invalid` for 0, `too_large` above kMaxChunkSize.
    Result<void> set_chunk_size(std::uint32_t size);
    /// Abort Message: forgets what has arrived of the message under way on that chunk stream.
    void abort(std::uint32_t chunk_stream_id);
    /// From kMaxCommandBytes and kMaxPendingCommandBytes to what media needs.
    void allow_media() {
        max_message_bytes_ = kMaxMediaMessageBytes;
        max_pending_bytes_ = kMaxPendingMediaBytes;
    }
    /// Bytes announced for messages that are not complete.
    std::size_t pending_bytes() const { return pending_bytes_; }

  private:
    struct ChunkStream {
        std::uint32_t id = 0;
        std::uint32_t timestamp = 0;
        std::uint32_t timestamp_field = 0;  ///< absolute or delta, as the last header had it
        std::uint32_t length = 0;
        bool extended = false;   ///< timestamp_field came in four bytes
        bool under_way = false;  ///< a message has begun
        Message message;
    };
    struct Header {
        unsigned format = 0;
        std::uint32_t chunk_stream_id = 0;
        std::size_t size = 0;  ///< of the whole header
        std::optional<std::uint32_t> timestamp_field;
        std::uint32_t length = 0;
        std::uint8_t type = 0;
        std::uint32_t stream_id = 0;
        bool extended = false;
    };
    /// Basic header 3, message header 11, extended timestamp 4.
    static constexpr std::size_t kMaxHeaderBytes = 18;

    /// The header at the front; nothing when it is cut short.
    std::optional<Header> parse_header(ByteView bytes) const;
    /// Like next(), but leaves a header that is cut short in `input`.
    Result<bool> follow(ByteView& input, Message& message);
    Result<void> begin_chunk(const Header& header);
    Result<void> begin_message(ChunkStream& stream, const Header& header);
    void take_payload(ByteView& input);
    void hand_over(ChunkStream& stream, Message& message);
    const ChunkStream* find(std::uint32_t id) const;
    std::unexpected<Error> bad(Code code, std::string_view what) const;

    std::vector<ChunkStream> streams_;
    std::size_t current_ = 0;       ///< index of the chunk stream whose payload is being read
    std::size_t payload_left_ = 0;  ///< of the current chunk
    bool in_chunk_ = false;
    /// A header cut by the end of an input, with room for the bytes that complete it.
    std::array<std::uint8_t, 2 * kMaxHeaderBytes> carry_{};
    std::size_t carry_size_ = 0;
    std::size_t chunk_size_ = 128;
    std::size_t max_message_bytes_ = kMaxCommandBytes;
    std::size_t max_pending_bytes_ = kMaxPendingCommandBytes;
    std::size_t pending_bytes_ = 0;
    std::uint64_t offset_ = 0;  ///< of the next byte, counted from the first chunk
};

}  // namespace spanreel::media::rtmp
