// SPDX-License-Identifier: Apache-2.0
// Which moment of some footage is meant. Pure functions.
#pragma once
#include <variant>

#include "base/error.hpp"
#include "live/playback.hpp"

namespace spanreel::live {

/// The newest key frame of what still grows; the beginning of what does not.
struct AnyMoment {};
/// Else a time since the beginning, or of the wall clock.
using Moment = std::variant<AnyMoment, Nanos, Time>;

/// Media time of a picture that is shown. `unprocessable` where there is none.
Result<media::mp4::MediaTime> moment_in(const Footage& footage, const Moment& moment);

}  // namespace spanreel::live
