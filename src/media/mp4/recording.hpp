// SPDX-License-Identifier: Apache-2.0
// What a recording is made of: inits, segments and the one sample index that live playlists, the stored index, the
// virtual MP4 and clips all read. Plain data. docs/format-recording.md describes the files.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "media/mp4/media_time.hpp"
#include "media/packet.hpp"

namespace spanreel::media::mp4 {

/// Track ids of every file we write (ISO 14496-12 8.3.2).
constexpr std::uint32_t track_id(TrackKind kind) { return kind == TrackKind::video ? 1 : 2; }

/// What `init-<number>.mp4` says. Tracks are in track_id order, at most one of a kind.
struct Init {
    std::uint32_t number = 0;
    std::vector<TrackConfig> tracks;

    const TrackConfig* find(TrackKind kind) const;
    bool operator==(const Init&) const = default;
};

struct Sample {
    std::uint32_t duration = 0;  ///< ticks to the next sample's decode time
    std::uint32_t size = 0;      ///< bytes
    std::int32_t composition_offset = 0;
    bool key = false;
    bool operator==(const Sample&) const = default;
};

/// Samples that lie without a gap in the segment file.
struct Chunk {
    std::uint64_t offset = 0;
    std::uint32_t sample_count = 0;
    bool operator==(const Chunk&) const = default;
};

/// One track's samples of one segment, in decode order. Times are ticks of the session's media time line, so that a
/// sample is shown at decode time + composition_offset. A key frame that begins a segment is decoded when it is shown;
/// pictures that are shown before an earlier one in decode order have negative offsets.
struct SampleTable {
    TrackKind kind = TrackKind::video;
    std::uint32_t timescale = kVideoTimescale;
    std::int64_t decode_start = 0;
    std::vector<Sample> samples;
    std::vector<Chunk> chunks;  ///< their sample counts add up to samples.size()

    std::int64_t decode_end() const;
    /// First and one past the last tick shown; both decode_start when there is no sample.
    std::int64_t presentation_start() const;
    std::int64_t presentation_end() const;
    bool operator==(const SampleTable&) const = default;
};

/// Whether all times of a table can be converted without overflow: what foreign bytes must pass.
bool is_within_limits(const SampleTable& table);
/// Ticks a second of any track: AAC rates have at most 24 bits.
inline constexpr std::uint32_t kLargestTimescale = 0xff'ffff;

/// A pair of media time and wall clock; `publisher` is the publisher's own clock at the same moment.
struct Anchor {
    MediaTime media{};
    Time wall{};
    Nanos publisher{};
    bool operator==(const Anchor&) const = default;
};

/// One moof and mdat: what a live player can fetch before the segment is complete.
struct Part {
    std::uint64_t offset = 0;  ///< in the segment file
    std::uint64_t size = 0;
    Nanos duration{};
    bool independent = false;  ///< begins with a key frame
    bool operator==(const Part&) const = default;
};

/// What a playlist says about a segment.
struct SegmentInfo {
    std::uint64_t number = 0;
    std::uint32_t init = 0;
    bool discontinuity = false;  ///< timestamps or format do not continue those of the segment before
    bool independent = false;    ///< begins with a key frame, or has no video
    Anchor anchor;               ///< of the segment's start
    Nanos duration{};            ///< to the start of the next segment
    std::uint64_t size = 0;      ///< bytes of the file

    MediaTime start() const { return anchor.media; }
    MediaTime end() const { return anchor.media + duration; }
    bool operator==(const SegmentInfo&) const = default;
};

/// A finished segment.
struct Segment {
    SegmentInfo info;
    std::vector<Part> parts;
    std::vector<SampleTable> tracks;  ///< only tracks that have samples; in track_id order

    const SampleTable* find(TrackKind kind) const;
    bool operator==(const Segment&) const = default;
};

/// What of a recording is asked for: [start, end).
struct Window {
    MediaTime start{};
    MediaTime end{};
    bool operator==(const Window&) const = default;
};

/// A byte range of a segment file.
struct Extent {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const Extent&) const = default;
};

/// `init-0.mp4`
std::string init_name(std::uint32_t number);
/// `000012.m4s`
std::string segment_name(std::uint64_t number);
/// `000012.m4s.open`: the segment being written, renamed to segment_name when it is complete.
std::string open_segment_name(std::uint64_t number);
inline constexpr char kIndexName[] = "index";

}  // namespace spanreel::media::mp4
