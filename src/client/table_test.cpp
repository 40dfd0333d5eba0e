// SPDX-License-Identifier: Apache-2.0
#include "client/table.hpp"

#include <gtest/gtest.h>

#include "client/terminal_text.hpp"

namespace spanreel::client {
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

const std::vector<Heading> kHeadings{{"ID", Column::fixed},
                                     {"Name", Column::text},
                                     {"Tokens", Column::number},
                                     {"Secret", Column::hidden},
                                     {"Tags", Column::text}};

TEST(Table, ColumnsAreAsWideAsTheirWidestText) {
    EXPECT_EQ(table(kHeadings, {{"1", "日本", "5", "x", "a, b"}, {"22", "n", "1,000", "y", ""}}, std::nullopt),
              "ID  NAME  TOKENS  TAGS\n"
              "1   日本       5  a, b\n"
              "22  n      1,000\n");
}

TEST(Table, TextsGiveWayAndIdsDoNot) {
    const std::string long_name(40, 'n'), id(20, 'i');
    const std::string out = table(kHeadings, {{id, long_name, "1", "", "short"}}, 50);
    EXPECT_EQ(out, "ID                    NAME           TOKENS  TAGS\n" + id + "  " + std::string(12, 'n') +
                       "…       1  short\n");
}

TEST(Table, NoLineIsWiderThanTheTerminal) {
    const std::string id(60, 'i');
    for (const std::size_t width : {1u, 10u, 40u, 61u}) {
        const std::string out = table(kHeadings, {{id, "name", "1", "", "tags"}}, width);
        for (std::size_t at = 0; at < out.size();) {
            const std::size_t end = out.find('\n', at);
            EXPECT_LE(width_of(std::string_view(out).substr(at, end - at)), width);
            at = end + 1;
        }
    }
}

TEST(Details, LeaveOutWhatIsEmptyAndShowWhatListsHide) {
    EXPECT_EQ(details(kHeadings, {"1", "", "5", "s", "a"}), "ID      1\nTokens  5\nSecret  s\nTags    a\n");
}

}  // namespace
}  // namespace spanreel::client
