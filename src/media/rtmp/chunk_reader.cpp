// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/chunk_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spanreel::media::rtmp {
namespace {

/// The 24-bit value that says "the timestamp follows in four bytes".
constexpr std::uint32_t kExtendedTimestamp = 0xFFFFFF;

}  // namespace

Result<bool> ChunkReader::next(ByteView& input, Message& message) {
    if (carry_size_ > 0) {
        const std::size_t borrowed = std::min(input.size(), kMaxHeaderBytes);
        std::copy_n(input.begin(), borrowed, carry_.begin() + static_cast<std::ptrdiff_t>(carry_size_));
        ByteView joined(carry_.data(), carry_size_ + borrowed);
        SPANREEL_TRY(const bool complete, follow(joined, message));
        if (joined.size() <= borrowed) {
            carry_size_ = 0;
            input = input.subspan(borrowed - joined.size());
        } else {
            // What is left begins in the carry: after a complete message it may hold more, and without one the
            // header needs all of the input, because more than kMaxHeaderBytes would have completed it.
            carry_size_ = joined.size() - (complete ? borrowed : 0);
            std::copy(joined.begin(), joined.end(), carry_.begin());
            if (!complete) input = {};
            return complete;
        }
        if (complete) return true;
    }
    SPANREEL_TRY(const bool complete, follow(input, message));
    if (complete) return true;
    std::ranges::copy(input, carry_.begin());
    carry_size_ = input.size();
    input = {};
    return false;
}

Result<bool> ChunkReader::follow(ByteView& input, Message& message) {
    while (true) {
        if (in_chunk_) {
            take_payload(input);
            if (payload_left_ > 0) return false;
            in_chunk_ = false;
            ChunkStream& stream = streams_[current_];
            if (stream.message.size() == stream.length) {
                hand_over(stream, message);
                return true;
            }
        }
        const std::optional<Header> header = parse_header(input);
        if (!header) return false;
        SPANREEL_CHECK(begin_chunk(*header));
        input = input.subspan(header->size);
        offset_ += header->size;
    }
}

std::optional<ChunkReader::Header> ChunkReader::parse_header(ByteView bytes) const {
    ByteReader reader(bytes);
    Header header;
    const std::uint8_t first = reader.u8();
    header.format = first >> 6;
    header.chunk_stream_id = first & 0x3FU;
    if (header.chunk_stream_id < 2) {
        const bool two_bytes = header.chunk_stream_id == 1;
        header.chunk_stream_id = 64U + reader.u8();
        if (two_bytes) header.chunk_stream_id += reader.u8() * 256U;
    }
    if (header.format < 3) {
        header.timestamp_field = reader.u24be();
        if (header.format < 2) {
            header.length = reader.u24be();
            header.type = reader.u8();
        }
        if (header.format == 0) header.stream_id = reader.u32le();
        header.extended = header.timestamp_field == kExtendedTimestamp;
        if (header.extended) header.timestamp_field = reader.u32be();
    } else if (const ChunkStream* stream = find(header.chunk_stream_id); stream != nullptr && stream->extended) {
        ByteReader ahead = reader;
        const std::uint32_t repeated = ahead.u32be();
        if (!ahead) return std::nullopt;
        header.extended = true;
        if (!stream->under_way) header.timestamp_field = repeated;
        if (!stream->under_way || repeated == stream->timestamp_field) reader = ahead;
    }
    if (!reader) return std::nullopt;
    header.size = reader.offset();
    return header;
}

Result<void> ChunkReader::begin_chunk(const Header& header) {
    const ChunkStream* known = find(header.chunk_stream_id);
    if (known == nullptr) {
        if (header.format > 1) return bad(Code::invalid, "chunk without a message header before it");
        if (streams_.size() == kMaxChunkStreams) return bad(Code::too_large, "too many chunk streams");
        streams_.push_back({.id = header.chunk_stream_id});
        known = &streams_.back();
    }
    current_ = static_cast<std::size_t>(known - streams_.data());
    ChunkStream& stream = streams_[current_];
    if (!stream.under_way) {
        SPANREEL_CHECK(begin_message(stream, header));
    } else if (header.format != 3) {
        return bad(Code::invalid, "new message inside another on the same chunk stream");
    }
    payload_left_ = std::min<std::size_t>(chunk_size_, stream.length - stream.message.size());
    in_chunk_ = true;
    return {};
}

Result<void> ChunkReader::begin_message(ChunkStream& stream, const Header& header) {
    if (header.timestamp_field) {
        stream.timestamp_field = *header.timestamp_field;
        stream.extended = header.extended;
    }
    stream.timestamp = header.format == 0 ? stream.timestamp_field : stream.timestamp + stream.timestamp_field;
    if (header.format < 2) {
        stream.length = header.length;
        stream.message.type = MessageType{header.type};
    }
    if (header.format == 0) stream.message.stream_id = header.stream_id;
    if (stream.length > max_message_bytes_) {
        return bad(Code::too_large, fmt::format("message of {} bytes, at most {}", stream.length, max_message_bytes_));
    }
    if (stream.length > max_pending_bytes_ - pending_bytes_) {
        return bad(Code::too_large, "too many messages under way");
    }
    pending_bytes_ += stream.length;
    stream.under_way = true;
    stream.message.timestamp = stream.timestamp;
    stream.message.head_size = 0;
    const std::size_t head = media_head_size(stream.message.type);
    if (stream.length > head) stream.message.body.reserve(stream.length - head);
    return {};
}

void ChunkReader::take_payload(ByteView& input) {
    ByteView part = input.first(std::min(input.size(), payload_left_));
    input = input.subspan(part.size());
    payload_left_ -= part.size();
    offset_ += part.size();
    Message& message = streams_[current_].message;
    const std::size_t head = std::min(part.size(), media_head_size(message.type) - message.head_size);
    std::copy_n(part.begin(), head, message.head.begin() + message.head_size);
    message.head_size = static_cast<std::uint8_t>(message.head_size + head);
    message.body.append(as_text(part.subspan(head)));
}

void ChunkReader::hand_over(ChunkStream& stream, Message& message) {
    // Swapped through a local: a plain move would leave the caller's old buffer with the stream, and 64 streams
    // could each keep a large one.
    std::string body;
    body.swap(stream.message.body);
    message.type = stream.message.type;
    message.timestamp = stream.message.timestamp;
    message.stream_id = stream.message.stream_id;
    message.head = stream.message.head;
    message.head_size = stream.message.head_size;
    message.body.swap(body);
    stream.under_way = false;
    pending_bytes_ -= stream.length;
}

Result<void> ChunkReader::set_chunk_size(std::uint32_t size) {
    if (size == 0) return bad(Code::invalid, "chunk size 0");
    if (size > kMaxChunkSize) {
        return bad(Code::too_large, fmt::format("chunk size {}, at most {}", size, kMaxChunkSize));
    }
    chunk_size_ = size;
    return {};
}

void ChunkReader::abort(std::uint32_t chunk_stream_id) {
    const ChunkStream* known = find(chunk_stream_id);
    if (known == nullptr || !known->under_way) return;
    ChunkStream& stream = streams_[static_cast<std::size_t>(known - streams_.data())];
    std::string().swap(stream.message.body);
    stream.under_way = false;
    pending_bytes_ -= stream.length;
}

const ChunkReader::ChunkStream* ChunkReader::find(std::uint32_t id) const {
    const auto found = std::ranges::find(streams_, id, &ChunkStream::id);
    return found == streams_.end() ? nullptr : &*found;
}

std::unexpected<Error> ChunkReader::bad(Code code, std::string_view what) const {
    return fail(code, fmt::format("RTMP chunks: {} at byte {}", what, offset_));
}

}  // namespace spanreel::media::rtmp
