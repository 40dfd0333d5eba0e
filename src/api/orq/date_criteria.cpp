// SPDX-License-Identifier: Apache-2.0
#include "api/orq/date_criteria.hpp"

#include <chrono>

namespace spanreel::api::orq {

namespace {

namespace ch = std::chrono;
using Range = store::Filter::Range;

/// Both ends included.
struct Span {
    UnixMillis from, to;
};

double number(UnixMillis time) { return static_cast<double>(time.time_since_epoch().count()); }

Range range_of(const Span& span) { return {.least = number(span.from), .most = number(span.to)}; }

Span days(ch::sys_days first, ch::sys_days behind) { return {first, UnixMillis(behind) - Millis(1)}; }

Span day(ch::sys_days day) { return days(day, day + ch::days(1)); }

/// The same day of another month, or the last one that it has.
ch::sys_days in_month(ch::year_month month, ch::day day) {
    ch::year_month_day_last last(month.year(), ch::month_day_last(month.month()));
    return month / std::min(day, last.day());
}

std::optional<UnixMillis> read_date(const JsonMembers& in, std::string_view key) {
    auto text = in.nullable<std::string>(key).value_or("");
    if (text.empty()) return std::nullopt;
    const Result<Time> time = from_day_or_time(text);
    if (time) return ch::floor<Millis>(*time);
    in.refuse(key, time.error().message);
    return std::nullopt;
}

class Criteria {
  public:
    Criteria(const JsonMembers& in, bool whole_days, Time now)
        : in_(in),
          whole_days_(whole_days),
          now_(ch::floor<Millis>(now)),
          today_(ch::floor<ch::days>(now)),
          date_(today_) {}

    std::optional<Range> range(std::string_view word) const {
        if (word == "is_between") return between();
        if (word == "is_relative_time") return relative_time();
        if (word == "is_relative_today") return relative_today();
        auto chosen = moment();
        if (!chosen) return std::nullopt;
        if (word == "is_before") return Range{.most = number(chosen->from - Millis(1))};
        if (word == "is_on_or_before") return Range{.most = number(chosen->to)};
        return range_of(*chosen);
    }

  private:
    Span of_mode(UnixMillis time) const { return whole_days_ ? day(ch::floor<ch::days>(time)) : Span{time, time}; }

    /// A relative word names a day, whatever the mode.
    std::optional<Span> moment() const {
        auto word = in_.nullable<std::string>("relativeTime").value_or("custom_date");
        if (word == "custom_date") return read_date(in_, "customDate").transform([&](auto at) { return of_mode(at); });
        if (word == "today") return day(today_);
        if (word == "yesterday") return day(today_ - ch::days(1));
        if (word == "one_week_ago") return day(today_ - ch::weeks(1));
        if (word == "one_month_ago") return day(in_month(this_month() - ch::months(1), date_.day()));
        in_.refuse("relativeTime", "must be one of today, yesterday, one_week_ago, one_month_ago, custom_date");
        return std::nullopt;
    }

    std::optional<Range> between() const {
        auto start = read_date(in_, "startDate"), end = read_date(in_, "endDate");
        if (!start && !end) return std::nullopt;
        Range range;
        if (start) range.least = number(of_mode(*start).from);
        if (end) range.most = number(of_mode(*end).to);
        return range;
    }

    std::optional<std::int64_t> count() const {
        auto count = in_.nullable<std::int64_t>("count");
        if (!count || (*count >= 0 && *count <= kMaxRelativeUnits)) return count;
        in_.refuse("count", fmt::format("must be 0 to {}", kMaxRelativeUnits));
        return std::nullopt;
    }

    std::optional<Range> relative_time() const {
        auto unit = in_.optional<std::string>("unit").value_or("");
        auto units = count();
        if (!unit.empty() && unit != "hours_ago" && unit != "minutes_ago")
            in_.refuse("unit", "must be hours_ago or minutes_ago");
        if (unit.empty() || !units) return std::nullopt;
        Millis length = unit == "hours_ago" ? Millis(ch::hours(*units)) : Millis(ch::minutes(*units));
        return range_of({now_ - length, now_});
    }

    std::optional<Range> relative_today() const {
        auto unit = in_.optional<std::string>("unit").value_or("day");
        auto direction = in_.optional<std::string>("direction").value_or("present");
        auto units = count().value_or(1);
        if (unit != "day" && unit != "week" && unit != "month" && unit != "year")
            in_.refuse("unit", "must be one of day, week, month, year");
        if (direction != "present" && direction != "past") in_.refuse("direction", "must be present or past");
        return direction == "present" ? range_of(current(unit)) : past(unit, units);
    }

    Span current(std::string_view unit) const {
        if (unit == "week") {
            ch::sys_days monday = today_ - (ch::weekday(today_) - ch::Monday);
            return days(monday, monday + ch::weeks(1));
        }
        if (unit == "month") return days(this_month() / 1, (this_month() + ch::months(1)) / 1);
        if (unit == "year") return days(date_.year() / 1 / 1, (date_.year() + ch::years(1)) / 1 / 1);
        return day(today_);
    }

    Range past(std::string_view unit, std::int64_t units) const {
        if (unit == "day") return range_of({now_ - ch::days(units), now_});
        if (unit == "week") return range_of({now_ - ch::weeks(units), now_});
        std::int64_t months = unit == "year" ? units * 12 : units;
        std::int64_t since_year_0 = std::int64_t{int{date_.year()}} * 12;
        if (months > since_year_0) return {.most = number(now_)};
        ch::sys_days first = in_month(this_month() - ch::months(months), date_.day());
        return range_of({UnixMillis(first) + (now_ - UnixMillis(today_)), now_});
    }

    ch::year_month this_month() const { return {date_.year(), date_.month()}; }

    const JsonMembers& in_;
    bool whole_days_;
    UnixMillis now_;
    ch::sys_days today_;
    ch::year_month_day date_;
};

}  // namespace

std::optional<Range> date_range(std::string_view word, const JsonMembers& value, Time now) {
    auto mode = value.required<std::string>("mode");
    if (mode != "date" && mode != "datetime") value.refuse("mode", "must be date or datetime");
    auto criteria = value.nullable<JsonMembers>("criteria");
    if (!criteria) return std::nullopt;
    return Criteria(*criteria, mode == "date", now).range(word);
}

}  // namespace spanreel::api::orq
