// SPDX-License-Identifier: Apache-2.0
// Limits through decode(): what is over one is cut, says so, and leaves its neighbours alone.
#include <gtest/gtest.h>

#include "otlp/decode.hpp"
#include "otlp/request_builder.hpp"

namespace spanreel::otlp {
namespace {

Batch decoded_within(const Limits& limits, const std::vector<SpanInput>& spans,
                     const std::vector<AttributeInput>& resource = {}) {
    Batch batch;
    auto result = decode(encode_request(spans, resource), limits, batch);
    EXPECT_TRUE(result) << result.error().message;
    return batch;
}

std::vector<std::string> notes(const Attributes& attributes) {
    std::vector<std::string> found;
    for (const Attribute& attribute : attributes)
        if (attribute.key == kTruncatedKey)
            for (const Value& note : elements(attribute.value)) found.emplace_back(note.data);
    return found;
}

Value value_of(const Attributes& attributes, std::string_view key) {
    for (const Attribute& attribute : attributes)
        if (attribute.key == key) return attribute.value;
    return {};
}

/// `depth` arrays in each other around a text.
EncodedValue nested(unsigned depth) {
    std::string value = encode_value(std::string("deep"));
    for (unsigned i = 0; i < depth; ++i) {
        std::string array, outer;
        protozero::pbf_writer(array).add_message(1, value);
        protozero::pbf_writer(outer).add_message(5, array);
        value = outer;
    }
    return {value};
}

unsigned depth_of(Value value) {
    unsigned depth = 0;
    while (value.type == ValueType::array) {
        ++depth;
        auto inside = elements(value);
        auto first = inside.begin();
        if (first == inside.end()) break;
        value = *first;
    }
    return depth;
}

TEST(Cut, ShortensLongTextAtACharacter) {
    Limits limits;
    limits.attribute_bytes = 100;
    SpanInput input;
    input.name = "kept";
    input.attributes = {{"fits", std::string(90, 'a')}, {"long", std::string(99, 'a') + "\xC3\xA9tail"}, {"after", 5}};
    Batch batch = decoded_within(limits, {input, {}});
    ASSERT_EQ(batch.spans.size(), 2u);
    const SpanView& span = batch.spans[0];
    EXPECT_EQ(value_of(span.attributes(), "long").data, std::string(99, 'a'));
    EXPECT_EQ(value_of(span.attributes(), "fits").data.size(), 90u);
    EXPECT_EQ(value_of(span.attributes(), "after").integer, 5);
    EXPECT_EQ(notes(span.attributes()), std::vector<std::string>{"value of long"});
    EXPECT_EQ(parse_span(span.raw)->name, "kept");
    EXPECT_TRUE(notes(batch.spans[1].attributes()).empty());
    EXPECT_EQ(batch.spans[1].raw, encode_span({}));
}

TEST(Cut, ExactlyTheLimitIsWhole) {
    Limits limits;
    limits.attribute_bytes = 100;
    SpanInput input;
    input.attributes = {{"exact", std::string(100, 'a')}};
    Batch batch = decoded_within(limits, {input});
    EXPECT_EQ(batch.spans[0].raw, encode_span(input));
}

TEST(Cut, DefaultLimitIsOneMebibyte) {
    SpanInput input;
    input.attributes = {{"long", std::string((1 << 20) + 1, 'a')}};
    Batch batch = decoded_within({}, {input});
    EXPECT_EQ(value_of(batch.spans[0].attributes(), "long").data.size(), std::size_t{1} << 20);
}

TEST(Cut, KeepsTheFirstAttributes) {
    SpanInput input;
    for (int i = 0; i < 1'030; ++i) input.attributes.emplace_back("k" + std::to_string(i), i);
    Batch batch = decoded_within({}, {input});
    Attributes attributes = batch.spans[0].attributes();
    EXPECT_EQ(std::ranges::distance(attributes.begin(), attributes.end()), 1'025);
    EXPECT_EQ(value_of(attributes, "k1023").integer, 1'023);
    EXPECT_EQ(value_of(attributes, "k1024").type, ValueType::none);
    EXPECT_EQ(notes(attributes), std::vector<std::string>{"attributes: 1024 of 1030 kept"});
}

TEST(Cut, BoundsNesting) {
    SpanInput input;
    input.attributes = {{"ok", nested(32)}, {"deep", nested(33)}, {"very", nested(2'000)}};
    Batch batch = decoded_within({}, {input});
    Attributes attributes = batch.spans[0].attributes();
    EXPECT_EQ(depth_of(value_of(attributes, "ok")), 32u);
    EXPECT_EQ(depth_of(value_of(attributes, "deep")), 33u);  // the 33rd is there and empty
    EXPECT_EQ(depth_of(value_of(attributes, "very")), 33u);
    EXPECT_EQ(notes(attributes), (std::vector<std::string>{"value of deep", "value of very"}));
}

TEST(Cut, DropsElementsPastTheBudget) {
    Limits limits;
    limits.attribute_bytes = 100;
    SpanInput input;
    input.attributes = {{"list", std::vector<std::string>(50, "0123456789")}};
    Batch batch = decoded_within(limits, {input});
    Attributes attributes = batch.spans[0].attributes();
    Values list = elements(value_of(attributes, "list"));
    auto kept = std::ranges::distance(list.begin(), list.end());
    EXPECT_GE(kept, 5);
    EXPECT_LE(kept, 10);
    EXPECT_EQ(notes(attributes).size(), 1u);
}

TEST(Cut, ReachesIntoEvents) {
    Limits limits;
    limits.attribute_bytes = 10;
    SpanInput input;
    input.event = {{"body", std::string(50, 'b')}};
    Batch batch = decoded_within(limits, {input});
    EXPECT_EQ(value_of(batch.spans[0].events().begin()->attributes(), "body").data, std::string(10, 'b'));
    EXPECT_EQ(notes(batch.spans[0].attributes()), std::vector<std::string>{"value of body"});
}

TEST(Cut, ReachesIntoResources) {
    Limits limits;
    limits.attribute_bytes = 10;
    Batch batch = decoded_within(limits, {{}}, {{"host", std::string(50, 'h')}});
    EXPECT_EQ(value_of(batch.sources[0].resource_attributes(), "host").data, std::string(10, 'h'));
    EXPECT_EQ(notes(batch.sources[0].resource_attributes()).size(), 1u);
    EXPECT_EQ(batch.spans[0].raw, encode_span({}));
}

}  // namespace
}  // namespace spanreel::otlp
