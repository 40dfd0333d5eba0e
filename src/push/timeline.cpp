// SPDX-License-Identifier: Apache-2.0
#include "push/timeline.hpp"

namespace spanreel::push {

void Timeline::begin_reading(Micros first_decoded, Micros first_shown) {
    const Micros shift = begun_ ? end_ - first_shown : -first_decoded;
    for (Lane& lane : lanes_) lane.shift = shift;
    begun_ = true;
}

void Timeline::place(Track track, AVPacket& data) {
    Lane& lane = lanes_[static_cast<std::size_t>(track)];
    const Micros dts = data.dts == AV_NOPTS_VALUE ? lane.end : dts_of(track, Micros(data.dts));
    const Micros pts = std::clamp(Micros(data.pts) + lane.shift, dts, dts + kLongestGap);
    const Micros duration = std::clamp(Micros(data.duration), Micros(0), kLongestGap);
    data.dts = dts.count();
    data.pts = pts.count();
    data.duration = duration.count();
    lane.last = dts;
    lane.end = dts + duration;
    newest_ = std::max(newest_, dts);
    end_ = std::max(end_, pts + duration);
}

Micros Timeline::dts_of(Track track, Micros time) {
    Lane& lane = lanes_[static_cast<std::size_t>(track)];
    const Lane& other = lanes_[1 - static_cast<std::size_t>(track)];
    // The track that meets a jump first goes on after all that came. The other one keeps its distance from it.
    if (is_jump(lane, time)) lane.shift = other.shift;
    if (is_jump(lane, time)) lane.shift = std::max(lane.end, newest_) - time;
    return std::max(time + lane.shift, lane.last);
}

bool Timeline::is_jump(const Lane& lane, Micros time) const {
    const Micros placed = time + lane.shift;
    return placed < lane.last - kLongestStepBack || placed > newest_ + kLongestGap;
}

}  // namespace spanreel::push
