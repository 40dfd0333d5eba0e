// SPDX-License-Identifier: Apache-2.0
#include "flv_source.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/files.hpp"
#include "media/rtmp/test_publisher.hpp"

namespace spanreel::bench {

namespace {

namespace rtmp = media::rtmp;

constexpr std::uint64_t kMaxFile = 1u << 30;
constexpr std::size_t kFileHeader = 9 + 4, kTagHeader = 11, kTagTrailer = 4;
constexpr std::uint8_t kAudio = 8, kVideo = 9, kScript = 18;
constexpr std::uint32_t kLongestTime = 0xFFFFFE;  // 4 h 39 min; beyond, a message would need four bytes more

struct Tag {
    std::uint8_t type = 0;
    std::uint32_t milliseconds = 0;
    std::string_view body;

    /// AVC sequence header or AAC AudioSpecificConfig.
    bool is_configuration() const { return type == kScript || (body.size() > 1 && body[1] == 0); }
    bool is_end_of_sequence() const { return type == kVideo && body.size() > 1 && body[1] == 2; }
};

MediaMessage encode(const Tag& tag) {
    std::string body;
    if (tag.type == kScript) rtmp::write_amf0(rtmp::test::text("@setDataFrame"), body);
    body += tag.body;
    std::uint32_t chunk_stream = tag.type == kVideo ? 6 : tag.type == kAudio ? 4 : 5;
    return {tag.milliseconds,
            rtmp::test::message(static_cast<rtmp::MessageType>(tag.type), 0, body, kChunkSize, chunk_stream)};
}

}  // namespace

FlvSource read_flv(const std::string& path) {
    auto file = read_file(posix_file_system(), path, kMaxFile);
    if (!file) throw std::runtime_error(file.error().message);
    FlvSource source;
    std::uint32_t last_picture = 0, frame = 33;
    ByteReader reader(as_bytes(*file).subspan(std::min(file->size(), kFileHeader)));
    while (reader.left() >= kTagHeader + kTagTrailer) {
        Tag tag;
        tag.type = reader.u8() & 0x1F;
        std::uint32_t size = reader.u24be();
        tag.milliseconds = reader.u24be();
        tag.milliseconds |= std::uint32_t{reader.u8()} << 24;
        reader.skip(3);
        tag.body = as_text(reader.take(size));
        reader.skip(kTagTrailer);
        if (!reader) throw std::runtime_error(path + " ends within a tag");
        if (tag.is_end_of_sequence()) continue;
        (tag.is_configuration() ? source.configuration : source.media).push_back(encode(tag));
        if (tag.type != kVideo || tag.is_configuration()) continue;
        if (tag.milliseconds > last_picture) frame = tag.milliseconds - last_picture;
        last_picture = tag.milliseconds;
    }
    if (source.media.empty()) throw std::runtime_error(path + " has no media");
    source.duration = std::max(last_picture + frame, source.media.back().milliseconds + 1);
    return source;
}

void append_at(std::string& out, const MediaMessage& message, std::uint32_t milliseconds) {
    if (milliseconds > kLongestTime) throw std::runtime_error("the media would become too long for this publisher");
    std::size_t start = out.size();
    out += message.chunks;
    for (unsigned i = 0; i < 3; ++i)  // the timestamp follows the one byte of the basic header
        out[start + 1 + i] = static_cast<char>(milliseconds >> (8 * (2 - i)));
}

}  // namespace spanreel::bench
