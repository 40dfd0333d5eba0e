// SPDX-License-Identifier: Apache-2.0
#include "base/ids.hpp"

#include <gtest/gtest.h>

namespace spanreel {
namespace {

TEST(Ids, UlidsSortInTheOrderTheyWereMade) {
    Time at = from_unix_millis(1'700'000'000'000);
    std::string last = make_ulid(at);
    EXPECT_EQ(last.size(), 26u);
    for (int i = 0; i < 1000; ++i) {
        std::string next = make_ulid(at);
        EXPECT_LT(last, next);
        last = next;
    }
    EXPECT_LT(last, make_ulid(at + Millis(1)));
    EXPECT_LT(last, make_ulid(at - Millis(50)));  // a clock that steps back does not break the order
}

TEST(Ids, UuidsHaveVersionFour) {
    std::string id = make_uuid();
    EXPECT_TRUE(is_uuid(id)) << id;
    EXPECT_EQ(id[14], '4');
    EXPECT_FALSE(is_uuid("not a uuid"));
}

TEST(Ids, Base36StaysInItsAlphabet) {
    std::string id = make_base36(64);
    EXPECT_EQ(id.size(), 64u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), std::string::npos);
}

}  // namespace
}  // namespace spanreel
