// SPDX-License-Identifier: Apache-2.0
#include "base/case_folding.hpp"

#include <gtest/gtest.h>

namespace spanreel {
namespace {

TEST(CaseFolding, FoldsBeyondAscii) {
    EXPECT_EQ(fold_case("HeLLo, Stra\xC3\x9F"
                        "e"),
              "hello, stra\xC3\x9F"
              "e");
    EXPECT_EQ(fold_case("\xC3\x89"), "\xC3\xA9");             // E acute
    EXPECT_EQ(fold_case("\xCE\xA3"), fold_case("\xCF\x82"));  // capital and final sigma
    EXPECT_EQ(fold_case("\xD0\x96"), "\xD0\xB6");             // Cyrillic zhe
    EXPECT_EQ(fold_case("\xE2\x84\xAA"), "k");                // Kelvin sign
    EXPECT_NE(fold_case("\xC4\xB1"), "i");                    // dotless i stays
}

TEST(CaseFolding, KeepsWhatIsNotUtf8) { EXPECT_EQ(fold_case("A\xff\xC3"), "a\xff\xC3"); }

}  // namespace
}  // namespace spanreel
