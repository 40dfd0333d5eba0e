// SPDX-License-Identifier: Apache-2.0
// Which dates a filter is after.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "spanreel/orq/date.hpp"
#include "spanreel/sdk/nullable.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

enum class DateUnit { day, week, month, year };
enum class TimeUnit { hours_ago, minutes_ago };
enum class CriteriaUnit { day, week, month, year, hours_ago, minutes_ago };
enum class RelativeTime { today, yesterday, one_week_ago, one_month_ago, custom_date };
enum class DateDirection { present, past };
enum class DateMode { date, datetime };

constexpr auto enum_words(CriteriaUnit) {
    return std::to_array<std::string_view>({"day", "week", "month", "year", "hours_ago", "minutes_ago"});
}
constexpr auto enum_words(RelativeTime) {
    return std::to_array<std::string_view>({"today", "yesterday", "one_week_ago", "one_month_ago", "custom_date"});
}
constexpr auto enum_words(DateDirection) { return std::to_array<std::string_view>({"present", "past"}); }
constexpr auto enum_words(DateMode) { return std::to_array<std::string_view>({"date", "datetime"}); }

constexpr CriteriaUnit word_of(DateUnit unit) { return static_cast<CriteriaUnit>(unit); }
constexpr CriteriaUnit word_of(TimeUnit unit) {
    return unit == TimeUnit::hours_ago ? CriteriaUnit::hours_ago : CriteriaUnit::minutes_ago;
}

/// Each operator looks at some of these. Dates are texts that the service reads.
struct DateCriteria {
    std::optional<sdk::OpenEnum<CriteriaUnit>> unit{};
    std::optional<sdk::Nullable<double>> count{};
    std::optional<sdk::OpenEnum<RelativeTime>> relative_time{};
    std::optional<sdk::Nullable<std::string>> custom_date{};
    std::optional<sdk::OpenEnum<DateDirection>> direction{};
    std::optional<sdk::Nullable<std::string>> start_date{}, end_date{};
};

inline DateCriteria date_criteria(DateCriteria criteria) { return criteria; }
inline DateCriteria date_criteria(RelativeTime time) { return {.relative_time = time}; }
DateCriteria date_criteria(Date date);
/// From one to the other; an absent one leaves that end open.
DateCriteria date_criteria(std::optional<Date> first, std::optional<Date> last);

}  // namespace spanreel::orq
#pragma GCC visibility pop
