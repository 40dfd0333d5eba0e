// SPDX-License-Identifier: Apache-2.0
#include "otlp/decode.hpp"

#include <gtest/gtest.h>

#include "otlp/request_builder.hpp"

namespace spanreel::otlp {
namespace {

Batch decoded(const std::string& body, const Limits& limits = {}) {
    Batch batch;
    auto result = decode(body, limits, batch);
    EXPECT_TRUE(result) << result.error().message;
    return batch;
}

std::string id(std::size_t size, char last) { return std::string(size - 1, '\0') + last; }

TEST(Decode, ReadsEveryFieldOfASpan) {
    SpanInput input;
    input.parent_id = id(8, 9);
    input.name = "chat gpt-4o";
    input.kind = 3;
    input.status = 2;
    input.attributes = {
        {"text", "hello"}, {"flag", true}, {"whole", -7}, {"part", 0.5}, {"list", std::vector<std::string>{"a", "b"}}};
    input.event = {{"inside", "event"}};
    std::string raw = encode_span(input);
    Batch batch = decoded(encode_request({input}, {{"service.name", "api"}}, "my-scope"));

    ASSERT_EQ(batch.spans.size(), 1u);
    const SpanView& span = batch.spans[0];
    EXPECT_EQ(as_text(span.trace_id.view()), input.trace_id);
    EXPECT_EQ(as_text(span.span_id.view()), input.span_id);
    EXPECT_EQ(as_text(span.parent_id.view()), input.parent_id);
    EXPECT_EQ(span.name, "chat gpt-4o");
    EXPECT_EQ(span.kind, SpanKind::client);
    EXPECT_EQ(span.status, SpanStatus::error);
    EXPECT_EQ(span.status_message, "status message");
    EXPECT_EQ(to_unix_nanos(span.start), 1'760'000'000'000'000'000);
    EXPECT_EQ(to_unix_nanos(span.end), 1'760'000'001'000'000'000);
    EXPECT_EQ(span.raw, raw);

    std::vector<Attribute> attributes;
    for (const Attribute& attribute : span.attributes()) attributes.push_back(attribute);
    ASSERT_EQ(attributes.size(), 5u);
    EXPECT_EQ(attributes[0].key, "text");
    EXPECT_EQ(attributes[0].value.data, "hello");
    EXPECT_TRUE(attributes[1].value.boolean);
    EXPECT_EQ(attributes[2].value.integer, -7);
    EXPECT_EQ(attributes[3].value.real, 0.5);
    std::vector<std::string_view> list;
    for (const Value& value : elements(attributes[4].value)) list.push_back(value.data);
    EXPECT_EQ(list, (std::vector<std::string_view>{"a", "b"}));

    auto events = span.events();
    auto event = events.begin();
    ASSERT_FALSE(event == events.end());
    EXPECT_EQ(event->name, "event");
    EXPECT_EQ(event->attributes().begin()->value.data, "event");

    ASSERT_EQ(batch.sources.size(), 1u);
    const SourceView& source = batch.sources[span.source];
    EXPECT_EQ(source.scope_name, "my-scope");
    EXPECT_EQ(source.scope_version, "1.2.3");
    EXPECT_EQ(source.scope_schema_url, "https://opentelemetry.io/schemas/1.37.0");
    EXPECT_EQ(source.resource_attributes().begin()->key, "service.name");
}

TEST(Decode, FindsTheResourceBehindItsSpans) {
    std::string body;
    {
        protozero::pbf_writer request(body);
        protozero::pbf_writer resource_spans(request, 1);
        {
            protozero::pbf_writer scope_spans(resource_spans, 2);
            scope_spans.add_message(2, encode_span({}));
            protozero::pbf_writer scope(scope_spans, 1);
            scope.add_string(1, "late");
        }
        protozero::pbf_writer resource(resource_spans, 1);
        resource.add_message(1, encode_attribute({"k", "v"}));
    }
    Batch batch = decoded(body);
    ASSERT_EQ(batch.spans.size(), 1u);
    EXPECT_EQ(batch.sources[0].scope_name, "late");
    EXPECT_EQ(batch.sources[0].resource_attributes().begin()->key, "k");
}

TEST(Decode, TakesSpanIdsOfEightAndSixteenBytes) {
    SpanInput wide;
    wide.span_id = id(16, 5);
    wide.parent_id = id(16, 6);
    Batch batch = decoded(encode_request({wide, {}}));
    ASSERT_EQ(batch.spans.size(), 2u);
    EXPECT_EQ(batch.spans[0].span_id.size, 16);
    EXPECT_EQ(batch.spans[0].parent_id.size, 16);
    EXPECT_EQ(batch.spans[1].span_id.size, 8);
}

TEST(Decode, RejectsSpansWithBadIdsOneByOne) {
    std::vector<SpanInput> spans(6);
    spans[0].trace_id = id(15, 1);
    spans[1].trace_id = std::string(16, '\0');
    spans[2].span_id = id(4, 1);
    spans[3].span_id = std::string(8, '\0');
    spans[4].parent_id = id(5, 1);
    Batch batch = decoded(encode_request(spans));
    EXPECT_EQ(batch.spans.size(), 1u);
    EXPECT_EQ(batch.rejected_count(), 5u);
    EXPECT_EQ(
        batch.rejected_message(),
        "2 spans with an invalid trace id (16 bytes, not all zero), 2 spans with an invalid span id (8 or 16 bytes, "
        "not all zero), 1 span with an invalid parent span id (none, 8 or 16 bytes)");
}

TEST(Decode, AParentOfZerosIsNone) {
    SpanInput input;
    input.parent_id = std::string(8, '\0');
    EXPECT_TRUE(decoded(encode_request({input})).spans[0].parent_id.empty());
}

TEST(Decode, KeepsOnlySourcesWithSpans) {
    SpanInput bad;
    bad.trace_id = "short";
    std::string body =
        encode_request({bad}, {}, "first") + encode_request({}, {}, "second") + encode_request({{}}, {}, "third");
    Batch batch = decoded(body);
    ASSERT_EQ(batch.sources.size(), 1u);
    EXPECT_EQ(batch.sources[0].scope_name, "third");
    EXPECT_EQ(batch.spans[0].source, 0u);
}

TEST(Decode, SkipsUnknownFieldsAndWireTypes) {
    std::string span = encode_span({});
    protozero::pbf_writer writer(span);
    writer.add_string(200, "from the future");
    writer.add_int32(5, 3);  // the name as a number
    std::string body;
    {
        protozero::pbf_writer request(body);
        request.add_string(77, "x");
        protozero::pbf_writer resource_spans(request, 1);
        protozero::pbf_writer scope_spans(resource_spans, 2);
        scope_spans.add_message(2, span);
    }
    Batch batch = decoded(body);
    ASSERT_EQ(batch.spans.size(), 1u);
    EXPECT_EQ(batch.spans[0].name, "span");
    EXPECT_EQ(batch.spans[0].raw, span);
}

TEST(Decode, NamesTheByteOfMalformedInput) {
    std::string body = encode_request({{}});
    Batch batch;
    auto result = decode(body + "\x0a\x7f" + "ab", {}, batch);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::invalid);
    EXPECT_NE(result.error().message.find("byte " + std::to_string(body.size())), std::string::npos)
        << result.error().message;
    EXPECT_TRUE(batch.spans.empty());
}

TEST(Decode, EveryTruncationIsAnErrorOrAWholeRequest) {
    SpanInput input;
    input.attributes = {{"a", "b"}, {"list", std::vector<std::string>{"x"}}};
    std::string body = encode_request({input});
    for (std::size_t size = 1; size < body.size(); ++size) {
        Batch batch;
        EXPECT_FALSE(decode(body.substr(0, size), {}, batch)) << size;
    }
}

TEST(Decode, MalformedAttributesFailTheBody) {
    SpanInput input;
    input.attributes = {{"list", EncodedValue{"\x2a\x02\x0a\x05"}}};  // an array whose element is cut off
    Batch batch;
    EXPECT_FALSE(decode(encode_request({input}), {}, batch));
}

TEST(Decode, BoundsTheSpansOfARequest) {
    Limits limits;
    limits.spans = 3;
    Batch batch;
    EXPECT_TRUE(decode(encode_request(std::vector<SpanInput>(3)), limits, batch));
    auto result = decode(encode_request(std::vector<SpanInput>(4)), limits, batch);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::too_large);
    EXPECT_TRUE(batch.spans.empty());
}

TEST(Decode, ReusesABatch) {
    Batch batch = decoded(encode_request(std::vector<SpanInput>(5)));
    ASSERT_TRUE(decode(encode_request({{}}), {}, batch));
    EXPECT_EQ(batch.spans.size(), 1u);
    EXPECT_EQ(batch.sources.size(), 1u);
    ASSERT_TRUE(decode("", {}, batch));
    EXPECT_TRUE(batch.spans.empty());
}

TEST(Decode, OddNumbersBecomeTheNearestMeaning) {
    SpanInput input;
    input.kind = 99;
    input.status = 7;
    input.end = ~std::uint64_t{0};
    Batch batch = decoded(encode_request({input}));
    EXPECT_EQ(batch.spans[0].kind, SpanKind::unspecified);
    EXPECT_EQ(batch.spans[0].status, SpanStatus::unset);
    EXPECT_EQ(to_unix_nanos(batch.spans[0].end), std::numeric_limits<std::int64_t>::max());
}

TEST(Decode, OfTwoStatusesTheLastCounts) {
    std::string span = encode_span({.status = 2});
    protozero::pbf_writer(span).add_message(15, std::string("\x18\x01"));
    const SpanView view = parse_span(span).value();
    EXPECT_EQ(view.status, SpanStatus::ok);
    EXPECT_EQ(view.status_message, "");
}

TEST(ParseSpan, ReadsStoredBytesAndNamesDamage) {
    std::string raw = encode_span({});
    auto span = parse_span(raw);
    ASSERT_TRUE(span);
    EXPECT_EQ(span->name, "span");
    EXPECT_EQ(parse_span(std::string_view(raw).substr(0, raw.size() - 1)).error().code, Code::corrupt);
    EXPECT_EQ(parse_span("").error().code, Code::corrupt);
}

TEST(Walk, EndsAtMalformedBytes) {
    std::string list = "\x0a\x03\x0a\x01x\x0a\x7f";
    int seen = 0;
    for (const Value& value : elements(Value{.type = ValueType::array, .data = list})) {
        EXPECT_EQ(value.data, "x");
        ++seen;
    }
    EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace spanreel::otlp
