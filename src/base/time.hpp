// SPDX-License-Identifier: Apache-2.0
// Points in time. All stored and shown times are UTC nanoseconds since the Unix epoch.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spanreel {

using Nanos = std::chrono::nanoseconds;
using Millis = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Nanos>;
/// For objects whose API counts milliseconds. Converts to Time by itself; std::chrono::floor<Millis> goes back.
using UnixMillis = std::chrono::sys_time<Millis>;

inline Time now() { return std::chrono::time_point_cast<Nanos>(std::chrono::system_clock::now()); }

inline std::int64_t to_unix_nanos(Time time) { return time.time_since_epoch().count(); }
/// Rounded down, also before 1970.
inline std::int64_t to_unix_millis(Time time) { return std::chrono::floor<Millis>(time).time_since_epoch().count(); }
inline Time from_unix_nanos(std::int64_t nanos) { return Time(Nanos(nanos)); }
/// Clamped to what 64-bit nanoseconds reach (1677 to 2262).
Time from_unix_millis(std::int64_t millis);

/// `2026-01-02T03:04:05.678Z`; what is below a millisecond is cut.
std::string to_iso_millis(Time time);
/// The same 24 characters, behind what is there.
void append_iso_millis(std::string& out, Time time);
/// `YYYY-MM-DDTHH:MM[:SS[.fraction]]` and a zone `Z`, `+hh:mm` or `+hhmm`. Anything else is `invalid`.
Result<Time> from_iso(std::string_view text);
/// As people write it: the same, UTC when it names no zone, or a day alone, which is its beginning.
Result<Time> from_day_or_time(std::string_view text);

}  // namespace spanreel
