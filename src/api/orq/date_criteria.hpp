// SPDX-License-Identifier: Apache-2.0
// What the date variant of a query filter means at a moment (contract: orq, sections 2.7 and 6; semantics: all in UTC,
// a week starts on Monday, a month is the calendar month). Pure; any thread.
#pragma once
#include <optional>
#include <string_view>

#include "api/json/json_members.hpp"
#include "base/time.hpp"
#include "store/session_query.hpp"

namespace spanreel::api::orq {

/// Larger counts of units are refused.
inline constexpr std::int64_t kMaxRelativeUnits = 1'000'000;

/// The dates that `value` asks for with one of the operators `is`, `is_before`, `is_on_or_before`, `is_between`,
/// `is_relative_today` and `is_relative_time`, in Unix milliseconds. None when its criteria choose nothing yet, as a
/// form that is half filled in sends it: no restriction then (`is_relative_today` chooses today by itself). What cannot
/// be read is refused on `value`.
std::optional<store::Filter::Range> date_range(std::string_view word, const JsonMembers& value, Time now);

}  // namespace spanreel::api::orq
