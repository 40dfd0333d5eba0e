// SPDX-License-Identifier: Apache-2.0
#include "client/table.hpp"

#include <gtest/gtest.h>

#include "command_line/terminal_text.hpp"

namespace spanreel::client {
namespace {

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
            EXPECT_LE(command_line::width_of(std::string_view(out).substr(at, end - at)), width);
            at = end + 1;
        }
    }
}

TEST(Details, LeaveOutWhatIsEmptyAndShowWhatListsHide) {
    EXPECT_EQ(details(kHeadings, {"1", "", "5", "s", "a"}), "ID      1\nTokens  5\nSecret  s\nTags    a\n");
}

}  // namespace
}  // namespace spanreel::client
