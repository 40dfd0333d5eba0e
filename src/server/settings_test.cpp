// SPDX-License-Identifier: Apache-2.0
#include "server/settings.hpp"

#include <gtest/gtest.h>

namespace spanreel::server {
namespace {

TEST(Settings, ReadsBytes) {
    EXPECT_EQ(parse_bytes("0", {}).value(), 0u);
    EXPECT_EQ(parse_bytes("1500", {}).value(), 1500u);
    EXPECT_EQ(parse_bytes("64KiB", {}).value(), 64u << 10);
    EXPECT_EQ(parse_bytes("3GiB", {}).value(), 3ull << 30);
    for (const char* text :
         {"", "MiB", "-1", "1 MiB", "1.5MiB", "1MB", "64mib", "18446744073709551616", "18446744073709551615KiB"})
        EXPECT_FALSE(parse_bytes(text, {})) << text;
}

TEST(Settings, KeepsBytesInTheirRange) {
    const Range range{1 << 20, 1 << 30};
    EXPECT_TRUE(parse_bytes("1MiB", range));
    EXPECT_TRUE(parse_bytes("1GiB", range));
    EXPECT_EQ(parse_bytes("1023KiB", range).error().message,
              "\"1023KiB\" is not a number of bytes from 1MiB to 1GiB, like 64MiB");
    EXPECT_FALSE(parse_bytes("1025MiB", range));
}

TEST(Settings, WritesBytesAsTheyAreRead) {
    for (const std::uint64_t bytes : {0ull, 1ull, 1500ull, 64ull << 10, 96ull << 20, 5ull << 30})
        EXPECT_EQ(parse_bytes(bytes_text(bytes), {}), bytes);
    EXPECT_EQ(bytes_text(96 << 20), "96MiB");
}

TEST(Settings, ReadsNumbers) {
    EXPECT_EQ(parse_number("32", {1, 64}).value(), 32u);
    for (const char* text : {"0", "65", "", "x", "3x", "-3"})
        EXPECT_EQ(parse_number(text, {1, 64}).error().message,
                  fmt::format("\"{}\" is not a whole number from 1 to 64", text));
}

}  // namespace
}  // namespace spanreel::server
