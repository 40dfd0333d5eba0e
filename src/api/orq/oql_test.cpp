// SPDX-License-Identifier: Apache-2.0
#include "api/orq/oql.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/orq/list_body.hpp"

namespace spanreel::api::orq {
namespace {

using store::Filter;

/// Leaves as the path and what is asked of it, `all` as [], `any` as () and `none` as !.
std::string shown(const Filter& filter) {
    using enum Filter::Kind;
    auto children = [&] {
        std::string text;
        for (const Filter& child : filter.children) text += (text.empty() ? "" : " ") + shown(child);
        return text;
    };
    switch (filter.kind) {
        case all: return filter.children.size() == 1 ? children() : "[" + children() + "]";
        case any: return filter.children.size() == 1 ? children() : "(" + children() + ")";
        case none: return "!" + children();
        case empty: return filter.paths.front() + " empty";
        case contains: return fmt::format("{} contains {}", filter.paths.front(), fmt::join(filter.values, ","));
        case equals: return fmt::format("{} is {}", filter.paths.front(), fmt::join(filter.values, ","));
        case number_is: return fmt::format("{} is {}", filter.paths.front(), fmt::join(filter.numbers, ","));
        default:
            return fmt::format("{} {}{} {}{}", filter.paths.front(), filter.range.least_included ? "from " : "above ",
                               filter.range.least ? fmt::format("{}", *filter.range.least) : "-",
                               filter.range.most_included ? "to " : "below ",
                               filter.range.most ? fmt::format("{}", *filter.range.most) : "-");
    }
}

std::string shown(std::string_view text) {
    auto oql = parse_oql(text);
    return oql ? shown(oql->filter) : oql.error().message;
}

TEST(Oql, ReadsStages) {
    EXPECT_EQ(shown("fetch traces"), "[]");
    EXPECT_EQ(shown("fetch traces|filter name==\"a b\"|filter model != 'm'"), "[name is a b !model is m]");
    EXPECT_EQ(shown(" fetch\ttraces\n| sort end_time desc | limit 3 "), "[]");
    EXPECT_EQ(parse_oql("fetch traces | limit 3 | limit 7")->limit, 7);
    EXPECT_EQ(parse_oql("fetch traces")->limit, std::nullopt);
}

TEST(Oql, ReadsOperators) {
    EXPECT_EQ(shown("fetch traces | filter duration_ms > 1"), "duration_ms above 1 to -");
    EXPECT_EQ(shown("fetch traces | filter duration_ms >= 1.5e3"), "duration_ms from 1500 to -");
    EXPECT_EQ(shown("fetch traces | filter duration_ms < -1"), "duration_ms from - below -1");
    EXPECT_EQ(shown("fetch traces | filter duration <= '2'"), "duration_ms from - to 2");
    EXPECT_EQ(shown("fetch traces | filter total_tokens between (5, 1)"), "total_tokens from 1 to 5");
    EXPECT_EQ(shown("fetch traces | filter total_tokens in [1, 2]"), "total_tokens is 1,2");
    EXPECT_EQ(shown("fetch traces | filter status not_in ('ok', \"unset\")"), "!status is ok,unset");
    EXPECT_EQ(shown("fetch traces | filter name contains 'x'"), "name contains x");
    EXPECT_EQ(shown("fetch traces | filter model exists and provider not_exists"), "[!model empty provider empty]");
    EXPECT_EQ(shown("fetch traces | filter name eq 'it\\'s \\\\'"), "name is it's \\");
    EXPECT_EQ(shown("fetch traces | filter start_time gte '1970-01-01T00:00:01Z'"), "start_time from 1000 to -");
}

TEST(Oql, AndBindsMoreThanOr) {
    EXPECT_EQ(shown("fetch traces | filter name == '1' or name == '2' and name == '3'"),
              "(name is 1 [name is 2 name is 3])");
    EXPECT_EQ(shown("fetch traces | filter (name == '1' or name == '2') and name == '3'"),
              "[(name is 1 name is 2) name is 3]");
}

TEST(Oql, SaysWhereAndWhatWasExpected) {
    const std::pair<std::string_view, std::string_view> refusals[] = {
        {"", "oql at character 1: expected fetch, not the end"},
        {"select *", "oql at character 1: expected fetch, not \"select\""},
        {"fetch logs", "oql at character 7: expected traces, not \"logs\""},
        {"fetch traces filter", "oql at character 14: expected |, not \"filter\""},
        {"fetch traces |", "oql at character 15: expected filter, sort or limit, not the end"},
        {"fetch traces | summarize", "oql at character 16: expected filter, sort or limit, not \"summarize\""},
        {"fetch traces | sort name", "oql at character 21: expected end_time, not \"name\""},
        {"fetch traces | sort end_time asc", "oql at character 30: expected desc, not \"asc\""},
        {"fetch traces | limit 0", "oql at character 22: expected an integer, 1 or more, not \"0\""},
        {"fetch traces | limit 'x'", "oql at character 22: expected an integer, 1 or more, not \"x\""},
        {"fetch traces | limit 1.5", "oql at character 22: expected an integer, 1 or more, not \"1.5\""},
        {"fetch traces | filter nope == 1", "oql at character 23: the field is none of a trace: \"nope\""},
        {"fetch traces | filter attributes.x == 1",
         "oql at character 23: the field names an attribute, which searches do not know: \"attributes.x\""},
        {"fetch traces | filter name == 'x", "oql at character 31: the text that begins here does not end"},
        {"fetch traces | filter name == 'x\\", "oql at character 31: the text that begins here does not end"},
        {"fetch traces | filter name == x", "oql at character 31: expected a text in quotes or a number, not \"x\""},
        {"fetch traces | filter name in ('x'", "oql at character 35: expected ), not the end"},
        {"fetch traces | filter name in ['x')", "oql at character 35: expected ], not \")\""},
        {"fetch traces | filter name in ()", "oql at character 32: expected a text in quotes or a number, not \")\""},
        {"fetch traces | filter (name == 'x'", "oql at character 35: expected ), not the end"},
        {"fetch traces | filter name == ('x', 'y')", "oql at character 31: values must be one with this operator"},
        {"fetch traces | filter duration_ms > 'x'", "oql at character 37: values has no number: \"x\""},
        {"fetch traces | filter end_time > 5",
         "oql at character 34: values has no date such as 2026-01-02T03:04:05Z: \"5\""},
        {"fetch traces | filter name == 'x' |", "oql at character 36: expected filter, sort or limit, not the end"},
    };
    for (const auto& [text, message] : refusals) {
        auto oql = parse_oql(text);
        ASSERT_FALSE(oql) << text;
        EXPECT_EQ(oql.error().message, message);
        EXPECT_EQ(oql.error().code, Code::invalid);
        EXPECT_EQ(oql.error().field, "oql");
    }
    EXPECT_TRUE(shown("fetch traces | filter name = 'x'").starts_with("oql at character 28: expected an operator"));
    EXPECT_TRUE(shown("fetch traces | filter name > 'x'").starts_with("oql at character 28: the operator of name"));
}

TEST(Oql, IsBoundedInSizeDepthAndNumbers) {
    auto nested = [](std::size_t depth) {
        return fmt::format("fetch traces | filter {}name == 'x'{}", std::string(depth, '('), std::string(depth, ')'));
    };
    EXPECT_TRUE(parse_oql(nested(kMaxOqlNesting)));
    EXPECT_NE(shown(nested(kMaxOqlNesting + 1)).find("parentheses"), std::string::npos);

    std::string many = "fetch traces | filter name == 'x'";
    for (std::size_t i = 1; i < kMaxFilters; ++i) many += " and name == 'x'";
    EXPECT_TRUE(parse_oql(many));
    EXPECT_NE(shown(many + " | filter name == 'x'").find("conditions"), std::string::npos);

    std::string values = "'x'";
    for (std::size_t i = 1; i < kMaxFilterValues; ++i) values += ",'x'";
    EXPECT_TRUE(parse_oql(fmt::format("fetch traces | filter name in ({})", values)));
    EXPECT_NE(shown(fmt::format("fetch traces | filter name in ({},'x')", values)).find("values"), std::string::npos);

    EXPECT_TRUE(parse_oql("fetch traces" + std::string(kMaxOqlBytes - 12, ' ')));
    EXPECT_NE(shown("fetch traces" + std::string(kMaxOqlBytes - 11, ' ')).find("bytes"), std::string::npos);
}

}  // namespace
}  // namespace spanreel::api::orq
