// SPDX-License-Identifier: Apache-2.0
#include "push/progress.hpp"

#include <gtest/gtest.h>

namespace spanreel::push {
namespace {

using namespace std::chrono_literals;

TEST(Progress, ShowsTimesAsAClock) {
    EXPECT_EQ(clock_text(0s), "00:00");
    EXPECT_EQ(clock_text(59s + 999ms), "00:59");
    EXPECT_EQ(clock_text(3599s), "59:59");
    EXPECT_EQ(clock_text(3600s + 62s), "1:01:02");
}

TEST(Progress, TheBarTakesWhatTheNumbersLeave) {
    const Sent half{.position = 30s, .pictures = 900, .bytes = 1};
    EXPECT_EQ(bar_text(half, 60s, 2'000'000, 30, 60), "00:30 [==============              ] 01:00 2000 kb/s, 30 fps");
    EXPECT_EQ(bar_text(half, 60s, 2'000'000, 30, 500).find(']'), 7 + 40u);
    EXPECT_EQ(bar_text(half, 60s, 2'000'000, 30, 36), "00:30 / 01:00 2000 kb/s, 30 fps");
    EXPECT_EQ(bar_text(half, 0s, 2'000'000, 30, 60), "00:30 2000 kb/s, 30 fps");
    for (std::size_t columns : {5u, 20u, 40u, 80u}) EXPECT_LE(bar_text(half, 60s, 9e9, 240, columns).size(), columns);
}

TEST(Progress, TheBarIsNeverOverfull) {
    const Sent late{.position = 90s, .reconnects = 2};
    EXPECT_EQ(bar_text(late, 60s, 0, 0, 60), "01:30 [=========================] 01:00 0 kb/s, 2 reconnects");
}

}  // namespace
}  // namespace spanreel::push
