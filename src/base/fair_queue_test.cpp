// SPDX-License-Identifier: Apache-2.0
#include "base/fair_queue.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace spanreel {
namespace {

std::string taken(FairQueue<std::string>& queue) {
    std::string order;
    while (!queue.empty()) order += queue.pop() + " ";
    return order;
}

TEST(FairQueue, KeepsTheOrderOfAnAccount) {
    FairQueue<std::string> queue;
    for (const char* item : {"1", "2", "3"}) queue.push("a", 10, item);
    EXPECT_EQ(queue.front(), "1");
    EXPECT_EQ(taken(queue), "1 2 3 ");
}

TEST(FairQueue, WhoSendsLittleDoesNotWaitForWhoSendsMuch) {
    FairQueue<std::string> queue;
    for (const char* item : {"a1", "a2", "a3", "a4"}) queue.push("a", 100, item);
    EXPECT_EQ(queue.pop(), "a1");
    for (const char* item : {"b1", "b2"}) queue.push("b", 40, item);
    EXPECT_EQ(taken(queue), "b1 b2 a2 a3 a4 ");
}

TEST(FairQueue, SharesByCostAndNotByNumber) {
    FairQueue<std::string> queue;
    for (const char* item : {"A1", "A2", "A3"}) queue.push("a", 30, item);
    for (const char* item : {"b1", "b2", "b3", "b4", "b5"}) queue.push("b", 10, item);
    EXPECT_EQ(taken(queue), "A1 b1 b2 b3 A2 b4 b5 A3 ");
}

TEST(FairQueue, WhoWasIdleHasNoCredit) {
    FairQueue<std::string> queue;
    queue.push("b", 10, "b1");
    for (const char* item : {"a1", "a2", "a3"}) queue.push("a", 10, item);
    EXPECT_EQ(queue.pop(), "b1");
    EXPECT_EQ(queue.pop(), "a1");
    EXPECT_EQ(queue.pop(), "a2");
    for (const char* item : {"b2", "b3", "b4"}) queue.push("b", 10, item);
    EXPECT_EQ(taken(queue), "b2 a3 b3 b4 ");
}

TEST(FairQueue, ManyAccountsThatCameAndWentChangeNothing) {
    FairQueue<std::string> queue;
    for (const char* item : {"f1", "f2", "f3"}) queue.push("flood", 1'000'000, item);
    EXPECT_EQ(queue.pop(), "f1");
    for (int i = 0; i < 10'000; ++i) {
        queue.push(fmt::format("guest{}", i), 1, "guest");
        ASSERT_EQ(queue.pop(), "guest");
    }
    queue.push("flood", 1, "f4");
    EXPECT_EQ(taken(queue), "f2 f3 f4 ");
}

}  // namespace
}  // namespace spanreel
