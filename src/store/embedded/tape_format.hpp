// SPDX-License-Identifier: Apache-2.0
// Bytes of a tape file: header, blocks, commit marks, footer and trailer (docs/format-tape.md has the tables).
// Little-endian. Pure functions over bytes that may be torn or damaged; any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

inline constexpr std::size_t kTapeHeaderSize = 64;
inline constexpr std::size_t kBlockHeaderSize = 24;
inline constexpr std::size_t kTrailerSize = 32;
/// A block that claims more is damaged, and a group that needs more, headers and commit mark included, is refused.
inline constexpr std::uint32_t kMaxBlockPayload = 256u * 1024 * 1024;
/// Positions beyond have never been given: 10^18 would last 30,000 years at a million a second.
inline constexpr Lsn kMaxLsn = 1'000'000'000'000'000'000;
inline constexpr std::uint16_t kTapeVersion = 1;

struct TapeHeader {
    std::uint16_t version = kTapeVersion;
    std::uint32_t node = 0;
    std::uint32_t epoch = 0;
    std::uint32_t number = 0;  ///< of the file, from 1
    Lsn first_lsn = 1;
    std::int64_t created = 0;  ///< Unix nanoseconds
};

std::string encode_header(const TapeHeader& header);
Result<TapeHeader> decode_header(ByteView bytes);

/// EntryKind and two kinds of the tape's own.
enum class BlockKind : std::uint8_t { frame = 1, operation = 2, commit = 3, footer = 4, log_frame = 5 };

struct BlockHeader {
    std::uint32_t length = 0;  ///< of the payload
    std::uint32_t crc = 0;     ///< CRC-32C of everything behind this field, payload included
    Lsn lsn = 0;
    BlockKind kind = BlockKind::frame;
    std::uint32_t count = 0;  ///< frame: spans; log frame: records; commit: blocks of the group
};

/// Appends header and payload.
void append_block(std::string& out, BlockKind kind, Lsn lsn, std::uint32_t count, std::string_view payload);
/// The fields, when they can be those of a block (known kind, bounded length); the payload is not looked at.
std::optional<BlockHeader> decode_block_header(ByteView bytes);
/// `block`: header and payload.
bool block_is_whole(const BlockHeader& header, ByteView block);

/// Payload of a commit mark: where its group begins in the file, and when it was written.
struct CommitMark {
    std::uint64_t group_offset = 0;
    std::int64_t at = 0;  ///< Unix nanoseconds
};
std::string encode_commit(const CommitMark& mark);
std::optional<CommitMark> decode_commit(ByteView payload);

/// What a closed file holds.
struct TapeFooter {
    Lsn first_lsn = 0;
    Lsn last_lsn = 0;
    std::uint64_t spans = 0;
    std::uint64_t frames = 0;
    std::uint64_t operations = 0;
    std::int64_t first_commit = 0;  ///< Unix nanoseconds
    std::int64_t last_commit = 0;

    /// Counts a block of an entry; log frames are frames without spans.
    void add(BlockKind kind, std::uint32_t count) {
        (kind == BlockKind::operation ? operations : frames) += 1;
        if (kind == BlockKind::frame) spans += count;
    }
};
std::string encode_footer(const TapeFooter& footer);
std::optional<TapeFooter> decode_footer(ByteView payload);

/// The last bytes of a closed file: where the footer block begins.
std::string encode_trailer(std::uint64_t footer_offset);
std::optional<std::uint64_t> decode_trailer(ByteView bytes);

}  // namespace spanreel::store
