// SPDX-License-Identifier: Apache-2.0
#include "trace/facts_codec.hpp"

#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

#include <array>

#include "trace/test_plain_facts.hpp"

namespace spanreel::trace {
namespace {

SpanFacts full_facts() {
    SpanFacts facts;
    facts.trace_id.bytes.fill(7);
    facts.span_id.bytes.fill(1);
    facts.span_id.size = 16;
    facts.parent_id.bytes[0] = 2;
    facts.parent_id.size = 8;
    facts.start = from_unix_nanos(1'760'000'000'000'000'001);
    facts.end = from_unix_nanos(1'760'000'003'000'000'000);
    facts.status = SpanStatus::error;
    facts.span_class = SpanClass::agent;
    facts.mapping_version = 3;
    facts.content_size = 4'000'000'000;
    facts.content_digest = 0xDEADBEEF;
    facts.name = "n";
    facts.operation = "o";
    facts.key_class = KeyClass::product;
    facts.session_key = "key";
    facts.session_id = "sid";
    facts.conversation_id = "cid";
    facts.project = "p";
    facts.user = "u";
    facts.tags = {"a", "b", ""};
    facts.provider = "openai";
    facts.request_model = "rq";
    facts.response_model = "rs";
    facts.usage = Usage{1, 2, 3, 4, 5, 6, kMaxSpanTokens};
    facts.cost = {CostSource::computed, 10, 20, kMaxSpanCost, 20260131};
    facts.stream_session = "st";
    facts.title = "t";
    facts.client = "c";
    facts.repo = "r";
    facts.actor = "a";
    return facts;
}

SpanFacts bare_facts() {
    SpanFacts facts;
    facts.trace_id.bytes[15] = 1;
    facts.span_id = SpanId::from(as_bytes("12345678"));
    return facts;
}

std::string encoded(const SpanFacts& facts) {
    std::string bytes;
    encode_facts(facts, facts.name, bytes);
    return bytes;
}

/// Those of the same span, read back.
SpanFacts through_bytes(const SpanFacts& facts) { return decode_facts(encoded(facts), plain_part(facts)).value(); }

TEST(FactsCodec, CarriesEveryFieldButThePlainOnes) {
    EXPECT_EQ(through_bytes(full_facts()), full_facts());
    EXPECT_EQ(encoded(plain_part(full_facts())), "");
}

TEST(FactsCodec, CarriesANameThatAConventionGave) {
    SpanFacts facts = full_facts();
    std::string bytes;
    encode_facts(facts, "agent run", bytes);
    SpanFacts plain = plain_part(facts);
    plain.name = "agent run";
    EXPECT_EQ(decode_facts(bytes, plain).value(), facts);
}

TEST(FactsCodec, CarriesFactsThatSayNothing) {
    EXPECT_EQ(through_bytes(bare_facts()), bare_facts());
    EXPECT_EQ(encoded(bare_facts()), "");
}

TEST(FactsCodec, KeepsUsageOfZerosApartFromNone) {
    SpanFacts facts = bare_facts();
    facts.usage = Usage{};
    EXPECT_EQ(through_bytes(facts), facts);
}

/// As the facts of mapping versions 1 and 2 were written.
TEST(FactsCodec, ReadsPlainFactsThatEarlierVersionsStored) {
    const SpanFacts facts = full_facts();
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    writer.add_bytes(1, std::string(as_text(facts.trace_id.view())));
    writer.add_bytes(2, std::string(as_text(facts.span_id.view())));
    writer.add_bytes(3, std::string(as_text(facts.parent_id.view())));
    writer.add_fixed64(4, static_cast<std::uint64_t>(to_unix_nanos(facts.start)));
    writer.add_uint64(5, static_cast<std::uint64_t>((facts.end - facts.start).count()));
    writer.add_uint64(6, static_cast<std::uint64_t>(facts.status));
    writer.add_uint64(9, facts.content_size);
    writer.add_fixed32(10, facts.content_digest);
    writer.add_bytes(11, facts.name);
    EXPECT_EQ(decode_facts(bytes + encoded(facts), plain_part(bare_facts())).value(), facts);
}

TEST(FactsCodec, SkipsFieldsOfLaterVersions) {
    std::string bytes = encoded(full_facts());
    protozero::pbf_writer writer(bytes);
    writer.add_string(1'000, "later");
    writer.add_fixed64(1'001, 1);
    writer.add_int32(11, 5);  // the name's number with another wire type
    EXPECT_EQ(decode_facts(bytes, plain_part(full_facts())).value(), full_facts());
}

TEST(FactsCodec, ReadsACostWithoutASourceAsNone) {
    std::string bytes = encoded(bare_facts());
    std::array<std::int64_t, 4> cost = {0, 1, 2, 3};
    protozero::pbf_writer(bytes).add_packed_int64(24, cost.begin(), cost.end());
    EXPECT_EQ(decode_facts(bytes, plain_part(bare_facts())).value(), bare_facts());
}

TEST(FactsCodec, RefusesDamage) {
    std::string whole = encoded(full_facts());
    EXPECT_FALSE(decode_facts("", {}));
    EXPECT_FALSE(decode_facts(whole.substr(0, whole.size() - 1), plain_part(full_facts())));
    auto with = [&](auto&& add) {
        std::string bytes = encoded(bare_facts());
        protozero::pbf_writer writer(bytes);
        add(writer);
        const Result<SpanFacts> result = decode_facts(bytes, plain_part(bare_facts()));
        return !result && result.error().code == Code::corrupt;
    };
    EXPECT_TRUE(with([](auto& writer) { writer.add_uint64(6, 3); }));
    EXPECT_TRUE(with([](auto& writer) { writer.add_uint64(7, 4); }));
    EXPECT_TRUE(with([](auto& writer) { writer.add_uint64(8, 65'536); }));
    EXPECT_TRUE(with([](auto& writer) { writer.add_bytes(2, "short"); }));
    EXPECT_TRUE(with([](auto& writer) { writer.add_bytes(1, "short"); }));
    EXPECT_TRUE(with([](auto& writer) {
        std::int64_t negative = -1;
        writer.add_packed_int64(23, &negative, &negative + 1);
    }));
    EXPECT_TRUE(with([](auto& writer) {
        std::int64_t source = 3;
        writer.add_packed_int64(24, &source, &source + 1);
    }));
}

}  // namespace
}  // namespace spanreel::trace
