// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace spanreel {
namespace {

TEST(Encoding, HexGoesThereAndBack) {
    EXPECT_EQ(to_hex(as_bytes("\x01\xab\xff")), "01abff");
    EXPECT_EQ(from_hex("01ABff").value(), "\x01\xab\xff");
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
}

TEST(Encoding, Base64MatchesTheVectorsOfRfc4648) {
    for (auto [plain, coded] :
         {std::pair{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}}) {
        EXPECT_EQ(to_base64(as_bytes(plain)), coded);
        EXPECT_EQ(from_base64(coded).value(), plain);
    }
    EXPECT_FALSE(from_base64("Zg=a"));
    EXPECT_FALSE(from_base64("Z"));
}

TEST(Encoding, PercentEscapesAreDecoded) {
    EXPECT_EQ(percent_decode("a%2Fb%20%C3%A9").value(), "a/b \xC3\xA9");
    EXPECT_FALSE(percent_decode("%2"));
    EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Encoding, Crc32cMatchesTheVectorsOfRfc3720) {
    EXPECT_EQ(crc32c(as_bytes(std::string(32, '\0'))), 0x8A9136AAu);
    EXPECT_EQ(crc32c(as_bytes(std::string(32, '\xff'))), 0x62A8AB43u);
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283u);
    EXPECT_EQ(crc32c(as_bytes("6789"), crc32c(as_bytes("12345"))), 0xE3069283u);
}

TEST(Encoding, Utf8RefusesWhatRfc3629Excludes) {
    EXPECT_TRUE(is_utf8("plain, \xC3\xA9, \xE2\x82\xAC, \xF0\x9F\x98\x80"));
    for (std::string_view bad : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
        EXPECT_FALSE(is_utf8(bad)) << to_hex(as_bytes(bad));
}

TEST(Encoding, BrokenUtf8IsMended) {
    EXPECT_EQ(to_utf8("ok \xC3\xA9"), "ok \xC3\xA9");
    EXPECT_EQ(to_utf8("a\xFFz\xE2\x82"), "a\uFFFDz\uFFFD\uFFFD");
}

}  // namespace
}  // namespace spanreel
