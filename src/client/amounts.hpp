// SPDX-License-Identifier: Apache-2.0
// Amounts as people write them. Pure functions; what is not finite is "-".
#pragma once
#include <optional>
#include <string>

#include "base/time.hpp"

namespace spanreel::client {

std::string count_text(double count);                             ///< 1,234,567
std::string money_text(double dollars);                           ///< $1.25, $0.000031
std::string bytes_text(double bytes);                             ///< 3.1 MB
std::string bit_rate_text(double bits_a_second);                  ///< 2.9 Mbit/s
std::string duration_text(std::chrono::duration<double> length);  ///< 850 ms, 12.5 s, 3m 20s, 2h 05m, 3d 04h
std::string age_text(Time then, Time now);                        ///< 20s ago, in 3m
std::string moment_text(Time then, Time now);                     ///< 2026-11-22 18:00:00Z (20s ago)

/// A length of time: 90, 90s, 1.5h, 1h30m, 2d, 1:02:03 (hours, minutes and seconds) or 2:03. Not negative.
Result<Nanos> duration_from(std::string_view text);
/// A day or time as from_day_or_time takes it, or a length of time before `now`.
Result<UnixMillis> moment_from(std::string_view text, Time now);

}  // namespace spanreel::client
