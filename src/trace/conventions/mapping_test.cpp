// SPDX-License-Identifier: Apache-2.0
#include "trace/conventions/mapping.hpp"

#include <gtest/gtest.h>

#include "otlp/request_builder.hpp"
#include "trace/conventions/fact_text.hpp"

namespace spanreel::trace {
namespace {

using otlp::AttributeInput;
using otlp::SpanInput;

SpanFacts mapped(SpanInput span, const std::vector<AttributeInput>& resource = {}, std::string_view scope = "test") {
    otlp::Batch batch;
    auto result = otlp::decode(otlp::encode_request({span}, resource, scope), {}, batch);
    EXPECT_TRUE(result) << result.error().message;
    return map_batch(batch).at(0);
}

SpanFacts mapped_attributes(std::vector<AttributeInput> attributes, std::string_view scope = "test") {
    SpanInput span;
    span.attributes = std::move(attributes);
    return mapped(span, {}, scope);
}

TEST(GenAi, ReadsAChatSpan) {
    SpanFacts facts = mapped_attributes({{"gen_ai.operation.name", "chat"},
                                         {"gen_ai.provider.name", "openai"},
                                         {"gen_ai.request.model", "gpt-4o"},
                                         {"gen_ai.response.model", "gpt-4o-2024-08-06"},
                                         {"gen_ai.usage.input_tokens", 1'000},
                                         {"gen_ai.usage.cache_read.input_tokens", 400},
                                         {"gen_ai.usage.output_tokens", 200},
                                         {"gen_ai.usage.reasoning.output_tokens", 50}});
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.operation, "chat");
    EXPECT_EQ(facts.provider, "openai");
    EXPECT_EQ(facts.request_model, "gpt-4o");
    EXPECT_EQ(facts.response_model, "gpt-4o-2024-08-06");
    EXPECT_EQ(facts.usage, (Usage{.input_fresh = 600, .cache_read = 400, .output_text = 150, .reasoning = 50}));
    EXPECT_EQ(facts.cost.source, CostSource::computed);
    EXPECT_EQ(facts.cost.total, 600 * 2'500'000LL + 400 * 1'250'000LL + 200 * 10'000'000LL);
    EXPECT_EQ(facts.mapping_version, kMappingVersion);
}

TEST(GenAi, ReadsEarlierSpellings) {
    SpanFacts facts = mapped_attributes({{"gen_ai.system", "anthropic"},
                                         {"gen_ai.request.model", "claude-3-5-sonnet-20241022"},
                                         {"gen_ai.usage.prompt_tokens", 100},
                                         {"gen_ai.usage.completion_tokens", 20},
                                         {"llm.usage.total_tokens", 190},
                                         {"gen_ai.usage.cache_read_input_tokens", 40},
                                         {"gen_ai.usage.cache_creation_input_tokens", 30}});
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.provider, "anthropic");
    EXPECT_EQ(facts.usage, (Usage{.input_fresh = 100, .cache_read = 40, .cache_write = 30, .output_text = 20}));
}

TEST(GenAi, ClassesFollowTheOperation) {
    auto class_of = [](const char* operation) {
        return mapped_attributes({{"gen_ai.operation.name", operation}, {"gen_ai.request.model", "m"}}).span_class;
    };
    for (auto* operation : {"chat", "generate_content", "text_completion", "embeddings", "completion"})
        EXPECT_EQ(class_of(operation), SpanClass::model) << operation;
    EXPECT_EQ(class_of("execute_tool"), SpanClass::tool);
    EXPECT_EQ(class_of("invoke_agent"), SpanClass::agent);
    EXPECT_EQ(class_of("create_agent"), SpanClass::agent);
    for (auto* operation : {"invoke_workflow", "agent_step", "retrieval", "chain", "whatever"})
        EXPECT_EQ(class_of(operation), SpanClass::other) << operation;
    EXPECT_EQ(mapped_attributes({{"gen_ai.tool.name", "t"}}).span_class, SpanClass::tool);
    EXPECT_EQ(mapped_attributes({{"gen_ai.agent.name", "a"}}).span_class, SpanClass::agent);
    EXPECT_EQ(mapped_attributes({{"http.method", "GET"}}).span_class, SpanClass::other);
}

TEST(GenAi, NamesTheAgentOrToolThatASpanRuns) {
    auto actor = [](std::string_view operation) {
        return mapped_attributes({{"gen_ai.operation.name", std::string(operation)},
                                  {"gen_ai.agent.name", "helper"},
                                  {"gen_ai.tool.name", "search"}})
            .actor;
    };
    EXPECT_EQ(actor("invoke_agent"), "helper");
    EXPECT_EQ(actor("execute_tool"), "search");
    EXPECT_EQ(actor("chat"), "");
}

TEST(GenAi, ToleratesNumbersAsTheyAreSent) {
    auto input = [](AttributeInput attribute) {
        auto usage = mapped_attributes({{"gen_ai.request.model", "m"}, std::move(attribute)}).usage;
        return usage ? usage->input_fresh : -1;
    };
    const char* key = "gen_ai.usage.input_tokens";
    EXPECT_EQ(input({key, "123"}), 123);
    EXPECT_EQ(input({key, 123.0}), 123);
    EXPECT_EQ(input({key, 0.5}), 1);
    EXPECT_EQ(input({key, -5}), -1);
    EXPECT_EQ(input({key, "many"}), -1);
    EXPECT_EQ(input({key, ""}), -1);
    EXPECT_EQ(input({key, "nan"}), -1);
    EXPECT_EQ(input({key, true}), -1);
    EXPECT_EQ(input({key, 1e300}), kMaxSpanTokens);
    EXPECT_EQ(input({key, std::numeric_limits<std::int64_t>::max()}), kMaxSpanTokens);
}

TEST(GenAi, AnthropicsOwnInstrumentationLeavesTheCacheOut) {
    std::vector<AttributeInput> attributes = {{"gen_ai.request.model", "claude-sonnet-4-5"},
                                              {"gen_ai.usage.input_tokens", 100},
                                              {"gen_ai.usage.cache_read.input_tokens", 40}};
    EXPECT_EQ(mapped_attributes(attributes, "opentelemetry.instrumentation.Anthropic").usage->prompt(), 140);
    EXPECT_EQ(mapped_attributes(attributes, "openai").usage->prompt(), 100);
}

TEST(GenAi, AnthropicsSdksAddTheCacheToTheInput) {
    std::vector<AttributeInput> attributes = {{"gen_ai.request.model", "claude-sonnet-4-5"},
                                              {"gen_ai.usage.input_tokens", 100},
                                              {"gen_ai.usage.cache_write.input_tokens", 20},
                                              {"gen_ai.usage.cache_read.input_tokens", 40}};
    const auto usage = mapped_attributes(attributes, "com.anthropic.sdk.python").usage;
    EXPECT_EQ(usage, (Usage{.input_fresh = 40, .cache_read = 40, .cache_write = 20}));
}

TEST(OpenInference, ThePromptOfAnthropicContainsItsCache) {
    std::vector<AttributeInput> attributes = {{"openinference.span.kind", "LLM"},
                                              {"llm.token_count.prompt", 100},
                                              {"llm.token_count.prompt_details.cache_read", 40}};
    EXPECT_EQ(mapped_attributes(attributes, "openinference.instrumentation.anthropic").usage->prompt(), 100);
}

TEST(GenAi, AReportedCostGoesBeforeThePriceList) {
    SpanFacts facts = mapped_attributes(
        {{"gen_ai.request.model", "gpt-4o"}, {"gen_ai.usage.input_tokens", 10}, {"gen_ai.usage.cost", 0.25}});
    EXPECT_EQ(facts.cost, (SpanCost{.source = CostSource::reported, .total = 250'000'000'000}));
    facts = mapped_attributes({{"orq.billing.total_cost", 0.5},
                               {"orq.billing.input_cost", "0.2"},
                               {"orq.billing.output_cost", 0.3},
                               {"gen_ai.usage.cost", 9}});
    EXPECT_EQ(facts.cost, (SpanCost{CostSource::reported, 200'000'000'000, 300'000'000'000, 500'000'000'000, 0}));
    EXPECT_EQ(mapped_attributes({{"operation.cost", 0.001}}).cost.total, 1'000'000'000);
    EXPECT_EQ(mapped_attributes({{"gen_ai.usage.cost", -1.0}}).cost.source, CostSource::none);
}

TEST(GenAi, AModelWithoutAPriceHasNoCost) {
    EXPECT_EQ(mapped_attributes({{"gen_ai.request.model", "unheard-of"}, {"gen_ai.usage.input_tokens", 10}}).cost,
              SpanCost{});
}

TEST(OpenInference, ReadsAnLlmSpan) {
    SpanFacts facts = mapped_attributes({{"openinference.span.kind", "LLM"},
                                         {"llm.provider", "openai"},
                                         {"llm.model_name", "gpt-4o-mini"},
                                         {"llm.token_count.prompt", 100},
                                         {"llm.token_count.completion", 30},
                                         {"llm.token_count.total", 130},
                                         {"llm.token_count.prompt_details.cache_read", 60},
                                         {"llm.token_count.completion_details.reasoning", 10},
                                         {"llm.token_count.completion_details.audio", 5},
                                         {"llm.cost.prompt", 0.1},
                                         {"llm.cost.completion", 0.2},
                                         {"session.id", "s"},
                                         {"user.id", "u"},
                                         {"tag.tags", std::vector<std::string>{"x", "y"}}});
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.operation, "LLM");
    EXPECT_EQ(facts.response_model, "gpt-4o-mini");
    EXPECT_EQ(facts.usage,
              (Usage{.input_fresh = 40, .cache_read = 60, .output_text = 15, .reasoning = 10, .audio_out = 5}));
    EXPECT_EQ(facts.cost, (SpanCost{CostSource::reported, 100'000'000'000, 200'000'000'000, 300'000'000'000, 0}));
    EXPECT_EQ(facts.session_key, "s");
    EXPECT_EQ(facts.user, "u");
    EXPECT_EQ(facts.tags, (std::vector<std::string>{"x", "y"}));
}

TEST(OpenInference, ClassesFollowTheKind) {
    auto class_of = [](const char* kind) { return mapped_attributes({{"openinference.span.kind", kind}}).span_class; };
    EXPECT_EQ(class_of("EMBEDDING"), SpanClass::model);
    EXPECT_EQ(class_of("TOOL"), SpanClass::tool);
    EXPECT_EQ(class_of("AGENT"), SpanClass::agent);
    for (auto* kind : {"CHAIN", "RETRIEVER", "RERANKER", "GUARDRAIL", "EVALUATOR", "PROMPT", "UNKNOWN"})
        EXPECT_EQ(class_of(kind), SpanClass::other) << kind;
}

TEST(OpenInference, NamesTheAgentOrToolThatASpanRuns) {
    auto actor = [](std::string_view kind) {
        return mapped_attributes(
                   {{"openinference.span.kind", std::string(kind)}, {"agent.name", "helper"}, {"tool.name", "search"}})
            .actor;
    };
    EXPECT_EQ(actor("AGENT"), "helper");
    EXPECT_EQ(actor("TOOL"), "search");
    EXPECT_EQ(actor("LLM"), "");
}

TEST(Mapping, ConventionsFillWhatOthersLeftEmpty) {
    SpanFacts facts = mapped_attributes({{"openinference.span.kind", "LLM"},
                                         {"gen_ai.operation.name", "chat"},
                                         {"gen_ai.request.model", "gpt-4o"},
                                         {"gen_ai.usage.input_tokens", 7},
                                         {"llm.response.model_name", "gpt-4o-2024-08-06"}});
    EXPECT_EQ(facts.operation, "LLM");
    EXPECT_EQ(facts.request_model, "gpt-4o");
    EXPECT_EQ(facts.response_model, "gpt-4o-2024-08-06");
    EXPECT_EQ(facts.usage->input_fresh, 7);
}

TEST(Mapping, ReportsOfTwoConventionsAreNotMixed) {
    SpanFacts facts = mapped_attributes({{"openinference.span.kind", "LLM"},
                                         {"llm.token_count.prompt", 100},
                                         {"gen_ai.usage.input_tokens", 100},
                                         {"gen_ai.usage.cache_read.input_tokens", 60}});
    EXPECT_EQ(facts.usage, (Usage{.input_fresh = 100}));
}

TEST(Mapping, TimesThatMakeNoSenseAreMended) {
    SpanInput span;
    span.start = 2'000;
    span.end = 1'000;
    SpanFacts facts = mapped(span);
    EXPECT_EQ(to_unix_nanos(facts.start), 2'000);
    EXPECT_EQ(facts.end, facts.start);
    span.end = 0;
    EXPECT_EQ(mapped(span).end, facts.start);
    span.start = 0;
    span.end = 5'000;
    EXPECT_EQ(to_unix_nanos(mapped(span).start), 5'000);
}

TEST(Mapping, TextIsBoundedAndWellFormed) {
    SpanInput span;
    span.name = std::string(kMaxFactText - 1, 'n') + "\xC3\xA9xxx";
    span.attributes = {{"gen_ai.request.model", std::string("m\xFF")}};
    SpanFacts facts = mapped(span);
    EXPECT_EQ(facts.name, std::string(kMaxFactText - 1, 'n'));
    EXPECT_EQ(facts.request_model, "m\uFFFD");
}

TEST(Mapping, OfARepeatedKeyTheLastOneCounts) {
    EXPECT_EQ(mapped_attributes({{"gen_ai.request.model", "a"}, {"gen_ai.request.model", "b"}}).request_model, "b");
}

TEST(Mapping, AVersionIsToldByItsBytesAndItsSource) {
    SpanInput span;
    SpanFacts facts = mapped(span);
    EXPECT_EQ(mapped(span), facts);
    EXPECT_NE(mapped(span, {{"host", "a"}}).content_digest, mapped(span, {{"host", "b"}}).content_digest);
    span.name = "other";
    EXPECT_NE(mapped(span).content_digest, facts.content_digest);
    span.name = "longer name";
    EXPECT_GT(mapped(span).content_size, facts.content_size);
}

TEST(Mapping, AReusedObjectForgetsTheSpanBefore) {
    SpanInput rich;
    rich.attributes = {{"gen_ai.request.model", "gpt-4o"},
                       {"gen_ai.usage.input_tokens", 5},
                       {"session.id", "s"},
                       {"user.id", "u"},
                       {"tag.tags", "t"},
                       {"orq.project_id", "p"},
                       {"spanreel.stream_session.id", "x"}};
    otlp::Batch batch;
    ASSERT_TRUE(otlp::decode(otlp::encode_request({rich, SpanInput{}}), {}, batch));
    Mapper mapper;
    mapper.use_source(batch.sources[0]);
    SpanFacts reused, fresh;
    mapper.map(batch.spans[0], reused);
    EXPECT_EQ(reused.stream_session, "x");
    mapper.map(batch.spans[1], reused);
    mapper.map(batch.spans[1], fresh);
    EXPECT_EQ(reused, fresh);
}

}  // namespace
}  // namespace spanreel::trace
