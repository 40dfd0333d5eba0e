// SPDX-License-Identifier: Apache-2.0
#include "live/moment.hpp"

#include <algorithm>

#include "media/picture/choice.hpp"

namespace spanreel::live {

using media::mp4::MediaTime;
using media::mp4::SegmentInfo;
using media::picture::kTolerance;

namespace {

Result<MediaTime> resolve(const Footage& footage, AnyMoment) {
    const auto& segments = footage.view->segments;
    if (footage.view->ended) return footage.shown.start;
    const auto newest = std::ranges::find_if(segments.rbegin(), segments.rend(), &SegmentInfo::independent);
    return newest == segments.rend() ? footage.shown.start : newest->start();
}

Result<MediaTime> resolve(const Footage& footage, Nanos since) {
    const auto& [start, end] = footage.shown;
    const Nanos first = start - footage.origin, last = end - footage.origin;
    if (since >= first && since <= last + kTolerance) return footage.origin + since;
    const auto seconds = [](Nanos time) { return std::chrono::duration<double>(time).count(); };
    return fail(Code::unprocessable, fmt::format("time lies outside of what is recorded, {:.3f} to {:.3f} seconds.",
                                                 seconds(first), seconds(last)));
}

Result<MediaTime> resolve(const Footage& footage, Time wall) {
    const SessionTimeline timeline{.segments = footage.view->segments};
    auto position = timeline.media_time_at(wall);
    // Callers' clocks count milliseconds: that in which the recording begins may be before its first anchor.
    if (!position.recorded) position = timeline.media_time_at(wall + Millis(1) - Nanos(1));
    const auto& [start, end] = footage.shown;
    if (position.recorded && position.media >= start && position.media < end) return position.media;
    return fail(Code::unprocessable, "Nothing was recorded at that moment.");
}

}  // namespace

Result<MediaTime> moment_in(const Footage& footage, const Moment& moment) {
    SPANREEL_TRY(const MediaTime resolved, std::visit([&](auto wanted) { return resolve(footage, wanted); }, moment));
    // The end itself still means the last picture, not what a clip holds beyond it.
    const auto& [start, end] = footage.shown;
    return std::clamp(resolved, start, std::max(start, end - kTolerance - Nanos(1)));
}

}  // namespace spanreel::live
