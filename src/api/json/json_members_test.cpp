// SPDX-License-Identifier: Apache-2.0
#include "api/json/json_members.hpp"

#include <gtest/gtest.h>

namespace spanreel::api {
namespace {

boost::json::object object_of(std::string_view text) { return parse_body(text).value(); }

TEST(JsonMembers, ReadsTypedMembers) {
    auto object = object_of(R"({"text": "t", "real": 1.5, "whole": 3.0, "yes": true, "list": ["a", "b"],
                               "time": "2026-01-02T03:04:05.678Z", "in": {"n": 1}, "many": [{"n": 2}, {"n": 3}]})");
    JsonMembers members(object);
    EXPECT_EQ(members.required<std::string>("text"), "t");
    EXPECT_EQ(members.required<double>("real"), 1.5);
    EXPECT_EQ(members.required<std::int64_t>("whole"), 3);
    EXPECT_EQ(members.optional<bool>("yes"), true);
    EXPECT_EQ(members.required<std::vector<std::string>>("list"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(to_iso_millis(members.required<Time>("time")), "2026-01-02T03:04:05.678Z");
    EXPECT_EQ(members.required<JsonMembers>("in").required<std::int64_t>("n"), 1);
    EXPECT_EQ(members.required<std::vector<JsonMembers>>("many").at(1).required<std::int64_t>("n"), 3);
    EXPECT_EQ(members.optional<std::string>("absent"), std::nullopt);
    EXPECT_TRUE(members.failure());
}

TEST(JsonMembers, NullIsAbsentOnlyWhereItMayBe) {
    auto object = object_of(R"({"a": null})");
    JsonMembers members(object);
    EXPECT_EQ(members.nullable<std::string>("a"), std::nullopt);
    EXPECT_TRUE(members.failure());
    EXPECT_EQ(members.optional<std::string>("a"), std::nullopt);
    ASSERT_FALSE(members.failure());
    EXPECT_EQ(members.failure().error().message, "a must be a string");
}

TEST(JsonMembers, KeepsTheFirstFailureWithItsPath) {
    auto object = object_of(R"({"many": [{"n": 2}, {"n": "x"}]})");
    JsonMembers members(object);
    for (const JsonMembers& one : members.required<std::vector<JsonMembers>>("many")) (void)one.required<double>("n");
    (void)members.required<std::string>("absent");
    ASSERT_FALSE(members.failure());
    EXPECT_EQ(members.failure().error().code, Code::invalid);
    EXPECT_EQ(members.failure().error().field, "many[1].n");
    EXPECT_EQ(members.failure().error().message, "many[1].n must be a number");
}

TEST(JsonMembers, RefusesWrongTypes) {
    std::string_view body = R"({"text": 1, "real": "1", "half": 1.5, "huge": 1e17, "list": ["a", 1], "time": "now",
                               "in": [], "many": [1], "flag": 0})";
    auto object = object_of(body);
    auto message = [&](auto read) {
        JsonMembers members(object);
        read(members);
        return members.failure() ? "" : members.failure().error().message;
    };
    EXPECT_EQ(message([](auto& in) { in.template optional<std::string>("text"); }), "text must be a string");
    EXPECT_EQ(message([](auto& in) { in.template optional<double>("real"); }), "real must be a number");
    EXPECT_EQ(message([](auto& in) { in.template optional<std::int64_t>("half"); }), "half must be an integer");
    EXPECT_EQ(message([](auto& in) { in.template optional<std::int64_t>("huge"); }), "huge must be an integer");
    EXPECT_EQ(message([](auto& in) { in.template optional<std::vector<std::string>>("list"); }),
              "list must be an array of strings");
    EXPECT_EQ(message([](auto& in) { in.template optional<Time>("time"); }),
              "time is not a date and time: \"now\"; expected 2026-01-02T03:04:05.678Z");
    EXPECT_EQ(message([](auto& in) { in.template optional<JsonMembers>("in"); }), "in must be an object");
    EXPECT_EQ(message([](auto& in) { in.template optional<std::vector<JsonMembers>>("many"); }),
              "many must be an array of objects");
    EXPECT_EQ(message([](auto& in) { in.template optional<bool>("flag"); }), "flag must be true or false");
    EXPECT_EQ(message([](auto& in) { in.template required<bool>("absent"); }), "absent is required");
}

TEST(JsonMembers, ABodyIsAnObject) {
    for (std::string_view body : {"[]", "1", "null", "\"x\""}) {
        auto parsed = parse_body(body);
        ASSERT_FALSE(parsed);
        EXPECT_EQ(parsed.error().message, "the body must be a JSON object");
    }
}

}  // namespace
}  // namespace spanreel::api
