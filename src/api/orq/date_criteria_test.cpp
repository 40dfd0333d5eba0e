// SPDX-License-Identifier: Apache-2.0
#include "api/orq/date_criteria.hpp"

#include <gtest/gtest.h>

namespace spanreel::api::orq {
namespace {

constexpr std::string_view kTuesday = "2026-03-31T12:34:56.789Z";

/// "from .. to", either of which may be open; "all" when nothing is chosen, the reason when it is refused.
std::string asked(std::string_view word, std::string_view criteria, std::string_view mode = "date",
                  std::string_view now = kTuesday) {
    auto body = parse_body(fmt::format(R"({{"criteria":{},"mode":"{}"}})", criteria, mode)).value();
    JsonMembers value(body);
    auto range = date_range(word, value, from_iso(now).value());
    if (!value.failure()) return value.failure().error().message;
    if (!range) return "all";
    EXPECT_TRUE(range->least_included && range->most_included);
    auto text = [](std::optional<double> end) {
        return end ? to_iso_millis(from_unix_millis(static_cast<std::int64_t>(*end))) : "";
    };
    return text(range->least) + " .. " + text(range->most);
}

TEST(DateCriteria, ADayIsAUtcDayAndAMomentAMillisecond) {
    constexpr std::string_view custom = R"({"relativeTime":"custom_date","customDate":"2026-01-02T23:30:00.5-01:00"})";
    EXPECT_EQ(asked("is", custom), "2026-01-03T00:00:00.000Z .. 2026-01-03T23:59:59.999Z");
    EXPECT_EQ(asked("is", custom, "datetime"), "2026-01-03T00:30:00.500Z .. 2026-01-03T00:30:00.500Z");
    EXPECT_EQ(asked("is_before", custom), " .. 2026-01-02T23:59:59.999Z");
    EXPECT_EQ(asked("is_before", custom, "datetime"), " .. 2026-01-03T00:30:00.499Z");
    EXPECT_EQ(asked("is_on_or_before", custom), " .. 2026-01-03T23:59:59.999Z");
    EXPECT_EQ(asked("is_on_or_before", custom, "datetime"), " .. 2026-01-03T00:30:00.500Z");
    EXPECT_EQ(asked("is", R"({"customDate":"2026-01-02"})", "datetime"),
              "2026-01-02T00:00:00.000Z .. 2026-01-02T00:00:00.000Z");
    EXPECT_EQ(asked("is", R"({"customDate":"2026-01-02T08:00"})", "datetime"),
              "2026-01-02T08:00:00.000Z .. 2026-01-02T08:00:00.000Z");
}

TEST(DateCriteria, RelativeWordsNameDays) {
    auto is = [](std::string_view word, std::string_view now = kTuesday) {
        std::string range = asked("is", fmt::format(R"({{"relativeTime":"{}"}})", word), "datetime", now);
        return range.substr(0, range.find('T'));
    };
    EXPECT_EQ(is("today"), "2026-03-31");
    EXPECT_EQ(is("yesterday"), "2026-03-30");
    EXPECT_EQ(is("one_week_ago"), "2026-03-24");
    EXPECT_EQ(is("one_month_ago"), "2026-02-28");
    EXPECT_EQ(is("one_month_ago", "2026-01-15T00:00:00Z"), "2025-12-15");
    EXPECT_EQ(asked("is_before", R"({"relativeTime":"today"})", "datetime"), " .. 2026-03-30T23:59:59.999Z");
    EXPECT_EQ(asked("is_on_or_before", R"({"relativeTime":"yesterday"})"), " .. 2026-03-30T23:59:59.999Z");
}

TEST(DateCriteria, BetweenIncludesBothEndsAndAMissingOneIsOpen) {
    constexpr std::string_view both = R"({"startDate":"2026-01-01T10:00:00Z","endDate":"2026-01-05T10:00:00Z"})";
    EXPECT_EQ(asked("is_between", both), "2026-01-01T00:00:00.000Z .. 2026-01-05T23:59:59.999Z");
    EXPECT_EQ(asked("is_between", both, "datetime"), "2026-01-01T10:00:00.000Z .. 2026-01-05T10:00:00.000Z");
    EXPECT_EQ(asked("is_between", R"({"startDate":"2026-01-01","endDate":null})"), "2026-01-01T00:00:00.000Z .. ");
    EXPECT_EQ(asked("is_between", R"({"endDate":"2026-01-01"})"), " .. 2026-01-01T23:59:59.999Z");
}

TEST(DateCriteria, RelativeTimeReachesBackFromNow) {
    EXPECT_EQ(asked("is_relative_time", R"({"unit":"hours_ago","count":36})"),
              "2026-03-30T00:34:56.789Z .. 2026-03-31T12:34:56.789Z");
    EXPECT_EQ(asked("is_relative_time", R"({"unit":"minutes_ago","count":1})"),
              "2026-03-31T12:33:56.789Z .. 2026-03-31T12:34:56.789Z");
}

TEST(DateCriteria, RelativeTodayIsACalendarUnitOrAReachIntoThePast) {
    auto present = [](std::string_view unit) {
        return asked("is_relative_today", fmt::format(R"({{"unit":"{}","direction":"present"}})", unit));
    };
    EXPECT_EQ(present("day"), "2026-03-31T00:00:00.000Z .. 2026-03-31T23:59:59.999Z");
    EXPECT_EQ(present("week"), "2026-03-30T00:00:00.000Z .. 2026-04-05T23:59:59.999Z");
    EXPECT_EQ(present("month"), "2026-03-01T00:00:00.000Z .. 2026-03-31T23:59:59.999Z");
    EXPECT_EQ(present("year"), "2026-01-01T00:00:00.000Z .. 2026-12-31T23:59:59.999Z");
    EXPECT_EQ(asked("is_relative_today", R"({"unit":"week"})", "date", "2026-03-29T23:59:59.999Z"),
              "2026-03-23T00:00:00.000Z .. 2026-03-29T23:59:59.999Z");
    auto past = [](std::string_view unit, int count) {
        std::string range =
            asked("is_relative_today", fmt::format(R"({{"unit":"{}","direction":"past","count":{}}})", unit, count));
        EXPECT_EQ(range.substr(range.find(".. ")), fmt::format(".. {}", kTuesday));
        return range.substr(0, range.find(' '));
    };
    EXPECT_EQ(past("day", 2), "2026-03-29T12:34:56.789Z");
    EXPECT_EQ(past("week", 1), "2026-03-24T12:34:56.789Z");
    EXPECT_EQ(past("month", 1), "2026-02-28T12:34:56.789Z");
    EXPECT_EQ(past("month", 13), "2025-02-28T12:34:56.789Z");
    EXPECT_EQ(past("year", 2), "2024-03-31T12:34:56.789Z");
    EXPECT_EQ(past("year", 1'000'000), "");
    EXPECT_EQ(asked("is_relative_today", R"({"direction":"past"})"),
              "2026-03-30T12:34:56.789Z .. 2026-03-31T12:34:56.789Z");
}

TEST(DateCriteria, WhatIsNotChosenYetRestrictsNothing) {
    for (std::string_view criteria : {"null", "{}", R"({"relativeTime":null,"customDate":null})",
                                      R"({"relativeTime":"custom_date","customDate":""})"})
        for (std::string_view word : {"is", "is_before", "is_on_or_before", "is_between", "is_relative_time"})
            EXPECT_EQ(asked(word, criteria), "all") << word << criteria;
    EXPECT_EQ(asked("is_relative_time", R"({"unit":"hours_ago","count":null})"), "all");
    EXPECT_EQ(asked("is_relative_time", R"({"count":3})"), "all");
}

TEST(DateCriteria, RefusesWhatItCannotRead) {
    EXPECT_EQ(asked("is", "{}", "week"), "mode must be date or datetime");
    for (auto [word, criteria, named] : std::vector<std::array<std::string_view, 3>>{
             {"is", "5", "criteria"},
             {"is", R"({"relativeTime":"tomorrow"})", "criteria.relativeTime"},
             {"is", R"({"customDate":"soon"})", "criteria.customDate"},
             {"is", R"({"customDate":5})", "criteria.customDate"},
             {"is_between", R"({"startDate":"2026-13-01"})", "criteria.startDate"},
             {"is_between", R"({"endDate":"01.02.2026"})", "criteria.endDate"},
             {"is_relative_time", R"({"unit":"day","count":1})", "criteria.unit"},
             {"is_relative_time", R"({"unit":"hours_ago","count":1.5})", "criteria.count"},
             {"is_relative_time", R"({"unit":"hours_ago","count":1000001})", "criteria.count"},
             {"is_relative_time", R"({"unit":"hours_ago","count":9007199254740992})", "criteria.count"},
             {"is_relative_today", R"({"direction":"past","count":-9007199254740992})", "criteria.count"},
             {"is_relative_today", R"({"unit":"hours_ago"})", "criteria.unit"},
             {"is_relative_today", R"({"direction":"future"})", "criteria.direction"},
             {"is_relative_today", R"({"direction":"past","count":-1})", "criteria.count"}})
        EXPECT_EQ(asked(word, criteria).find(fmt::format("{} ", named)), 0u) << asked(word, criteria);
}

}  // namespace
}  // namespace spanreel::api::orq
