// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/tape_format.hpp"

#include "base/encoding.hpp"

namespace spanreel::store {

namespace {

constexpr std::string_view kHeaderMagic = "SPANTAPE";
constexpr std::string_view kTrailerMagic = "TAPE.END";
constexpr std::size_t kCrcStart = 8;  // within a block: length and crc themselves are not covered

void append_crc(std::string& out) {
    std::uint32_t crc = crc32c(as_bytes(out));
    ByteWriter(out).u32le(crc);
}

/// The bytes before a trailing CRC when that CRC is right.
std::optional<ByteView> without_crc(ByteView bytes) {
    if (bytes.size() < 4) return std::nullopt;
    ByteView body = bytes.first(bytes.size() - 4);
    if (ByteReader(bytes.subspan(body.size())).u32le() != crc32c(body)) return std::nullopt;
    return body;
}

}  // namespace

std::string encode_header(const TapeHeader& header) {
    std::string out;
    ByteWriter writer(out);
    writer.text(kHeaderMagic);
    writer.u16le(header.version);
    writer.u16le(kTapeHeaderSize);
    writer.u32le(0);
    writer.u32le(header.node);
    writer.u32le(header.epoch);
    writer.u64le(header.first_lsn);
    writer.u64le(static_cast<std::uint64_t>(header.created));
    writer.u32le(header.number);
    writer.zeros(kTapeHeaderSize - 4 - writer.size());
    append_crc(out);
    return out;
}

Result<TapeHeader> decode_header(ByteView bytes) {
    if (bytes.size() < kTapeHeaderSize) return fail(Code::corrupt, "the file is shorter than its header");
    auto body = without_crc(bytes.first(kTapeHeaderSize));
    if (!body) return fail(Code::corrupt, "the header's checksum is wrong");
    ByteReader reader(*body);
    if (as_text(reader.take(kHeaderMagic.size())) != kHeaderMagic) return fail(Code::corrupt, "not a tape file");
    TapeHeader header;
    header.version = reader.u16le();
    reader.skip(6);
    header.node = reader.u32le();
    header.epoch = reader.u32le();
    header.first_lsn = reader.u64le();
    header.created = static_cast<std::int64_t>(reader.u64le());
    header.number = reader.u32le();
    if (header.version > kTapeVersion)
        return fail(Code::unsupported,
                    fmt::format("tape version {} is newer than this program's {}", header.version, kTapeVersion));
    return header;
}

void append_block(std::string& out, BlockKind kind, Lsn lsn, std::uint32_t count, std::string_view payload) {
    std::size_t start = out.size();
    ByteWriter writer(out);
    writer.u32le(static_cast<std::uint32_t>(payload.size()));
    writer.u32le(0);
    writer.u64le(lsn);
    writer.u8(static_cast<std::uint8_t>(kind));
    writer.zeros(3);
    writer.u32le(count);
    writer.text(payload);
    std::uint32_t crc = crc32c(as_bytes(out).subspan(start + kCrcStart));
    for (unsigned i = 0; i < 4; ++i) out[start + 4 + i] = static_cast<char>(crc >> (8 * i));
}

std::optional<BlockHeader> decode_block_header(ByteView bytes) {
    ByteReader reader(bytes);
    BlockHeader header;
    header.length = reader.u32le();
    header.crc = reader.u32le();
    header.lsn = reader.u64le();
    std::uint8_t kind = reader.u8();
    reader.skip(3);
    header.count = reader.u32le();
    if (!reader || header.length == 0 || header.length > kMaxBlockPayload || header.lsn > kMaxLsn) return std::nullopt;
    if (kind < static_cast<std::uint8_t>(BlockKind::frame) || kind > static_cast<std::uint8_t>(BlockKind::log_frame))
        return std::nullopt;
    header.kind = static_cast<BlockKind>(kind);
    return header;
}

bool block_is_whole(const BlockHeader& header, ByteView block) {
    return block.size() == kBlockHeaderSize + header.length && crc32c(block.subspan(kCrcStart)) == header.crc;
}

std::string encode_commit(const CommitMark& mark) {
    std::string out;
    ByteWriter writer(out);
    writer.u64le(mark.group_offset);
    writer.u64le(static_cast<std::uint64_t>(mark.at));
    return out;
}

std::optional<CommitMark> decode_commit(ByteView payload) {
    ByteReader reader(payload);
    CommitMark mark;
    mark.group_offset = reader.u64le();
    mark.at = static_cast<std::int64_t>(reader.u64le());
    if (!reader) return std::nullopt;
    return mark;
}

std::string encode_footer(const TapeFooter& footer) {
    std::string out;
    ByteWriter writer(out);
    for (std::uint64_t value :
         {footer.first_lsn, footer.last_lsn, footer.spans, footer.frames, footer.operations,
          static_cast<std::uint64_t>(footer.first_commit), static_cast<std::uint64_t>(footer.last_commit)})
        writer.u64le(value);
    return out;
}

std::optional<TapeFooter> decode_footer(ByteView payload) {
    ByteReader reader(payload);
    TapeFooter footer;
    footer.first_lsn = reader.u64le();
    footer.last_lsn = reader.u64le();
    footer.spans = reader.u64le();
    footer.frames = reader.u64le();
    footer.operations = reader.u64le();
    footer.first_commit = static_cast<std::int64_t>(reader.u64le());
    footer.last_commit = static_cast<std::int64_t>(reader.u64le());
    if (!reader) return std::nullopt;
    return footer;
}

std::string encode_trailer(std::uint64_t footer_offset) {
    std::string out;
    ByteWriter writer(out);
    writer.u64le(footer_offset);
    writer.zeros(kTrailerSize - kTrailerMagic.size() - 4 - writer.size());
    writer.text(kTrailerMagic);
    append_crc(out);
    return out;
}

std::optional<std::uint64_t> decode_trailer(ByteView bytes) {
    auto body = without_crc(bytes);
    if (!body || body->size() != kTrailerSize - 4 || !as_text(*body).ends_with(kTrailerMagic)) return std::nullopt;
    return ByteReader(*body).u64le();
}

}  // namespace spanreel::store
