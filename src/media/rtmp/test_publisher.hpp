// SPDX-License-Identifier: Apache-2.0
// For tests: the bytes a publisher sends. Each function returns a piece of the connection.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "media/rtmp/amf0.hpp"
#include "media/rtmp/handshake.hpp"
#include "media/rtmp/message.hpp"

namespace spanreel::media::rtmp::test {

inline std::string client_handshake() { return '\3' + std::string(2 * kHandshakeBlockBytes, 'c'); }

/// Basic header of one, two or three bytes, as the number needs.
inline std::string basic_header(unsigned format, std::uint32_t chunk_stream) {
    std::string out;
    ByteWriter writer(out);
    const auto high = static_cast<std::uint8_t>(format << 6);
    if (chunk_stream < 64) {
        writer.u8(static_cast<std::uint8_t>(high | chunk_stream));
    } else if (chunk_stream < 320) {
        writer.u8(high);
        writer.u8(static_cast<std::uint8_t>(chunk_stream - 64));
    } else {
        writer.u8(high | 1);
        writer.u16le(static_cast<std::uint16_t>(chunk_stream - 64));
    }
    return out;
}

struct Chunk {
    unsigned format = 0;
    std::uint32_t chunk_stream = 4;
    std::uint32_t timestamp = 0;  ///< absolute or delta; from 0xFFFFFF on in four bytes
    bool extended = false;        ///< format 3: repeat the four bytes
    MessageType type = MessageType::video;
    std::uint32_t stream_id = 1;
    std::uint32_t length = 0;  ///< of the message
    std::string payload{};     ///< of this chunk
};

inline std::string write(const Chunk& chunk) {
    std::string out = basic_header(chunk.format, chunk.chunk_stream);
    ByteWriter writer(out);
    const bool large = chunk.timestamp >= 0xFFFFFF;
    if (chunk.format < 3) writer.u24be(large ? 0xFFFFFF : chunk.timestamp);
    if (chunk.format < 2) {
        writer.u24be(chunk.length);
        writer.u8(static_cast<std::uint8_t>(chunk.type));
    }
    if (chunk.format == 0) writer.u32le(chunk.stream_id);
    if (chunk.format < 3 ? large : chunk.extended) writer.u32be(chunk.timestamp);
    return out + chunk.payload;
}

/// A whole message in chunks of `chunk_size`, its continuations with repeated extended timestamps.
inline std::string message(MessageType type, std::uint32_t timestamp, std::string_view body,
                           std::size_t chunk_size = 128, std::uint32_t chunk_stream = 4) {
    std::string out = write({.format = 0,
                             .chunk_stream = chunk_stream,
                             .timestamp = timestamp,
                             .type = type,
                             .length = static_cast<std::uint32_t>(body.size()),
                             .payload = std::string(body.substr(0, chunk_size))});
    for (std::size_t at = chunk_size; at < body.size(); at += chunk_size) {
        out += write({.format = 3,
                      .chunk_stream = chunk_stream,
                      .timestamp = timestamp,
                      .extended = timestamp >= 0xFFFFFF,
                      .payload = std::string(body.substr(at, chunk_size))});
    }
    return out;
}

inline std::string control(MessageType type, std::uint32_t value) {
    std::string body;
    ByteWriter(body).u32be(value);
    return message(type, 0, body, 128, 2);
}

inline std::string amf(const std::vector<AmfValue>& values) {
    std::string out;
    for (const AmfValue& value : values) write_amf0(value, out);
    return out;
}
inline AmfValue text(std::string_view value) { return {std::string(value)}; }

inline std::string command(std::string_view name, double transaction, std::vector<AmfValue> arguments = {}) {
    arguments.insert(arguments.begin(), {text(name), {transaction}});
    return message(MessageType::command_amf0, 0, amf(arguments), 128, 3);
}
inline std::string connect(std::string_view app) {
    return command("connect", 1, {{AmfObject{{"app", text(app)}, {"tcUrl", text("rtmp://host/live")}}}});
}
inline std::string publish(std::string_view name) {
    return command("publish", 5, {{AmfNull{}}, text(name), text("live")});
}
/// All up to the publish command, as ffmpeg orders it.
inline std::string opening(std::string_view app = "live", std::string_view name = "key") {
    return client_handshake() + connect(app) + command("releaseStream", 2, {{AmfNull{}}, text(name)}) +
           command("FCPublish", 3, {{AmfNull{}}, text(name)}) + command("createStream", 4, {{AmfNull{}}}) +
           publish(name);
}

/// 640x360 High, level 3.0, 4-byte NAL lengths; made with x264.
inline std::string avc_record() {
    constexpr std::uint8_t kRecord[] = {0x01, 0x64, 0x00, 0x1E, 0xFF, 0xE1, 0x00, 0x1A, 0x67, 0x64, 0x00, 0x1E,
                                        0xAC, 0xD9, 0x40, 0xA0, 0x2F, 0xF9, 0x70, 0x11, 0x00, 0x00, 0x03, 0x00,
                                        0x01, 0x00, 0x00, 0x03, 0x00, 0x3C, 0x0F, 0x16, 0x2D, 0x96, 0x01, 0x00,
                                        0x06, 0x68, 0xEB, 0xE3, 0xCB, 0x22, 0xC0, 0xFD, 0xF8, 0xF8, 0x00};
    return std::string(as_text(kRecord));
}
/// AAC-LC, 48 kHz, stereo.
inline std::string aac_config() { return "\x11\x90"; }

/// FLV video tag body; `offset` is the composition offset in milliseconds.
inline std::string video_tag(bool key, std::uint8_t packet_type, std::int32_t offset, std::string_view data) {
    std::string out;
    ByteWriter writer(out);
    writer.u8(key ? 0x17 : 0x27);
    writer.u8(packet_type);
    writer.u24be(static_cast<std::uint32_t>(offset) & 0xFFFFFF);
    writer.text(data);
    return out;
}
inline std::string video_config_tag() { return video_tag(true, 0, 0, avc_record()); }
/// One NAL unit of `size` bytes.
inline std::string frame(std::size_t size, char fill = 'f') {
    std::string out;
    ByteWriter(out).u32be(static_cast<std::uint32_t>(size));
    return out.append(size, fill);
}
inline std::string audio_tag(std::uint8_t packet_type, std::string_view data) {
    return std::string("\xAF") + static_cast<char>(packet_type) + std::string(data);
}
inline std::string audio_config_tag() { return audio_tag(0, aac_config()); }

}  // namespace spanreel::media::rtmp::test
