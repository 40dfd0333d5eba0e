// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/run_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace spanreel::media::mp4 {
namespace {

/// A track that was silent for longer starts a new run: sample durations have 32 bits.
constexpr Nanos kLongestSilence = std::chrono::hours(1);

}  // namespace

void RunClock::start_track(const TrackConfig& track, std::uint32_t frame) {
    lane(track.kind) = {.timescale = track.timescale, .frame = frame};
}

bool RunClock::is_jump(const Packet& packet, std::uint32_t timescale, Nanos forward, Nanos back) const {
    const Lane& own = lanes_[static_cast<std::size_t>(packet.kind)];
    const MediaTime time = to_media_time(packet.dts + own.reordering, timescale) + shift_;
    if (newest_ && time - *newest_ > forward) return true;
    if (!own.last_dts || own.timescale != timescale) return newest_ && *newest_ - time > kLongestSilence;
    const MediaTime last = to_media_time(*own.last_dts, timescale);
    return last - time > back || time - last > kLongestSilence;
}

std::int64_t RunClock::next_dts(const Lane& own, std::int64_t dts) const {
    if (!own.last_dts) return dts;
    // Publishers round audio times to milliseconds, samples are counted: within half a frame the count is right.
    const std::int64_t counted = *own.last_dts + own.frame;
    if (own.frame != 0 && std::abs(dts - counted) <= own.frame / 2) return counted;
    return std::max(dts, *own.last_dts + 1);
}

TimedPacket RunClock::place(Packet packet) {
    Lane& own = lane(packet.kind);
    const std::int64_t shift = to_ticks(shift_, own.timescale);
    TimedPacket out{.packet = std::move(packet), .timescale = own.timescale};
    out.publisher = to_media_time(out.packet.pts, own.timescale);
    if (out.packet.kind == TrackKind::video && out.packet.key) {
        own.reordering = std::max<std::int64_t>(0, out.packet.pts - out.packet.dts);
    }
    out.packet.dts = next_dts(own, out.packet.dts + own.reordering + shift);
    out.packet.pts = out.packet.kind == TrackKind::audio ? out.packet.dts : out.packet.pts + shift;
    out.time = to_media_time(out.packet.dts, own.timescale);
    own.last_dts = out.packet.dts;
    newest_ = std::max(newest_.value_or(out.time), out.time);
    return out;
}

}  // namespace spanreel::media::mp4
