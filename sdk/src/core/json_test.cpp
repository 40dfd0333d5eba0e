// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "json_model.hpp"

namespace spanreel::sdk {

enum class Colour { red, green };
std::array<std::string_view, 2> enum_words(Colour) { return {"RED", "GREEN"}; }

struct Inner {
    double number = 0;
    std::vector<std::string> words;
};

struct Outer {
    std::string name;
    bool flag = false;
    std::int64_t whole = 0;
    Inner inner;
    std::vector<Inner> list;
    std::optional<std::string> maybe;
    std::optional<Nullable<std::string>> nullable;
    std::optional<OpenEnum<Colour>> colour;
    std::optional<Date> at;
    JsonText any;
};

template <class Visitor, class Self>
    requires IsModel<Self, Inner>
void members(Visitor& visit, Self& self) {
    visit("number", self.number);
    visit("words", self.words);
}

template <class Visitor, class Self>
    requires IsModel<Self, Outer>
void members(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("flag", self.flag);
    visit("whole", self.whole);
    visit("inner", self.inner);
    visit("list", self.list);
    visit("maybe", self.maybe);
    visit("nullable", self.nullable);
    visit("colour", self.colour);
    visit("at", self.at);
    visit("any", self.any);
}

namespace {

const std::string kWhole =
    R"({"name":"n","flag":true,"whole":3,"inner":{"number":1.5,"words":["a","b"]},"list":[{"number":0,"words":[]}],)"
    R"("maybe":"m","nullable":null,"colour":"BLUE","at":"2026-01-02T03:04:05.678Z","any":{"x":[1,null]}})";

Result<Outer> read(const std::string& body) {
    return read_body<Outer>({.status = 200, .headers = {}, .body = body, .url = {}});
}

std::string misfit(std::string body, const std::string& what, const std::string& with) {
    const auto at = body.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    const auto result = read(body.replace(at, what.size(), with));
    EXPECT_FALSE(result) << with;
    return result ? "" : result.error().cause;
}

TEST(JsonModel, GoesThereAndBack) {
    const auto outer = read(kWhole);
    ASSERT_TRUE(outer) << outer.error().message;
    EXPECT_EQ(json_of(*outer), kWhole);
    EXPECT_FALSE(outer->colour->is_known());
    EXPECT_EQ(outer->colour->word(), "BLUE");
    EXPECT_EQ(OpenEnum<Colour>(Colour::green).word(), "GREEN");
    EXPECT_EQ(OpenEnum<Colour>(std::string("RED")).value(), Colour::red);
    EXPECT_TRUE(outer->nullable->is_null());
}

TEST(JsonModel, LeavesOutWhatIsAbsentAndIgnoresWhatItDoesNotKnow) {
    const auto outer = read(
        R"({"name":"","flag":false,"whole":4.0,"inner":{"number":-0,"words":[],"more":1},"list":[],"any":1,"other":{}})");
    ASSERT_TRUE(outer) << outer.error().message;
    EXPECT_EQ(outer->whole, 4);
    EXPECT_FALSE(outer->maybe || outer->nullable || outer->colour || outer->at);
    EXPECT_EQ(json_of(*outer),
              R"({"name":"","flag":false,"whole":4,"inner":{"number":0,"words":[]},"list":[],"any":1})");
}

TEST(JsonModel, SaysWhereSomethingDoesNotFit) {
    EXPECT_EQ(misfit(kWhole, R"("name":"n")", R"("name":1)"), "name: expected a string");
    EXPECT_EQ(misfit(kWhole, R"("name":"n",)", ""), "name: expected to be there");
    EXPECT_EQ(misfit(kWhole, R"("number":1.5)", R"("number":"1")"), "inner.number: expected a number");
    EXPECT_EQ(misfit(kWhole, R"("words":[])", R"("words":["a",2])"), "list[0].words[1]: expected a string");
    EXPECT_EQ(misfit(kWhole, R"("whole":3)", R"("whole":3.5)"), "whole: expected a whole number");
    EXPECT_EQ(misfit(kWhole, R"("maybe":"m")", R"("maybe":null)"), "maybe: expected a string");
    EXPECT_EQ(misfit(kWhole, R"([{"number":0,"words":[]}])", "null"), "list: expected an array");
    EXPECT_NE(misfit(kWhole, "2026-01-02T", "2026-01-02 ").find("at: expected a date"), std::string::npos);
    EXPECT_NE(misfit(kWhole, "{", "{{").find(""), std::string::npos);
    EXPECT_NE(read("[]").error().message.find("the value: expected an object"), std::string::npos);
    EXPECT_NE(read("").error().message.find("no JSON"), std::string::npos);
    EXPECT_FALSE(read(std::string(100'000, '[')));
}

TEST(JsonText, NumbersAreWrittenAsJavaScriptDoes) {
    const std::vector<std::pair<double, std::string>> rows{{0, "0"},
                                                           {-0.0, "0"},
                                                           {1, "1"},
                                                           {-1.5, "-1.5"},
                                                           {100000, "100000"},
                                                           {123456789012345680000.0, "123456789012345680000"},
                                                           {1e21, "1e+21"},
                                                           {1.5e300, "1.5e+300"},
                                                           {0.1, "0.1"},
                                                           {0.000001, "0.000001"},
                                                           {1e-7, "1e-7"},
                                                           {1.25e-9, "1.25e-9"},
                                                           {0.1 + 0.2, "0.30000000000000004"},
                                                           {9007199254740993.0, "9007199254740992"},
                                                           {5e-324, "5e-324"},
                                                           {std::numeric_limits<double>::infinity(), "null"},
                                                           {std::nan(""), "null"}};
    for (const auto& [number, text] : rows) EXPECT_EQ(json_of(number), text);
    EXPECT_EQ(json_of(std::string("a\"\\\b\f\n\r\t\x01\x1f\x7f/\xc3\xa9")),
              "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f/\xc3\xa9\"");
}

TEST(Date, IsReadAsTheServicesClientsDo) {
    for (const char* same : {"2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678999Z", "2026-01-02T05:34:05.678+02:30",
                             "2026-01-02T02:04:05.678-0100"})
        EXPECT_EQ(to_iso(from_iso(same).value()), "2026-01-02T03:04:05.678Z") << same;
    EXPECT_EQ(to_iso(from_iso("1969-12-31T23:59:59.9Z").value()), "1969-12-31T23:59:59.900Z");
    for (const char* none :
         {"", "2026-01-02", "2026-01-02 03:04:05Z", "2026-01-02t03:04:05z", "2026-01-02T03:04:05",
          "2026-02-30T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04Z"})
        EXPECT_FALSE(from_iso(none)) << none;
}

}  // namespace
}  // namespace spanreel::sdk
