// SPDX-License-Identifier: Apache-2.0
// The index of a recording: an append-only file of checksummed records, from which playlists, the virtual MP4 and
// clips are made without opening a segment. docs/format-recording.md holds its byte table. Pure functions.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

/// A segment was begun; its duration and size are not known yet.
struct SegmentOpened {
    SegmentInfo info;
    bool operator==(const SegmentOpened&) const = default;
};

using IndexRecord = std::variant<Init, SegmentOpened, Segment>;

/// Largest record accepted.
inline constexpr std::uint32_t kMaxIndexRecordBytes = 4 * 1024 * 1024;

/// The bytes a new index file begins with.
std::string index_header();
/// The bytes to append for a record.
std::string encode_index_record(const IndexRecord& record);

/// Reads records one at a time, so that a long recording need not be in memory at once.
class IndexReader {
  public:
    /// `bytes` must outlive the reader.
    explicit IndexReader(ByteView bytes) : bytes_(bytes) {}

    /// The next record; nothing at the end or at a torn tail (a record cut short, or a last one whose checksum
    /// fails). `corrupt` with the offset for a foreign header or a bad record that others follow.
    Result<std::optional<IndexRecord>> next();
    /// Where the last good record ended: cut the file here before appending.
    std::uint64_t valid_length() const { return valid_length_; }

  private:
    ByteView bytes_;
    std::uint64_t valid_length_ = 0;
};

/// A whole index in memory.
struct RecordingIndex {
    std::vector<Init> inits;
    std::vector<Segment> segments;
    std::optional<SegmentInfo> open;  ///< begun and not finished: its file may have to be rebuilt (rebuild_segment)
    std::uint64_t valid_length = 0;
    std::optional<Error> damage;  ///< why reading stopped before the end, if not a torn tail

    /// nullptr when the index never said what this init is.
    const Init* find_init(std::uint32_t number) const;
};

RecordingIndex read_index(ByteView bytes);

}  // namespace spanreel::media::mp4
