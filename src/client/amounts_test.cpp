// SPDX-License-Identifier: Apache-2.0
#include "client/amounts.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "client/clip_range.hpp"

namespace spanreel::client {
namespace {

using namespace std::chrono_literals;

TEST(Amounts, AreAsPeopleWriteThem) {
    EXPECT_EQ(count_text(0), "0");
    EXPECT_EQ(count_text(999), "999");
    EXPECT_EQ(count_text(1234567), "1,234,567");
    EXPECT_EQ(count_text(-1234), "-1,234");
    EXPECT_EQ(money_text(0), "$0");
    EXPECT_EQ(money_text(12.345), "$12.35");
    EXPECT_EQ(money_text(0.00123), "$0.0012");
    EXPECT_EQ(money_text(0.0000312), "$0.000031");
    EXPECT_EQ(money_text(1e-30), "$0.000000000");
    EXPECT_EQ(money_text(-2), "-$2.00");
    EXPECT_EQ(bytes_text(0), "0 B");
    EXPECT_EQ(bytes_text(999), "999 B");
    EXPECT_EQ(bytes_text(3'140'000), "3.1 MB");
    EXPECT_EQ(bytes_text(314e6), "314 MB");
    EXPECT_EQ(bit_rate_text(2'940'000), "2.9 Mbit/s");
    for (const double none : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
        EXPECT_EQ(count_text(none) + money_text(none) + bytes_text(none), "---");
}

TEST(Amounts, DurationsHaveTwoParts) {
    EXPECT_EQ(duration_text(0s), "0 ms");
    EXPECT_EQ(duration_text(850ms), "850 ms");
    EXPECT_EQ(duration_text(12.53s), "12.5 s");
    EXPECT_EQ(duration_text(59.99s), "1m 00s");
    EXPECT_EQ(duration_text(200s), "3m 20s");
    EXPECT_EQ(duration_text(2h + 5min), "2h 05m");
    EXPECT_EQ(duration_text(76h), "3d 04h");
}

TEST(Amounts, AgesAndMoments) {
    const Time now = from_unix_millis(1'800'000'000'000);
    EXPECT_EQ(age_text(now - 20s, now), "20s ago");
    EXPECT_EQ(age_text(now - 5h, now), "5h ago");
    EXPECT_EQ(age_text(now + 3min, now), "in 3m");
    EXPECT_EQ(moment_text(now - 48h, now), "2027-01-13 08:00:00Z (2d ago)");
}

TEST(Durations, AreReadInEveryForm) {
    const auto seconds = [](std::string_view text) {
        const Result<Nanos> length = duration_from(text);
        return length ? std::chrono::duration<double>(*length).count() : -1;
    };
    EXPECT_EQ(seconds("90"), 90);
    EXPECT_EQ(seconds("1.5h"), 5400);
    EXPECT_EQ(seconds("1h30m"), 5400);
    EXPECT_EQ(seconds("250ms"), 0.25);
    EXPECT_EQ(seconds("2d"), 172800);
    EXPECT_EQ(seconds("2:03"), 123);
    EXPECT_EQ(seconds("1:02:03.5"), 3723.5);
    for (const std::string_view wrong :
         {"", "-5", "s", "5x", "1:60", "1:2:3:4", "1:", "nan", "inf", "1e3", "99999999d", "2027-01-31"})
        EXPECT_EQ(seconds(wrong), -1) << wrong;
}

TEST(Moments, AreDatesOrAges) {
    const Time now = from_unix_millis(1'800'000'000'000);
    EXPECT_EQ(moment_from("24h", now).value(), UnixMillis(1'800'000'000'000ms - 24h));
    EXPECT_EQ(moment_from("2027-01-13", now).value(), UnixMillis(1'799'798'400'000ms));
    const Result<UnixMillis> wrong = moment_from("yesterday", now);
    EXPECT_EQ(wrong.error().code, Code::invalid);
    EXPECT_NE(wrong.error().message.find("24h"), std::string::npos) << "says how to write it";
}

TEST(ClipRange, CountsFromTheBeginningOfTheSession) {
    const UnixMillis began(1'800'000'000'000ms);
    const ClipRange relative = clip_range("1:30", "100s", began).value();
    EXPECT_EQ(relative.from, began + 90s);
    EXPECT_EQ(relative.to, began + 100s);
    const ClipRange whole = clip_range("", "", began).value();
    EXPECT_EQ(whole.from, began);
    EXPECT_EQ(whole.to, std::nullopt);
    EXPECT_EQ(clip_range("2027-01-15T08:00:10Z", "", began)->from, began + 10s);
    EXPECT_EQ(clip_range("20", "10", began).error().code, Code::invalid) << "ends before it begins";
    EXPECT_EQ(clip_range("soon", "", began).error().code, Code::invalid);
}

}  // namespace
}  // namespace spanreel::client
