// SPDX-License-Identifier: Apache-2.0
// Time on a session's one media time line, and its exchange with the ticks of tracks. Pure functions.
#pragma once
#include <cstdint>

#include "base/time.hpp"

namespace spanreel::media::mp4 {

/// Time since the first picture (or sound, where there is no picture) of a session. It continues across reconnects:
/// the publisher's absence takes no media time. Nanoseconds are finer than any track's ticks, so ticks survive the
/// way to MediaTime and back.
using MediaTime = Nanos;

/// `ticks * to / from`, rounded to nearest (half away from zero). Neither timescale may be 0.
constexpr std::int64_t rescale(std::int64_t ticks, std::int64_t from, std::int64_t to) {
    // In two steps, so that years of ticks do not overflow 64 bits.
    const std::int64_t whole = ticks / from * to;
    const std::int64_t rest = ticks % from * to;
    return whole + (rest + (rest < 0 ? -from : from) / 2) / from;
}

constexpr MediaTime to_media_time(std::int64_t ticks, std::uint32_t timescale) {
    return MediaTime(rescale(ticks, timescale, 1'000'000'000));
}

constexpr std::int64_t to_ticks(MediaTime time, std::uint32_t timescale) {
    return rescale(time.count(), 1'000'000'000, timescale);
}

}  // namespace spanreel::media::mp4
