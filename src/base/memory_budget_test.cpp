// SPDX-License-Identifier: Apache-2.0
#include "base/memory_budget.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace spanreel {
namespace {

using Share = MemoryBudget::Share;

Code refusal(const Result<void>& result) { return result ? Code::internal : result.error().code; }

TEST(MemoryBudget, GivesBackWhatAShareHeld) {
    MemoryBudget budget(100);
    {
        Share share(budget, "a");
        EXPECT_TRUE(share.resize(40));
        EXPECT_TRUE(share.resize(50));
        EXPECT_EQ(budget.used(), 50u);
        EXPECT_TRUE(share.resize(30));
        const Share moved = std::move(share);
        EXPECT_EQ(moved.held(), 30u);
        EXPECT_EQ(budget.used(), 30u);
    }
    EXPECT_EQ(budget.used(), 0u);
}

TEST(MemoryBudget, AnAccountHoldsAtMostWhatItLeavesFree) {
    MemoryBudget budget(120);
    Share first(budget, "a"), second(budget, "a");
    EXPECT_TRUE(first.resize(50));
    EXPECT_TRUE(second.resize(10));
    EXPECT_EQ(refusal(second.resize(11)), Code::unavailable) << "half of it all";
    EXPECT_EQ(second.held(), 10u);
    Share other(budget, "b");
    EXPECT_TRUE(other.resize(30)) << "half of what is left";
    EXPECT_EQ(refusal(other.resize(31)), Code::unavailable);
    EXPECT_TRUE(first.resize(20));
    EXPECT_TRUE(other.resize(45));
}

TEST(MemoryBudget, HoweverManyTakeAllTheyCanSomeIsLeftForTheNext) {
    constexpr std::uint64_t kLimit = 1'000'000;
    MemoryBudget budget(kLimit);
    std::vector<Share> shares;
    for (int i = 0; i < 9; ++i) {
        shares.emplace_back(budget, std::to_string(i));
        while (shares.back().resize(shares.back().held() + 100)) {
        }
    }
    Share late(budget, "late");
    EXPECT_TRUE(late.resize(kLimit / 1200)) << "of 1/512 that is free";
}

TEST(MemoryBudget, WhatWasLetInMayTakeAllThatIsFreeToBeFinished) {
    MemoryBudget budget(100);
    Share first(budget, "a"), second(budget, "a");
    EXPECT_TRUE(first.resize(25));
    EXPECT_TRUE(second.resize(25));
    EXPECT_TRUE(first.extend(40));
    EXPECT_EQ(refusal(second.extend(40)), Code::unavailable);
    first = {};
    EXPECT_TRUE(second.extend(40));
    EXPECT_EQ(refusal(second.extend(40)), Code::too_large);
}

TEST(MemoryBudget, SaysWhatWillNeverFit) {
    MemoryBudget budget(100);
    Share holder(budget, "a"), large(budget, "b");
    EXPECT_TRUE(holder.resize(50));
    const auto later = large.resize(40);
    EXPECT_EQ(refusal(later), Code::unavailable);
    EXPECT_EQ(later.error().retry_after, std::chrono::seconds(1));
    EXPECT_EQ(refusal(large.resize(51)), Code::too_large);
}

TEST(MemoryBudget, WhatIsAbsorbedStaysCountedAndIsNobodys) {
    MemoryBudget budget(100);
    Share kept;
    {
        Share share(budget, "a");
        EXPECT_TRUE(share.resize(50));
        kept.absorb(std::move(share));
    }
    EXPECT_EQ(budget.used(), 50u);
    Share again(budget, "a");
    EXPECT_TRUE(again.resize(25)) << "the account holds nothing any more";
    kept = {};
    EXPECT_EQ(budget.used(), 25u);
}

TEST(MemoryBudget, AShareOfNothingCountsNothing) {
    Share share;
    EXPECT_TRUE(share.resize(UINT64_MAX));
    EXPECT_EQ(share.held(), 0u);
}

}  // namespace
}  // namespace spanreel
