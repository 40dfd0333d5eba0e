// SPDX-License-Identifier: Apache-2.0
#include "otlp/render.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <limits>

#include "otlp/json.hpp"
#include "otlp/request_builder.hpp"

namespace spanreel::otlp {
namespace {

TEST(Render, ShowsValuesWithTheirStructure) {
    auto body = protobuf_from_json(
        R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}}]},
      "scopeSpans":[{"scope":{"name":"lib","version":"2"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708",
      "kind":3,"status":{"message":"why"},
      "attributes":[{"key":"big","value":{"intValue":"9007199254740993"}},{"key":"nan","value":{"doubleValue":"NaN"}},
       {"key":"m","value":{"kvlistValue":{"values":[{"key":"list","value":{"arrayValue":{"values":[{"boolValue":false},{}]}}}]}}},
       {"key":"raw","value":{"bytesValue":"aGk="}},{"key":"twice","value":{"intValue":1}},{"key":"twice","value":{"intValue":2}}],
      "events":[{"name":"e","timeUnixNano":"1760000000000000123","attributes":[{"key":"x","value":{"doubleValue":0.5}}]}],
      "links":[{"traceId":"0102030405060708090a0b0c0d0e0f11","spanId":"0102030405060709"}]}]}]}]})");
    ASSERT_TRUE(body);
    Batch batch;
    ASSERT_TRUE(decode(*body, {}, batch));
    auto shown = to_json(batch.spans[0], batch.sources[0]);
    auto expected = boost::json::parse(R"({"kind":"client","status_message":"why",
      "attributes":{"big":9007199254740993,"nan":"NaN","m":{"list":[false,null]},"raw":"aGk=","twice":2},
      "events":[{"time":"2025-10-09T08:53:20.000Z","time_unix_nano":"1760000000000000123","name":"e","attributes":{"x":0.5}}],
      "links":[{"trace_id":"0102030405060708090a0b0c0d0e0f11","span_id":"0102030405060709","attributes":{}}],
      "resource":{"service.name":"api"},"scope":{"name":"lib","version":"2"}})");
    EXPECT_EQ(boost::json::value(shown), expected);
}

TEST(Render, ASpanWithoutAttributesHasAnEmptyObject) {
    std::string raw = encode_span({});
    auto shown = to_json(*parse_span(raw), parse_source("", ""));
    EXPECT_EQ(boost::json::value(shown), boost::json::parse(R"({"kind":"internal","attributes":{}})"));
}

TEST(Render, MendsBrokenUtf8) {
    SpanInput input;
    input.attributes = {{"bad\xFF", "v\xFF"}};
    std::string raw = encode_span(input);
    auto shown = to_json(parse_span(raw)->attributes());
    EXPECT_EQ(shown.at("bad\uFFFD").as_string(), "v\uFFFD");
}

TEST(Render, BoundsForeignNesting) {
    std::string value;
    for (int i = 0; i < 1'000; ++i) {
        std::string array, outer;
        if (i > 0) protozero::pbf_writer(array).add_message(1, value);
        protozero::pbf_writer(outer).add_message(5, array);
        value = outer;
    }
    boost::json::value shown = to_json(parse_value(value));
    unsigned depth = 0;
    for (const boost::json::value* at = &shown; at->is_array() && !at->as_array().empty(); at = &at->as_array()[0])
        ++depth;
    EXPECT_EQ(depth, 64u);
}

}  // namespace
}  // namespace spanreel::otlp
