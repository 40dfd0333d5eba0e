// SPDX-License-Identifier: Apache-2.0
#include "base/fair_pool.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>

namespace spanreel {
namespace {

TEST(FairPool, RunsAllInFairTurnsBeforeItGoes) {
    std::string order;
    std::latch all_wait(1);
    {
        FairPool pool(1, "test");
        pool.run("a", 10, [&] { all_wait.wait(); });
        for (int i = 0; i < 3; ++i) pool.run("a", 10, [&] { order += 'a'; });
        pool.run("b", 10, [&] { order += 'b'; });
        all_wait.count_down();
    }
    EXPECT_EQ(order.size(), 4u);
    EXPECT_LE(order.find('b'), 1u) << order;
}

TEST(FairPool, GoesOnAfterAJobThatThrows) {
    bool ran = false;
    {
        FairPool pool(1, "test");
        pool.run("a", 1, [] { throw std::runtime_error("too bad"); });
        pool.run("a", 1, [&] { ran = true; });
    }
    EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace spanreel
