// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/chunk_writer.hpp"

namespace spanreel::media::rtmp {

void ChunkWriter::write(std::string& out, std::uint8_t chunk_stream, MessageType type, std::uint32_t stream_id,
                        std::string_view body) const {
    ByteWriter writer(out);
    writer.u8(chunk_stream);
    writer.u24be(0);
    writer.u24be(static_cast<std::uint32_t>(body.size()));
    writer.u8(static_cast<std::uint8_t>(type));
    writer.u32le(stream_id);
    writer.text(body.substr(0, chunk_size_));
    for (std::size_t at = chunk_size_; at < body.size(); at += chunk_size_) {
        writer.u8(0xC0 | chunk_stream);
        writer.text(body.substr(at, chunk_size_));
    }
}

void ChunkWriter::write_control(std::string& out, MessageType type, std::uint32_t value) const {
    std::string body;
    ByteWriter(body).u32be(value);
    write(out, kControlChunkStream, type, 0, body);
}

void ChunkWriter::write_chunk_size(std::string& out, std::uint32_t size) {
    write_control(out, MessageType::set_chunk_size, size);
    chunk_size_ = size;
}

}  // namespace spanreel::media::rtmp
