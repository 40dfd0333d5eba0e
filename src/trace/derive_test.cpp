// SPDX-License-Identifier: Apache-2.0
// The counting law case by case; derive_property_test.cpp compares it with a second reading of the same law.
#include "trace/derive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace spanreel::trace {
namespace {

SpanId span_id(std::uint32_t number) {
    SpanId id;
    id.size = 8;
    for (unsigned i = 0; i < 4; ++i) id.bytes[4 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    return id;
}

/// Starts `number` microseconds in, so spans are in the order of their numbers.
SpanFacts span(std::uint32_t number, std::uint32_t parent, SpanClass span_class, std::int64_t tokens = 0) {
    SpanFacts facts;
    facts.trace_id.bytes[0] = 1;
    facts.span_id = span_id(number);
    if (parent != 0) facts.parent_id = span_id(parent);
    facts.start = from_unix_nanos(std::int64_t{number} * 1'000);
    facts.end = facts.start + Nanos(500);
    facts.span_class = span_class;
    if (tokens > 0) facts.usage = Usage{.input_fresh = tokens};
    return facts;
}

SpanFacts reported(SpanFacts facts, std::int64_t total) {
    facts.cost = {.source = CostSource::reported, .total = total};
    return facts;
}

SpanFacts computed(SpanFacts facts, std::int64_t total) {
    facts.cost = {.source = CostSource::computed, .total = total};
    return facts;
}

std::int64_t counted(std::vector<SpanFacts> spans) { return derive(spans).usage.total(); }
std::int64_t costs(std::vector<SpanFacts> spans) { return static_cast<std::int64_t>(derive(spans).cost.total); }

constexpr auto model = SpanClass::model;
constexpr auto tool = SpanClass::tool;
constexpr auto agent = SpanClass::agent;
constexpr auto step = SpanClass::other;

TEST(Derive, AnAgentsTotalIsNotCountedBesideItsModels) {
    EXPECT_EQ(counted({span(1, 0, agent, 30), span(2, 1, model, 10), span(3, 1, model, 20)}), 30);
    EXPECT_EQ(counted({span(1, 0, step, 30), span(2, 1, step, 0), span(3, 2, model, 30)}), 30);
    EXPECT_EQ(counted({span(1, 0, agent, 30), span(2, 1, tool, 0)}), 30);
}

TEST(Derive, SaysOfEachSpanWhetherItCounts) {
    const SpanFacts older = computed(span(3, 2, model, 20), 4);
    SpanFacts newer = older;
    newer.end += Nanos(1);
    const std::vector<SpanFacts> spans{reported(span(1, 0, agent, 30), 9), computed(span(2, 1, model, 30), 6), older,
                                       newer, span(4, 1, tool)};
    std::vector<const SpanFacts*> pointers;
    for (const SpanFacts& facts : spans) pointers.push_back(&facts);
    const std::vector<SpanCounting> counting = counting_of(pointers);
    using enum Counting;
    const std::vector<Counting> usage{aggregate, aggregate, none, counted, none};
    const std::vector<Counting> cost{aggregate, aggregate, none, counted, none};
    ASSERT_EQ(counting.size(), spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
        EXPECT_EQ(counting[i].usage, usage[i]) << i;
        EXPECT_EQ(counting[i].cost, cost[i]) << i;
    }
}

TEST(Derive, AModelAroundAModelIsAnAggregate) {
    EXPECT_EQ(counted({span(1, 0, model, 10), span(2, 1, model, 10)}), 10);
    EXPECT_EQ(counted({span(1, 0, model, 10), span(2, 1, step, 0), span(3, 2, model, 10)}), 10);
    EXPECT_EQ(counted({span(1, 0, model, 10), span(2, 1, model, 0), span(3, 2, model, 10)}), 10);
}

TEST(Derive, AModelWhoseToolCalledAModelCountsToo) {
    EXPECT_EQ(counted({span(1, 0, model, 10), span(2, 1, tool, 0), span(3, 2, model, 5)}), 15);
    EXPECT_EQ(counted({span(1, 0, model, 10), span(2, 1, step, 0), span(3, 2, agent, 0), span(4, 3, model, 5)}), 15);
}

TEST(Derive, AModelBelowWithoutUsageTakesNothingAway) {
    EXPECT_EQ(counted({span(1, 0, model, 10), span(2, 1, model, 0)}), 10);
}

TEST(Derive, CostGoesWithTheUsageThatCounts) {
    TraceRollup rollup = derive(std::vector{reported(span(1, 0, agent, 30), 300), computed(span(2, 1, model, 10), 100),
                                            computed(span(3, 1, model, 20), 200)});
    EXPECT_EQ(rollup.cost.total, 300);
    EXPECT_EQ(rollup.counted_count, 2u);
    EXPECT_EQ(rollup.unpriced_count, 0u);
}

TEST(Derive, CostOnAnAggregateAloneCountsOnce) {
    TraceRollup rollup = derive(std::vector{reported(span(1, 0, agent, 30), 300), span(2, 1, model, 30)});
    EXPECT_EQ(rollup.cost.total, 300);
    EXPECT_EQ(rollup.unpriced_count, 1u);
    // Nested: the innermost that says a cost.
    EXPECT_EQ(
        costs({reported(span(1, 0, agent, 30), 300), reported(span(2, 1, agent, 30), 299), span(3, 2, model, 30)}),
        299);
    // A cost computed from an aggregate's usage is none.
    EXPECT_EQ(
        costs({reported(span(1, 0, agent, 30), 300), computed(span(2, 1, agent, 30), 299), span(3, 2, model, 30)}),
        300);
    EXPECT_EQ(costs({computed(span(1, 0, agent, 30), 300), span(2, 1, model, 30)}), 0);
}

TEST(Derive, CostWithoutUsageCountsWhereNothingBelowHasOne) {
    EXPECT_EQ(costs({reported(span(1, 0, agent), 5), reported(span(2, 1, model), 5)}), 5);
    EXPECT_EQ(costs({reported(span(1, 0, model), 5), reported(span(2, 1, model), 5)}), 5);
    EXPECT_EQ(costs({reported(span(1, 0, model), 5), span(2, 1, tool), reported(span(3, 2, model), 7)}), 12);
    EXPECT_EQ(costs({reported(span(1, 0, agent, 10), 5), reported(span(2, 1, tool), 1)}), 6);
}

TEST(Derive, AMissingParentIsARootUntilItArrives) {
    std::vector<SpanFacts> spans = {span(2, 1, model, 10)};
    EXPECT_EQ(derive(spans).root, span_id(2));
    spans.push_back(span(1, 0, agent, 10));
    EXPECT_EQ(derive(spans).root, span_id(1));
    EXPECT_EQ(derive(spans).usage.total(), 10);
}

TEST(Derive, ACycleIsCutAtItsEarliestSpan) {
    // 1 is below 3, 3 below 2, 2 below 1: cut above 1, so 3 is the leaf.
    TraceRollup rollup = derive(std::vector{span(1, 3, step, 10), span(2, 1, step, 20), span(3, 2, model, 40)});
    EXPECT_EQ(rollup.root, span_id(1));
    EXPECT_EQ(rollup.usage.total(), 40);
    EXPECT_EQ(counted({span(1, 1, agent, 10), span(2, 1, model, 4)}), 4);
    // A tail that hangs on a cycle.
    EXPECT_EQ(counted({span(1, 2, step, 10), span(2, 1, step, 20), span(3, 2, model, 40)}), 40);
}

TEST(Derive, OfASpanSentTwiceTheLaterEndCounts) {
    SpanFacts first = span(1, 0, model, 10), second = span(1, 0, model, 25);
    second.end += Nanos(1);
    EXPECT_TRUE(supersedes(second, first));
    EXPECT_FALSE(supersedes(first, second));
    EXPECT_FALSE(supersedes(first, first));
    EXPECT_EQ(counted({first, second, first}), 25);
    EXPECT_EQ(counted({second, first}), 25);
    EXPECT_EQ(derive(std::vector{first, second}).span_count, 1u);
}

TEST(Derive, OfTwoVersionsWithOneEndTheLargerThenTheGreaterDigestCounts) {
    SpanFacts small = span(1, 0, model, 10), large = span(1, 0, model, 25);
    small.content_size = 100;
    large.content_size = 101;
    small.content_digest = 9;
    EXPECT_TRUE(supersedes(large, small));
    large.content_size = 100;
    EXPECT_TRUE(supersedes(small, large));
}

TEST(Derive, TheHighestClassThenTheEarliestStartGivesTheSession) {
    auto with_key = [](SpanFacts facts, KeyClass key_class, std::string key) {
        facts.key_class = key_class;
        facts.session_key = std::move(key);
        return facts;
    };
    std::vector spans = {with_key(span(1, 0, agent), KeyClass::conversation, "early"),
                         with_key(span(2, 1, model), KeyClass::session, "b"),
                         with_key(span(3, 1, model), KeyClass::session, "c")};
    EXPECT_EQ(derive(spans).session_key, "b");
    EXPECT_EQ(derive(spans).key_class, KeyClass::session);
    spans[2].start = spans[1].start;
    spans[1].span_id = span_id(4);
    EXPECT_EQ(derive(spans).session_key, "c");
}

TEST(Derive, TextsComeFromTheEarliestSpanThatHasThem) {
    std::vector spans = {span(2, 1, model), span(1, 0, agent), span(3, 1, model)};
    spans[0].project = "late";
    spans[1].name = "run";
    spans[1].operation = "invoke_agent";
    spans[2].project = "later";
    spans[2].session_id = "s";
    TraceRollup rollup = derive(spans);
    EXPECT_EQ(rollup.project, "late");
    EXPECT_EQ(rollup.session_id, "s");
    EXPECT_EQ(rollup.name, "run");
    EXPECT_EQ(rollup.operation, "invoke_agent");
}

TEST(Derive, ListsAreInTheOrderSeen) {
    std::vector spans = {span(2, 1, model), span(1, 0, agent), span(3, 1, model)};
    spans[0].tags = {"z", "b"};
    spans[1].tags = {"m"};
    spans[2].tags = {"a", "z"};
    spans[0].user = "eve";
    spans[2].user = "eve";
    spans[0].request_model = "gpt-4o";
    spans[2].request_model = "gpt-4o";
    spans[2].response_model = "gpt-4o-2024";
    spans[0].provider = spans[2].provider = "openai";
    spans[1].actor = "helper";
    spans.push_back(span(4, 1, tool));
    spans.back().actor = "search";
    TraceRollup rollup = derive(spans);
    std::vector<std::string> tags;
    for (const Observed& tag : rollup.tags) tags.push_back(tag.value);
    EXPECT_EQ(tags, (std::vector<std::string>{"m", "b", "z", "a"}));
    ASSERT_EQ(rollup.users.size(), 1u);
    EXPECT_EQ(rollup.users[0].by, span_id(2));
    EXPECT_EQ(rollup.models, (std::vector<std::string>{"gpt-4o", "gpt-4o-2024"}));
    EXPECT_EQ(rollup.providers, (std::vector<std::string>{"openai"}));
    EXPECT_EQ(rollup.agents, std::vector<std::string>{"helper"});
    EXPECT_EQ(rollup.tools, std::vector<std::string>{"search"});
}

TEST(Derive, ManyDistinctTagsStayDistinct) {
    std::vector<SpanFacts> spans;
    for (std::uint32_t i = 1; i <= 500; ++i) {
        spans.push_back(span(i, 0, step));
        spans.back().tags = {"t" + std::to_string(i % 100), "common"};
    }
    EXPECT_EQ(derive(spans).tags.size(), 101u);
}

TEST(Derive, AnyErrorMakesTheTraceAnError) {
    std::vector spans = {span(1, 0, agent), span(2, 1, model)};
    spans[0].status = SpanStatus::ok;
    EXPECT_EQ(derive(spans).status, SpanStatus::ok);
    spans[1].status = SpanStatus::error;
    EXPECT_EQ(derive(spans).status, SpanStatus::error);
    EXPECT_EQ(derive(spans).error_count, 1u);
}

TEST(Derive, NoSpansGiveAnEmptyRollup) { EXPECT_EQ(derive(std::vector<SpanFacts>{}), TraceRollup{}); }

TEST(Derive, AMillionSpansInOneChainAreNoBurden) {
    constexpr std::uint32_t count = 1'000'000;
    std::vector<SpanFacts> spans;
    spans.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) spans.push_back(span(i + 1, i, step, 1));
    spans[0].parent_id = span_id(count);  // and a cycle of a million
    auto begin = std::chrono::steady_clock::now();
    TraceRollup rollup = derive(spans);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
    EXPECT_EQ(rollup.usage.total(), 1);
    EXPECT_EQ(rollup.root, span_id(1));
}

}  // namespace
}  // namespace spanreel::trace
