// SPDX-License-Identifier: Apache-2.0
#include "trace/usage.hpp"

#include <gtest/gtest.h>

namespace spanreel::trace {
namespace {

TEST(Usage, DetailsArePartOfTheirWholeByDefault) {
    auto usage = normalise({.prompt = 100, .completion = 50, .cache_read = 30, .cache_write = 20, .reasoning = 10});
    EXPECT_EQ(usage,
              (Usage{.input_fresh = 50, .cache_read = 30, .cache_write = 20, .output_text = 40, .reasoning = 10}));
    EXPECT_EQ(usage->prompt(), 100);
    EXPECT_EQ(usage->completion(), 50);
}

TEST(Usage, ATotalThatFitsDecidesTheReading) {
    TokenReport report{.prompt = 100, .completion = 50, .cache_read = 30};
    report.total = 150;
    EXPECT_EQ(normalise(report)->input_fresh, 70);
    report.total = 180;
    EXPECT_EQ(normalise(report)->input_fresh, 100);
    EXPECT_EQ(normalise(report)->prompt(), 130);
    report.total = 999;
    EXPECT_EQ(normalise(report)->input_fresh, 70);
}

TEST(Usage, ATotalMayPutReasoningBesideTheText) {
    auto usage = normalise({.prompt = 10, .completion = 20, .total = 130, .reasoning = 100});
    EXPECT_EQ(usage, (Usage{.input_fresh = 10, .output_text = 20, .reasoning = 100}));
}

TEST(Usage, AnthropicLeavesTheCacheOutOfItsInput) {
    TokenReport report{.prompt = 100, .completion = 5, .cache_read = 30, .cache_write = 20, .anthropic_native = true};
    EXPECT_EQ(normalise(report)->prompt(), 150);
    report.total = 105;  // a total that fits the other reading is stronger
    EXPECT_EQ(normalise(report)->prompt(), 100);
}

TEST(Usage, APromptSmallerThanItsCacheCannotIncludeIt) {
    EXPECT_EQ(normalise({.prompt = 10, .cache_read = 1'000}), (Usage{.input_fresh = 10, .cache_read = 1'000}));
    EXPECT_EQ(normalise({.prompt = 10, .completion = 5, .total = 15, .cache_read = 1'000})->total(), 1'015);
    EXPECT_EQ(normalise({.completion = 10, .reasoning = 40}), (Usage{.output_text = 10, .reasoning = 40}));
}

TEST(Usage, AudioThatIsAlsoCachedIsNotCountedTwice) {
    auto usage = normalise({.prompt = 100, .cache_read = 60, .audio_in = 80, .audio_out = 7});
    EXPECT_EQ(usage, (Usage{.cache_read = 60, .audio_in = 40, .audio_out = 7}));
}

TEST(Usage, WhatIsMissingComesFromTheTotalOrTheDetails) {
    EXPECT_EQ(normalise({.total = 12}), (Usage{.input_fresh = 12}));
    EXPECT_EQ(normalise({.prompt = 10, .total = 15}), (Usage{.input_fresh = 10, .output_text = 5}));
    EXPECT_EQ(normalise({.completion = 5, .total = 15}), (Usage{.input_fresh = 10, .output_text = 5}));
    EXPECT_EQ(normalise({.cache_read = 7}), (Usage{.cache_read = 7}));
    EXPECT_EQ(normalise({.completion = 9, .total = 3}), (Usage{.output_text = 9}));
}

TEST(Usage, ZerosAreNoUsage) {
    EXPECT_EQ(normalise({}), std::nullopt);
    EXPECT_EQ(normalise({.prompt = 0, .completion = 0, .total = 0}), std::nullopt);
}

TEST(Usage, BucketsStayWithinTheirCap) {
    auto usage = normalise({.prompt = kMaxSpanTokens,
                            .completion = 0,
                            .total = 3 * kMaxSpanTokens,
                            .cache_read = kMaxSpanTokens,
                            .audio_in = kMaxSpanTokens});
    ASSERT_TRUE(usage);
    for (std::int64_t bucket : {usage->input_fresh, usage->cache_read, usage->cache_write, usage->audio_in}) {
        EXPECT_GE(bucket, 0);
        EXPECT_LE(bucket, kMaxSpanTokens);
    }
}

}  // namespace
}  // namespace spanreel::trace
