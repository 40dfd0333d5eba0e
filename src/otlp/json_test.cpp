// SPDX-License-Identifier: Apache-2.0
#include "otlp/json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/encoding.hpp"
#include "otlp/decode.hpp"

namespace spanreel::otlp {
namespace {

Batch from_json(const std::string& json) {
    Batch batch;
    auto body = protobuf_from_json(json);
    EXPECT_TRUE(body) << body.error().message;
    if (!body) return batch;
    auto result = decode(std::move(*body), {}, batch);
    EXPECT_TRUE(result) << result.error().message;
    return batch;
}

std::string one_span(const std::string& fields) {
    return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",)"
           R"("spanId":"0102030405060708")" +
           (fields.empty() ? "" : "," + fields) + "}]}]}]}";
}

std::map<std::string, Value> attributes_of(const Batch& batch) {
    std::map<std::string, Value> found;
    for (const Attribute& attribute : batch.spans.at(0).attributes()) found.emplace(attribute.key, attribute.value);
    return found;
}

// The shape @opentelemetry/otlp-transformer writes.
TEST(Json, TakesWhatOpenTelemetryJsSends) {
    Batch batch = from_json(R"({"resourceSpans":[{"resource":{"attributes":[
        {"key":"service.name","value":{"stringValue":"checkout"}},
        {"key":"process.pid","value":{"intValue":4711}},
        {"key":"process.command_args","value":{"arrayValue":{"values":[{"stringValue":"node"},{"stringValue":"a.js"}]}}}],
        "droppedAttributesCount":0},
      "scopeSpans":[{"scope":{"name":"ai","version":"1.0"},"spans":[{
        "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173",
        "name":"chat gpt-4o","kind":3,"startTimeUnixNano":"1760000000000000001","endTimeUnixNano":"1760000001000000002",
        "attributes":[{"key":"gen_ai.usage.input_tokens","value":{"intValue":"9007199254740993"}},
          {"key":"temperature","value":{"doubleValue":0.2}},{"key":"stream","value":{"boolValue":true}},
          {"key":"whole","value":{"doubleValue":1}},{"key":"huge","value":{"intValue":1e+300}},
          {"key":"part","value":{"intValue":"0.5"}}],
        "droppedAttributesCount":0,
        "events":[{"attributes":[{"key":"a","value":{"stringValue":"b"}}],"name":"first","timeUnixNano":"1760000000500000000","droppedAttributesCount":0}],
        "droppedEventsCount":0,"status":{"code":2,"message":"no"},"links":[{"traceId":"5b8efff798038103d269b633813fc60d","spanId":"eee19b7ec3c1b175","attributes":[]}],"droppedLinksCount":0,"flags":257}],
        "schemaUrl":"u"}]}]})");
    ASSERT_EQ(batch.spans.size(), 1u);
    const SpanView& span = batch.spans[0];
    EXPECT_EQ(to_hex(span.trace_id.view()), "5b8efff798038103d269b633813fc60c");
    EXPECT_EQ(to_hex(span.parent_id.view()), "eee19b7ec3c1b173");
    EXPECT_EQ(span.kind, SpanKind::client);
    EXPECT_EQ(span.status, SpanStatus::error);
    EXPECT_EQ(span.status_message, "no");
    EXPECT_EQ(to_unix_nanos(span.start), 1'760'000'000'000'000'001);
    auto attributes = attributes_of(batch);
    EXPECT_EQ(attributes["gen_ai.usage.input_tokens"].integer, 9'007'199'254'740'993);
    EXPECT_EQ(attributes["temperature"].real, 0.2);
    EXPECT_TRUE(attributes["stream"].boolean);
    EXPECT_EQ(attributes["whole"].type, ValueType::real);
    EXPECT_EQ(attributes["huge"].real, 1e300);
    EXPECT_EQ(attributes["part"].real, 0.5);
    EXPECT_EQ(span.events().begin()->name, "first");
    EXPECT_EQ(span.links().begin()->span_id.size(), 8u);
    EXPECT_EQ(batch.sources[0].scope_name, "ai");
    EXPECT_EQ(batch.sources[0].scope_schema_url, "u");
}

TEST(Json, TakesSnakeCaseNullsAndUnknownFields) {
    Batch batch = from_json(R"({"resource_spans":[{"resource":null,"future":{"a":[1,{"b":[]}]},"scope_spans":[{"spans":[
        {"trace_id":"0102030405060708090A0B0C0D0E0F10","span_id":"0102030405060708","parent_span_id":null,
         "start_time_unix_nano":17,"end_time_unix_nano":1.8e1,"kind":"SPAN_KIND_SERVER","status":{"code":"STATUS_CODE_OK"},
         "x":[[["deep"]]],"name":"n"}]}]}],"more":1})");
    ASSERT_EQ(batch.spans.size(), 1u);
    EXPECT_EQ(to_unix_nanos(batch.spans[0].start), 17);
    EXPECT_EQ(to_unix_nanos(batch.spans[0].end), 18);
    EXPECT_EQ(batch.spans[0].kind, SpanKind::server);
    EXPECT_EQ(batch.spans[0].status, SpanStatus::ok);
}

TEST(Json, TakesUuidsAsIds) {
    Batch batch =
        from_json(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"018f3a5e-0000-7000-8000-0123456789ab",
        "spanId":"018f3a5e00007000800001234567EEEE","parentSpanId":""}]}]}]})");
    ASSERT_EQ(batch.spans.size(), 1u);
    EXPECT_EQ(to_hex(batch.spans[0].trace_id.view()), "018f3a5e0000700080000123456789ab");
    EXPECT_EQ(batch.spans[0].span_id.size, 16);
    EXPECT_TRUE(batch.spans[0].parent_id.empty());
}

TEST(Json, ABadIdRejectsItsSpanAlone) {
    Batch batch = from_json(R"({"resourceSpans":[{"scopeSpans":[{"spans":[
        {"traceId":"zz","spanId":"0102030405060708"},
        {"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708"}]}]}]})");
    EXPECT_EQ(batch.spans.size(), 1u);
    EXPECT_EQ(batch.rejected_count(), 1u);
}

TEST(Json, CarriesEveryKindOfValue) {
    Batch batch = from_json(one_span(R"("attributes":[
        {"key":"nan","value":{"doubleValue":"NaN"}},{"key":"inf","value":{"doubleValue":"-Infinity"}},
        {"key":"min","value":{"intValue":"-9223372036854775808"}},
        {"key":"bytes","value":{"bytesValue":"aGk="}},{"key":"urlsafe","value":{"bytesValue":"-_8"}},
        {"value":{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{},{"intValue":1}]}}}]}},"key":"map"},
        {"key":"empty","value":{"arrayValue":{}}},{"key":"none","value":null}])"));
    auto attributes = attributes_of(batch);
    EXPECT_TRUE(std::isnan(attributes["nan"].real));
    EXPECT_TRUE(std::isinf(attributes["inf"].real));
    EXPECT_EQ(attributes["min"].integer, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(attributes["bytes"].data, "hi");
    EXPECT_EQ(attributes["urlsafe"].data, "\xFB\xFF");
    Attributes map = entries(attributes["map"]);
    EXPECT_EQ(map.begin()->key, "k");
    Values list = elements(map.begin()->value);
    EXPECT_EQ(std::ranges::distance(list.begin(), list.end()), 2);
    EXPECT_EQ(attributes["empty"].type, ValueType::array);
    EXPECT_EQ(attributes["none"].type, ValueType::none);
    EXPECT_EQ(attributes.size(), 8u);
}

TEST(Json, ReadsNumbersToTheirLastBit) {
    struct Case {
        std::string_view text;
        double number;
    };
    constexpr Case kCases[] = {{"1.7976931348623157e308", std::numeric_limits<double>::max()},
                               {"5e-324", std::numeric_limits<double>::denorm_min()},
                               {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
                               {"2.2250738585072014e-308", std::numeric_limits<double>::min()},
                               {"0.29999999999999998", 0x1.3333333333333p-2},
                               {"0.30000000000000004", 0x1.3333333333334p-2},
                               {"0.3000000000000001", 0x1.3333333333335p-2},
                               {"-1.0000000000000002", -0x1.0000000000001p0},
                               {"7.2057594037927933e16", 0x1.0p56},
                               {"123456789012345680000000", 0x1.a249b1f10a06dp76}};
    for (const Case& one : kCases) {
        const std::string value = fmt::format(R"({{"key":"n","value":{{"doubleValue":{}}}}})", one.text);
        EXPECT_EQ(attributes_of(from_json(one_span(R"("attributes":[)" + value + "]")))["n"].real, one.number)
            << one.text;
    }
}

TEST(Json, MendsHalvesOfSurrogatePairs) {
    Batch batch = from_json(one_span(R"("name":"a\ud83d b\ude00 c\ud83d\ude00 \\ud83d")"));
    EXPECT_EQ(batch.spans[0].name, "a\uFFFD b\uFFFD c\U0001F600 \\ud83d");
}

TEST(Json, NamesWhatIsWrongAndWhere) {
    auto message = [](const std::string& json) {
        auto result = protobuf_from_json(json);
        EXPECT_FALSE(result);
        return result ? "" : result.error().message;
    };
    EXPECT_EQ(message("[]"), "The request must be a JSON object (at byte 0)");
    EXPECT_EQ(message("7").substr(0, 33), "The request must be a JSON object");
    EXPECT_EQ(message(R"({"resourceSpans":)").substr(0, 25), "Malformed JSON at byte 17");
    EXPECT_EQ(message(R"({} x)").substr(0, 24), "Malformed JSON at byte 3");
    EXPECT_EQ(message("").substr(0, 24), "Malformed JSON at byte 0");
    EXPECT_NE(message(one_span(R"("attributes":[{"key":"a","value":{"intValue":"x"}}])"))
                  .find("resourceSpans.scopeSpans.spans.attributes.value.intValue has a value of the wrong type"),
              std::string::npos);
    EXPECT_NE(message(one_span(R"("name":{})")).find("spans.name"), std::string::npos);
    EXPECT_NE(message(one_span(R"("attributes":[[]])")).find("spans.attributes"), std::string::npos);
    EXPECT_NE(message(R"({"resourceSpans":[{"resource":{"entityRefs":[{"idKeys":[["a"]]}]}}]})").find("idKeys has"),
              std::string::npos);
    EXPECT_NE(message(R"({"resourceSpans":[{"resource":{"entityRefs":[{"type":["a"]}]}}]})").find("type has"),
              std::string::npos);
    EXPECT_NE(message(one_span(R"("attributes":"a")")).find("spans.attributes"), std::string::npos);
}

TEST(Json, BoundsDepth) {
    std::string known;
    for (int i = 0; i < 40; ++i) known += R"({"arrayValue":{"values":[)";
    known += R"({"stringValue":"deep"})";
    for (int i = 0; i < 40; ++i) known += "]}}";
    Batch batch = from_json(one_span(R"("attributes":[{"key":"a","value":)" + known + "}]"));
    bool cut = false;
    for (const Attribute& attribute : batch.spans.at(0).attributes()) cut |= attribute.key == kTruncatedKey;
    EXPECT_TRUE(cut);

    std::string deep(5'000, '[');
    EXPECT_FALSE(protobuf_from_json(R"({"a":)" + deep));
}

TEST(Json, LeavesOutValuesNestedTooDeep) {
    std::string known;
    for (int i = 0; i < 100; ++i) known += R"({"arrayValue":{"values":[)";
    for (int i = 0; i < 100; ++i) known += "]}}";
    Batch batch = from_json(one_span(R"("name":"n","attributes":[{"key":"a","value":)" + known + "}]"));
    EXPECT_EQ(batch.spans.at(0).name, "n");
}

}  // namespace
}  // namespace spanreel::otlp
