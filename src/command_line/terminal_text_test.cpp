// SPDX-License-Identifier: Apache-2.0
#include "command_line/terminal_text.hpp"

#include <gtest/gtest.h>

namespace spanreel::command_line {
namespace {

TEST(TerminalText, StrangersHaveNoPowerOverTheTerminal) {
    EXPECT_EQ(printable("a\x1b[31mb\a"), "a\uFFFD[31mb\uFFFD");
    EXPECT_EQ(printable("one\ntwo\tthree\r"), "one two three ");
    EXPECT_EQ(printable_lines("one\ntwo\x1b"), "one\ntwo\uFFFD");
    EXPECT_EQ(printable("\u009b31m"), "\uFFFD31m") << "C1 begins a sequence too";
    EXPECT_EQ(printable("abc\u202Edef"), "abc\uFFFDdef") << "turns the direction of writing";
    EXPECT_EQ(printable("\xff\xc3"), "\uFFFD\uFFFD") << "no UTF-8";
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\uFFFDb");
    EXPECT_EQ(printable("größe 日本 🎬"), "größe 日本 🎬");
}

TEST(TerminalText, JsonKeepsItsMeaning) {
    EXPECT_EQ(printable_json(R"({"a":"ä\u001b"})"), R"({"a":"ä\u001b"})");
    EXPECT_EQ(printable_json("\"\u009b\u202e\x7f\""), R"("\u009b\u202e\u007f")");
}

TEST(TerminalText, WidthIsThatOfTheTerminal) {
    EXPECT_EQ(width_of("abc"), 3u);
    EXPECT_EQ(width_of("größe"), 5u);
    EXPECT_EQ(width_of("日本"), 4u);
    EXPECT_EQ(width_of("e\u0301"), 1u) << "a combining accent";
}

TEST(TerminalText, IsCutBetweenCharacters) {
    EXPECT_EQ(cut_to("abcdef", 6), "abcdef");
    EXPECT_EQ(cut_to("abcdef", 4), "abc…");
    EXPECT_EQ(cut_to("日本語", 4), "日…") << "half of a wide character is none";
    EXPECT_EQ(cut_to("日本語", 5), "日本…");
    EXPECT_EQ(cut_to("abc", 0), "");
}

}  // namespace
}  // namespace spanreel::command_line
