// SPDX-License-Identifier: Apache-2.0
// Movie fragments: moof and mdat (ISO 14496-12 8.8). The writer is used by the segmenter and by clips; the reader
// takes its fragments back after a crash and trusts no byte. Pure functions.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

/// One track's run of samples in a fragment.
struct FragmentRun {
    TrackKind kind = TrackKind::video;
    std::int64_t decode_start = 0;  ///< as tfdt; what would be negative is stored as 0
    std::span<const Sample> samples;
};

/// moof and the header of an mdat; the payloads of the runs must follow in their order. A run may be empty.
/// The payloads of one fragment stay below 4 GiB.
std::string fragment_head(std::uint32_t sequence, std::span<const FragmentRun> runs);

/// The mfhd sequence number of a part: it grows within a recording, whoever wrote the parts before.
constexpr std::uint32_t fragment_sequence(std::uint64_t segment, std::uint32_t part) {
    return static_cast<std::uint32_t>(segment * 256 + (part < 255 ? part : 255) + 1);
}

/// What the front of a segment file holds.
struct Fragments {
    std::vector<SampleTable> tracks;
    std::vector<Part> parts;
    std::uint64_t complete_length = 0;  ///< where the last complete moof and mdat pair ends: cut the file here
    std::optional<Error> damage;        ///< set when the bytes after it are malformed, not merely cut short
};

/// Most samples read from one segment file: 10 s of 10,000 samples a second.
inline constexpr std::size_t kMaxSegmentSamples = 100'000;

Fragments read_fragments(ByteView segment, const Init& init);

/// The segment a crash left open, from what the index said when it was opened. `not_found` without a complete part.
Result<Segment> rebuild_segment(const SegmentInfo& opened, const Init& init, ByteView file);

}  // namespace spanreel::media::mp4
