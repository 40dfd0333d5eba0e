// SPDX-License-Identifier: Apache-2.0
#include "base/interned_text.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace spanreel {
namespace {

TEST(InternedText, IsEqualWhenItsTextIs) {
    const std::string text = "workspace";
    EXPECT_EQ(InternedText(text), InternedText("workspace"));
    EXPECT_NE(InternedText(text), InternedText("Workspace"));
    EXPECT_EQ(&InternedText(text).text(), &InternedText("workspace").text());
    EXPECT_EQ(InternedText(""), InternedText());
    EXPECT_EQ(InternedText().text(), "");
}

TEST(InternedText, IsOrderedAsItsTextIs) {
    EXPECT_LT(InternedText("a"), InternedText("b"));
    EXPECT_LT(InternedText(), InternedText("a"));
    EXPECT_GT(InternedText("b"), InternedText("ab"));
    EXPECT_EQ(InternedText("a") <=> InternedText("a"), std::strong_ordering::equal);
}

TEST(InternedText, IsOneForAllThreads) {
    std::vector<std::vector<const std::string*>> found(4);
    {
        std::vector<std::jthread> threads;
        for (auto& own : found)
            threads.emplace_back([&own] {
                for (int i = 0; i < 1'000; ++i) own.push_back(&InternedText(std::to_string(i)).text());
            });
    }
    for (const auto& own : found) EXPECT_EQ(own, found.front());
}

}  // namespace
}  // namespace spanreel
