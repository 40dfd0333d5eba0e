// SPDX-License-Identifier: Apache-2.0
// Which samples a decoder needs to show the picture of a moment, by the sample tables of the segments around it. Pure
// functions but for what `load` does.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::media::picture {

/// A picture that begins up to this much after the moment asked for counts as begun: callers give milliseconds,
/// pictures do not begin at whole ones.
inline constexpr Nanos kTolerance = std::chrono::microseconds(500);
/// How far back a key frame, or any picture, is looked for: 64 segments last two minutes and more.
inline constexpr std::size_t kMaxSegments = 64;

/// A sample's place on the disk and on the screen.
struct CodedSample {
    std::uint64_t segment = 0;  ///< number
    std::uint64_t offset = 0;   ///< in the segment file
    std::uint32_t size = 0;
    std::int64_t shown = 0;  ///< ticks of the video's timescale
    bool operator==(const CodedSample&) const = default;
};

/// In decode order, from a key frame to the picture itself. There is always one.
struct CodedPicture {
    std::uint32_t init = 0;  ///< number of the configuration they were coded with
    std::vector<CodedSample> samples;

    std::int64_t wanted() const { return samples.back().shown; }
    mp4::MediaTime shown() const { return mp4::to_media_time(wanted(), kVideoTimescale); }
};

enum class Choice {
    exact,      ///< the last picture that has begun at the moment
    key_frame,  ///< the last key frame that has begun: decoded alone
};

/// The sample table of the segment at that place of `infos`.
using LoadSegment = std::function<Result<mp4::Segment>(std::size_t)>;

/// `infos` are consecutive. Before the first picture it is that one. `not_found` when there is no picture near the
/// moment, `too_large` when more would have to be decoded than is allowed.
Result<CodedPicture> find_picture(std::span<const mp4::SegmentInfo> infos, const LoadSegment& load,
                                  mp4::MediaTime moment, Choice choice);

}  // namespace spanreel::media::picture
