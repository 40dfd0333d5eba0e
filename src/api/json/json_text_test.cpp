// SPDX-License-Identifier: Apache-2.0
#include "api/json/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <charconv>
#include <limits>
#include <random>

#include "api/json/json_parse.hpp"

namespace spanreel::api {
namespace {

std::string rewritten(std::string_view text) { return to_text(parse_json(text).value()); }

TEST(JsonText, NumbersLookAsPeopleWriteThem) {
    EXPECT_EQ(rewritten("[1.5,3.0,-0.25,0,1e3,123456789012,-7]"), "[1.5,3,-0.25,0,1000,123456789012,-7]");
    EXPECT_EQ(rewritten("[18446744073709551615,-9223372036854775808]"), "[18446744073709551615,-9223372036854775808]");
    EXPECT_EQ(rewritten("[1e300,1e-7]"), "[1e+300,1e-07]");
}

TEST(JsonText, NumbersWithoutJsonFormAreNull) {
    EXPECT_EQ(to_text(boost::json::array{std::numeric_limits<double>::infinity(), std::nan("")}), "[null,null]");
}

TEST(JsonText, ADoubleComesBackBitForBit) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        double number = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 200) - 150);
        char text[64];
        auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
        std::string written(text, end);
        boost::json::value again = parse_json(rewritten(written)).value();
        ASSERT_EQ(again.to_number<double>(), number) << written;
    }
}

TEST(JsonText, EscapesWhatJsonWantsEscaped) {
    std::string text = "\"\\\n\r\t\x01/\xc3\xa9";
    std::string written = to_text(boost::json::value(text));
    EXPECT_EQ(written, "\"\\\"\\\\\\n\\r\\t\\u0001/\xc3\xa9\"");
    EXPECT_EQ(parse_json(written).value().get_string(), text);
}

TEST(JsonText, KeepsTheOrderOfMembers) {
    EXPECT_EQ(rewritten(R"( { "b" : [ ] , "a" : { "z" : null , "y" : true } } )"),
              R"({"b":[],"a":{"z":null,"y":true}})");
}

TEST(JsonText, IsUtf8WhateverTheTextsAre) {
    EXPECT_EQ(to_text(boost::json::object{{"a\xFF", "z\xE2\x82"}}), "{\"a\uFFFD\":\"z\uFFFD\uFFFD\"}");
}

TEST(JsonParse, SaysWhereTheTextIsWrong) {
    for (std::string_view text : {"", "{", "[1,]", "{\"a\":1}x", "nul", "1e999", "\"\xff\"", "{'a':1}"}) {
        auto parsed = parse_json(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Code::invalid);
        EXPECT_NE(parsed.error().message.find("at byte"), std::string::npos) << parsed.error().message;
    }
}

TEST(JsonParse, BoundsTheNesting) {
    auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(parse_json(nested(kMaxJsonNesting)));
    auto parsed = parse_json(nested(kMaxJsonNesting + 1));
    ASSERT_FALSE(parsed);
    EXPECT_NE(parsed.error().message.find("deeper than 32"), std::string::npos);
}

}  // namespace
}  // namespace spanreel::api
