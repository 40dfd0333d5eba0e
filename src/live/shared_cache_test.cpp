// SPDX-License-Identifier: Apache-2.0
#include "live/shared_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace spanreel::live {
namespace {

class SharedCacheTest : public testing::Test {
  protected:
    SharedCache<std::string>::Shared get(const std::string& key) {
        return cache_
            .get(
                key,
                [&]() -> Result<std::string> {
                    ++made_;
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
                    return key;
                },
                [](const std::string&) { return std::size_t{10}; })
            .value();
    }
    SharedCache<std::string> cache_{25};
    std::atomic<int> made_{0};
};

TEST_F(SharedCacheTest, AllWhoAskAtATimeShareOne) {
    std::vector<SharedCache<std::string>::Shared> got(8);
    {
        std::vector<std::jthread> askers;
        for (auto& value : got) askers.emplace_back([&] { value = get("a"); });
    }
    EXPECT_EQ(made_, 1);
    for (const auto& value : got) EXPECT_EQ(value, got.front());
}

TEST_F(SharedCacheTest, KeepsTheLastUsedUpToItsBytes) {
    (void)get("a");
    (void)get("b");
    (void)get("a");
    (void)get("c");
    EXPECT_EQ(cache_.kept_bytes(), 20u);
    made_ = 0;
    (void)get("a");
    EXPECT_EQ(made_, 0);
    (void)get("b");
    EXPECT_EQ(made_, 1) << "the longest unused one went";
}

TEST_F(SharedCacheTest, WhatSomebodyHoldsIsNotMadeAgain) {
    const auto held = get("a");
    for (const std::string key : {"b", "c", "d"}) (void)get(key);
    made_ = 0;
    EXPECT_EQ(get("a"), held);
    EXPECT_EQ(made_, 0);
}

TEST_F(SharedCacheTest, AFailureIsTriedAgain) {
    const auto bytes = [](const std::string&) { return std::size_t{1}; };
    EXPECT_FALSE(cache_.get("x", []() -> Result<std::string> { return fail(Code::unavailable, "no"); }, bytes));
    EXPECT_EQ(**cache_.get("x", []() -> Result<std::string> { return "yes"; }, bytes), "yes");
}

}  // namespace
}  // namespace spanreel::live
