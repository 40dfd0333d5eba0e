// SPDX-License-Identifier: Apache-2.0
#include "base/json_string.hpp"

#include <gtest/gtest.h>

namespace spanreel {
namespace {

TEST(JsonString, EscapesWhatJsonDoesNotAllow) {
    using namespace std::string_literals;
    std::string out = "[";
    append_json_string(out, "a\"b\\c/\n\r\t\b\x1f\x7f \0 \xc3\xa4"s);
    EXPECT_EQ(out, "[\"a\\\"b\\\\c/\\n\\r\\t\\u0008\\u001f\x7f \\u0000 \xc3\xa4\"");
}

TEST(JsonString, EscapesWhatIsBeyondAscii) {
    std::string out = "[";
    append_ascii_json_string(out, "a\"b\n \xc3\xa4 \xe4\xbd\xa0 \xf0\x9f\x98\x80 \xef\xbf\xbf");
    EXPECT_EQ(out, "[\"a\\\"b\\n \\u00e4 \\u4f60 \\ud83d\\ude00 \\uffff\"");
}

}  // namespace
}  // namespace spanreel
