// SPDX-License-Identifier: Apache-2.0
// Clips by copy: which samples a stretch of media time needs, and the recording they become. A clip is a recording
// directory of its own (docs/format-recording.md) on its source's media time line; its presentation window is kept
// with the asset. Pure functions.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::media::cut {

/// A frame that begins up to this much before the asked start still counts as begun at it, likewise at the end:
/// callers give milliseconds, frames do not begin at whole ones.
inline constexpr Nanos kFrameTolerance = std::chrono::microseconds(500);

/// The samples of [start, end): from the key frame at or before start to the last one needed, in decode order.
struct Cut {
    /// What is shown: from the first frame with pts >= start to the end of the last frame with pts < end.
    mp4::Window window;
    /// Source segments with only the samples needed; chunk offsets are those in the source's files.
    /// VirtualMp4Builder(window) makes the clip's MP4 of them without copying anything.
    std::vector<mp4::Segment> segments;
};

/// `segments` are consecutive. The range is clamped to what is recorded; `unprocessable` when nothing of it is.
Result<Cut> cut_segments(std::span<const mp4::Segment> segments, mp4::MediaTime start, mp4::MediaTime end);

/// A segment file of a clip: `head`, then the source's `payload` ranges.
struct ClipSegment {
    mp4::Segment segment;
    std::string head;
    std::vector<mp4::Extent> payload;
};

struct Clip {
    mp4::Window window;                 ///< keep it with the asset: VirtualMp4Builder and the playlist need it
    std::vector<mp4::Init> inits;       ///< only those used, numbered from 0
    std::vector<ClipSegment> segments;  ///< numbered from 0
};

/// The recording directory to write. `inits` are the source's.
Result<Clip> plan_clip(const Cut& cut, std::span<const mp4::Init> inits);

}  // namespace spanreel::media::cut
