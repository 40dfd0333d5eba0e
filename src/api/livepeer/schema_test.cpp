// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/json/json_parse.hpp"
#include "api/livepeer/request_schemas.hpp"

namespace spanreel::api::livepeer {
namespace {

std::string failure_of(const Schema& schema, std::string_view body) {
    return schema.find_failure(parse_json(body).value()).value_or("fits");
}

TEST(SchemaTest, FailuresAreWordedAsAjvDoes) {
    EXPECT_EQ(failure_of(new_stream_schema(), "{}"),
              R"({"instancePath":"","schemaPath":"#/required","keyword":"required",)"
              R"("params":{"missingProperty":"name"},"message":"must have required property 'name'"})");
    EXPECT_EQ(failure_of(new_stream_schema(), R"({"name":"a","x":1})"),
              R"({"instancePath":"","schemaPath":"#/additionalProperties","keyword":"additionalProperties",)"
              R"("params":{"additionalProperty":"x"},"message":"must NOT have additional properties"})");
    EXPECT_EQ(failure_of(new_stream_schema(), R"({"name":1})"),
              R"({"instancePath":"/name","schemaPath":"#/properties/name/type","keyword":"type",)"
              R"("params":{"type":"string"},"message":"must be string"})");
    EXPECT_EQ(failure_of(new_stream_schema(), R"({"name":"a","playbackPolicy":{"type":"x"}})"),
              R"({"instancePath":"/playbackPolicy/type",)"
              R"("schemaPath":"#/properties/playbackPolicy/properties/type/enum","keyword":"enum",)"
              R"("params":{"allowedValues":["public","jwt","webhook","lit_signing_condition"]},)"
              R"("message":"must be equal to one of the allowed values"})");
}

TEST(SchemaTest, ProfilesHaveBounds) {
    const auto with = [](std::string_view profile) {
        return failure_of(new_stream_schema(), fmt::format(R"({{"name":"a","profiles":[{}]}})", profile));
    };
    EXPECT_EQ(with(R"({"width":128,"name":"a","height":128,"bitrate":400,"fps":0})"), "fits");
    EXPECT_THAT(with(R"({"width":127,"name":"a","height":128,"bitrate":400,"fps":0})"),
                testing::HasSubstr("must be >= 128"));
    EXPECT_THAT(with(R"({"width":128.5,"name":"a","height":128,"bitrate":400,"fps":0})"),
                testing::HasSubstr("must be integer"));
    EXPECT_THAT(with(R"({"width":128,"name":"","height":128,"bitrate":400,"fps":0})"),
                testing::HasSubstr("must NOT have fewer than 1 characters"));
    EXPECT_THAT(with(R"({"width":128,"name":"a","height":128,"bitrate":400})"), testing::HasSubstr("'fps'"));
    EXPECT_EQ(failure_of(new_stream_schema(), R"({"name":"a","profiles":null})"), "fits");
}

TEST(SchemaTest, OfSeveralChoicesTheFirstFailureIsTold) {
    EXPECT_EQ(failure_of(new_stream_schema(), R"({"name":"a","creatorId":"c"})"), "fits");
    EXPECT_EQ(failure_of(new_stream_schema(), R"({"name":"a","creatorId":{"type":"unverified","value":"c"}})"), "fits");
    EXPECT_THAT(failure_of(new_stream_schema(), R"({"name":"a","creatorId":1})"),
                testing::HasSubstr("#/properties/creatorId/anyOf/0/type"));
    EXPECT_EQ(failure_of(new_stream_schema(), R"({"name":"a","userTags":{"t":["x",1],"u":2}})"), "fits");
    EXPECT_THAT(failure_of(new_stream_schema(), R"({"name":"a","userTags":{"a/b":true}})"),
                testing::HasSubstr("/userTags/a~1b"));
}

TEST(SchemaTest, SomethingElseThanAnObjectIsATypeFailure) {
    EXPECT_THAT(failure_of(new_clip_schema(), "[]"), testing::HasSubstr("must be object"));
}

}  // namespace
}  // namespace spanreel::api::livepeer
