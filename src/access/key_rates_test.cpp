// SPDX-License-Identifier: Apache-2.0
#include "access/key_rates.hpp"

#include <gtest/gtest.h>

namespace spanreel::access {
namespace {

using namespace std::chrono_literals;

const KeyRates::Clock::time_point kStart = KeyRates::Clock::now();

std::chrono::seconds wait_of(const Result<void>& result) {
    if (result) return 0s;
    EXPECT_EQ(result.error().code, Code::exhausted);
    return result.error().retry_after.value_or(0s);
}

TEST(KeyRates, WithoutALimitNothingIsCounted) {
    KeyRates rates({});
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(rates.take("key", 1u << 30, 100'000, kStart));
    EXPECT_EQ(rates.size(), 0u);
}

TEST(KeyRates, TakesABurstAndThenTheRate) {
    KeyRates rates({.bytes = 100});
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(rates.take("key", 100, 1, kStart));
    EXPECT_TRUE(rates.take("key", 100, 1, kStart)) << "an empty bucket is in no debt yet";
    EXPECT_EQ(wait_of(rates.take("key", 100, 1, kStart)), 1s);
    EXPECT_EQ(wait_of(rates.check("key", kStart)), 1s);
    EXPECT_TRUE(rates.check("key", kStart + 1s));
    EXPECT_TRUE(rates.take("other", 100, 1, kStart)) << "each key has its own";
    int taken = 0;
    for (int tenth = 10; tenth < 1010; ++tenth) taken += rates.take("key", 10, 1, kStart + tenth * 100ms).has_value();
    EXPECT_NEAR(taken, 1000, 2) << "in 100 s at 100 bytes a second";
}

TEST(KeyRates, ARequestLargerThanTheBucketPassesAndIsPaidForAfterwards) {
    KeyRates rates({.bytes = 100});
    EXPECT_TRUE(rates.take("key", 10'000, 1, kStart));
    EXPECT_EQ(wait_of(rates.check("key", kStart)), 90s);
    EXPECT_EQ(wait_of(rates.check("key", kStart + 89'500ms)), 1s) << "whole seconds";
    EXPECT_TRUE(rates.take("key", 10'000, 1, kStart + 90s));
}

TEST(KeyRates, TheTighterOfTwoLimitsHolds) {
    KeyRates rates({.bytes = 1'000'000, .spans = 10});
    EXPECT_TRUE(rates.take("key", 1000, 300, kStart));
    const auto refused = rates.take("key", 1000, 1, kStart);
    EXPECT_EQ(wait_of(refused), 20s);
    EXPECT_EQ(refused.error().message, "This key may send 10 spans a second here");
}

TEST(KeyRates, ForgetsKeysThatSendNoMore) {
    KeyRates rates({.bytes = 100});
    for (int i = 0; i < 100'000; ++i) EXPECT_TRUE(rates.take(std::to_string(i), 100, 1, kStart + i * 10ms));
    EXPECT_LT(rates.size(), 3'000u) << "1 s of 100 keys each";
}

}  // namespace
}  // namespace spanreel::access
