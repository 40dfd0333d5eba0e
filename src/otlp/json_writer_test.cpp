// SPDX-License-Identifier: Apache-2.0
#include "otlp/json_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "otlp/json.hpp"
#include "otlp/request_builder.hpp"

namespace spanreel::otlp {
namespace {

std::string json_of(std::string_view request) {
    std::string out;
    EXPECT_TRUE(append_json_from_protobuf(out, request));
    return out;
}

EncodedValue map_of(const std::vector<AttributeInput>& entries) {
    std::string map, value;
    for (const AttributeInput& entry : entries) protozero::pbf_writer(map).add_message(1, encode_attribute(entry));
    protozero::pbf_writer(value).add_message(6, map);
    return {value};
}

EncodedValue bytes_value(const std::string& bytes) {
    std::string value;
    protozero::pbf_writer(value).add_bytes(7, bytes);
    return {value};
}

TEST(JsonWriter, WritesWhatTheSpecificationNames) {
    SpanInput span{.parent_id = std::string(8, '\x02'), .attributes = {{"n", std::int64_t{-5}}}};
    EXPECT_EQ(json_of(encode_request({span}, {{"service.name", "a"}})),
              R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},)"
              R"("scopeSpans":[{"scope":{"name":"test","version":"1.2.3"},"spans":[{)"
              R"("traceId":"00000000000000000000000000000001","spanId":"0000000000000001",)"
              R"("parentSpanId":"0202020202020202","name":"span","kind":1,)"
              R"("startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000001000000000",)"
              R"("attributes":[{"key":"n","value":{"intValue":"-5"}}]}],)"
              R"("schemaUrl":"https://opentelemetry.io/schemas/1.37.0"}]}]})");
}

TEST(JsonWriter, EveryValueReadsBackToTheSameBytes) {
    const SpanInput span{.name = "quote \" slash \\ lines \n\r\t bell \a é 😀",
                         .status = 2,
                         .attributes = {{"text", "ä"},
                                        {"empty", ""},
                                        {"zero", 0},
                                        {"smallest", std::int64_t{INT64_MIN}},
                                        {"largest", std::int64_t{INT64_MAX}},
                                        {"past 2^53", std::int64_t{9007199254740993}},
                                        {"false", false},
                                        {"true", true},
                                        {"tenth", 0.1},
                                        {"whole", 5.0},
                                        {"huge", 1.7976931348623157e308},
                                        {"tiny", 5e-324},
                                        {"minus zero", -0.0},
                                        {"infinite", -HUGE_VAL},
                                        {"none", EncodedValue{}},
                                        {"list", std::vector<std::string>{"a", "", "b"}},
                                        {"bytes", bytes_value(std::string("\0\xFF\x80", 3))},
                                        {"map", map_of({{"in", map_of({{"deep", 1}})}, {"in", "twice"}})}},
                         .event = {{"k", 1}}};
    const std::string request = encode_request({span, SpanInput{}}, {{"r", 1}});
    EXPECT_EQ(protobuf_from_json(json_of(request)).value(), request);
}

TEST(JsonWriter, KeepsTheEntitiesOfAResource) {
    const std::string line =
        R"({"resourceSpans":[{"resource":{"entityRefs":[{"schemaUrl":"u","type":"service","idKeys":["a","b"],)"
        R"("descriptionKeys":["c"]}]}}]})";
    EXPECT_EQ(json_of(protobuf_from_json(line).value()), line);
}

TEST(JsonWriter, MendsTextThatIsNotUtf8) {
    EXPECT_NE(json_of(encode_request({{.name = "a\xFFz"}})).find("\"name\":\"a\uFFFDz\""), std::string::npos);
}

TEST(JsonWriter, OfAValueSetTwiceTheLastCounts) {
    std::string value;
    protozero::pbf_writer writer(value);
    writer.add_int64(3, 1);
    writer.add_string(1, "first");
    writer.add_bool(2, true);
    EXPECT_NE(json_of(encode_request({{.attributes = {{"k", EncodedValue{value}}}}}))
                  .find(R"({"key":"k","value":{"boolValue":true}})"),
              std::string::npos);
}

TEST(JsonWriter, RefusesWhatIsMalformedOrTooDeep) {
    std::string out;
    EXPECT_EQ(append_json_from_protobuf(out, "\x0a\x05").error().code, Code::corrupt);
    EncodedValue deep = map_of({{"leaf", 1}});
    for (unsigned i = 0; i < kMaxJsonValueNesting; ++i) deep = map_of({{"in", deep}});
    EXPECT_EQ(append_json_from_protobuf(out, encode_request({{.attributes = {{"k", deep}}}})).error().code,
              Code::corrupt);
}

}  // namespace
}  // namespace spanreel::otlp
