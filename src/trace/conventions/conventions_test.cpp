// SPDX-License-Identifier: Apache-2.0
// A span of each emitter as it writes it, and what must be made of it. mapping_test.cpp has GenAI and OpenInference.
#include <gtest/gtest.h>

#include "otlp/request_builder.hpp"
#include "trace/conventions/mapping.hpp"
#include "trace/conventions/session_key.hpp"

namespace spanreel::trace {
namespace {

using otlp::AttributeInput;

SpanFacts mapped(std::vector<AttributeInput> attributes, std::string_view scope = "test") {
    otlp::SpanInput span;
    span.name = "span";
    span.attributes = std::move(attributes);
    otlp::Batch batch;
    EXPECT_TRUE(otlp::decode(otlp::encode_request({span}, {}, scope), {}, batch));
    return map_batch(batch).at(0);
}

TEST(Vercel, ReadsACallOfAModel) {
    const SpanFacts facts = mapped({{"ai.operationId", "ai.generateText.doGenerate"},
                                    {"ai.model.id", "gpt-4o"},
                                    {"ai.model.provider", "openai.chat"},
                                    {"ai.response.model", "gpt-4o-2024-08-06"},
                                    {"ai.usage.inputTokens", 100},
                                    {"ai.usage.cachedInputTokens", 40},
                                    {"ai.usage.outputTokens", 30},
                                    {"ai.usage.reasoningTokens", 10},
                                    {"ai.usage.totalTokens", 130},
                                    {"ai.telemetry.metadata.sessionId", "s"},
                                    {"ai.telemetry.metadata.userId", "u"}},
                                   "ai");
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.operation, "ai.generateText.doGenerate");
    EXPECT_EQ(facts.provider, "openai.chat");
    EXPECT_EQ(facts.request_model, "gpt-4o");
    EXPECT_EQ(facts.response_model, "gpt-4o-2024-08-06");
    EXPECT_EQ(facts.usage, (Usage{.input_fresh = 60, .cache_read = 40, .output_text = 20, .reasoning = 10}));
    EXPECT_EQ(facts.session_key, "s");
    EXPECT_EQ(facts.user, "u");
}

TEST(Vercel, ReadsEarlierNamesAndEmbeddings) {
    EXPECT_EQ(mapped({{"ai.operationId", "ai.streamText.doStream"},
                      {"ai.usage.promptTokens", 5},
                      {"ai.usage.completionTokens", 7}})
                  .usage,
              (Usage{.input_fresh = 5, .output_text = 7}));
    const SpanFacts embedding = mapped({{"ai.operationId", "ai.embed.doEmbed"}, {"ai.usage.tokens", 9}});
    EXPECT_EQ(embedding.span_class, SpanClass::model);
    EXPECT_EQ(embedding.usage, Usage{.input_fresh = 9});
}

TEST(Vercel, StepsAreNoCallsOfAModel) {
    for (const char* step : {"ai.generateText", "ai.streamText", "ai.generateObject", "ai.embedMany"})
        EXPECT_EQ(mapped({{"ai.operationId", step}, {"ai.model.id", "m"}, {"ai.usage.inputTokens", 1}}).span_class,
                  SpanClass::other)
            << step;
    EXPECT_EQ(mapped({{"ai.operationId", "ai.toolCall"}, {"ai.toolCall.name", "t"}}).span_class, SpanClass::tool);
    EXPECT_EQ(mapped({{"ai.operationId", "ai.toolCall"}, {"ai.toolCall.name", "t"}}).actor, "t");
}

TEST(Vercel, ReadsTheCacheOfAnthropicThatStandsBesideTheInput) {
    EXPECT_EQ(mapped({{"ai.operationId", "ai.generateText.doGenerate"},
                      {"ai.usage.inputTokens", 10},
                      {"ai.usage.cachedInputTokens", 90},
                      {"ai.usage.outputTokens", 5},
                      {"ai.usage.totalTokens", 15}})
                  .usage,
              (Usage{.input_fresh = 10, .cache_read = 90, .output_text = 5}));
}

TEST(Traceloop, ReadsKindsRequestTypesAndOldNames) {
    EXPECT_EQ(mapped({{"traceloop.span.kind", "agent"}}).span_class, SpanClass::agent);
    EXPECT_EQ(mapped({{"traceloop.span.kind", "tool"}}).span_class, SpanClass::tool);
    for (const char* kind : {"workflow", "task"})
        EXPECT_EQ(mapped({{"traceloop.span.kind", kind}, {"gen_ai.request.model", "m"}}).span_class, SpanClass::other);
    const SpanFacts facts = mapped({{"llm.request.type", "chat"},
                                    {"llm.vendor", "OpenAI"},
                                    {"llm.request.model", "gpt-4o"},
                                    {"llm.response.model", "gpt-4o-2024-08-06"},
                                    {"llm.usage.prompt_tokens", 11},
                                    {"llm.usage.completion_tokens", 4},
                                    {"llm.usage.total_tokens", 15},
                                    {"traceloop.association.properties.session_id", "s"}});
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.provider, "OpenAI");
    EXPECT_EQ(facts.request_model, "gpt-4o");
    EXPECT_EQ(facts.response_model, "gpt-4o-2024-08-06");
    EXPECT_EQ(facts.usage, (Usage{.input_fresh = 11, .output_text = 4}));
    EXPECT_EQ(facts.session_key, "s");
}

TEST(Traceloop, TheTotalOfAnthropicsNumbersLeavesOutTheCache) {
    EXPECT_EQ(mapped({{"llm.request.type", "chat"},
                      {"gen_ai.usage.input_tokens", 100},
                      {"gen_ai.usage.cache_read_input_tokens", 40},
                      {"gen_ai.usage.output_tokens", 10},
                      {"gen_ai.usage.total_tokens", 110}},
                     "@traceloop/instrumentation-anthropic")
                  .usage,
              (Usage{.input_fresh = 100, .cache_read = 40, .output_text = 10}));
}

SpanFacts langfuse(std::string_view usage, std::string_view cost = "") {
    return mapped({{"langfuse.observation.type", "generation"},
                   {"langfuse.observation.model.name", "gpt-4o"},
                   {"langfuse.observation.usage_details", std::string(usage)},
                   {"langfuse.observation.cost_details", std::string(cost)}});
}

TEST(Langfuse, ReadsUsageWhoseKindsStandBesideEachOther) {
    const SpanFacts facts = langfuse(
        R"({"input":60,"input_cached_tokens":40,"input_audio_tokens":5,"output":20,"output_reasoning_tokens":10,"total":135})");
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.response_model, "gpt-4o");
    EXPECT_EQ(facts.usage,
              (Usage{.input_fresh = 60, .cache_read = 40, .audio_in = 5, .output_text = 20, .reasoning = 10}));
    EXPECT_EQ(facts.cost.source, CostSource::computed);
}

TEST(Langfuse, ReadsUsageWithoutATotalAndWithDetailsInside) {
    EXPECT_EQ(langfuse(R"({"input":10,"cache_read_input_tokens":90,"cache_creation_input_tokens":7,"output":3})").usage,
              (Usage{.input_fresh = 10, .cache_read = 90, .cache_write = 7, .output_text = 3}));
    EXPECT_EQ(
        langfuse(R"({"prompt_tokens":100,"input_cached_tokens":40,"completion_tokens":3,"total_tokens":103})").usage,
        (Usage{.input_fresh = 60, .cache_read = 40, .output_text = 3}));
}

TEST(Langfuse, ReadsOpenAisUsageWithObjectsOfDetailsInside) {
    const Usage usage{.input_fresh = 60, .cache_read = 40, .output_text = 20, .reasoning = 10};
    EXPECT_EQ(langfuse(R"({"prompt_tokens":100,"completion_tokens":30,"total_tokens":130,)"
                       R"("prompt_tokens_details":{"cached_tokens":40,"audio_tokens":0},)"
                       R"("completion_tokens_details":{"reasoning_tokens":10,"accepted_prediction_tokens":5}})")
                  .usage,
              usage);
    EXPECT_EQ(langfuse(R"({"input_tokens_details":{"cached_tokens":40},"input_tokens":100,)"
                       R"("output_tokens":30,"output_tokens_details":{"reasoning_tokens":10}})")
                  .usage,
              usage);
    EXPECT_EQ(
        langfuse(R"({"prompt_tokens":7,"other":{"cached_tokens":4},"prompt_tokens_details":{"cached_tokens":"4"}})")
            .usage,
        (Usage{.input_fresh = 7}));
}

TEST(Langfuse, ReadsCosts) {
    EXPECT_EQ(langfuse("", R"({"input":0.5,"input_cached_tokens":0.25,"output":1})").cost,
              (SpanCost{.source = CostSource::reported,
                        .input = kPicoPerUsd * 3 / 4,
                        .output = kPicoPerUsd,
                        .total = kPicoPerUsd * 7 / 4}));
    EXPECT_EQ(langfuse("", R"({"total":2})").cost.total, 2 * kPicoPerUsd);
}

TEST(Langfuse, LeavesOutWhatIsNoUsage) {
    const std::string deep = std::string(20, '[') + std::string(20, ']');
    const std::string large = R"({"input":1,"pad":")" + std::string(kMaxMetadataBytes, 'x') + "\"}";
    for (const std::string& text : {std::string("{"), std::string("[1]"), deep, large, std::string(R"({"input":"1"})"),
                                    std::string(R"({"input":-1})"), std::string(R"({"input":1e300})")})
        EXPECT_FALSE(langfuse(text, text).usage) << text.substr(0, 40);
    EXPECT_EQ(langfuse(R"({"input":1e12,"input_a":1e12,"output":1e12})").usage->total(), 2 * kMaxSpanTokens);
}

TEST(Langfuse, ReadsTypes) {
    auto class_of = [](const char* type) { return mapped({{"langfuse.observation.type", type}}).span_class; };
    EXPECT_EQ(class_of("embedding"), SpanClass::model);
    EXPECT_EQ(class_of("tool"), SpanClass::tool);
    EXPECT_EQ(class_of("agent"), SpanClass::agent);
    for (const char* type : {"span", "event", "chain", "retriever", "evaluator", "guardrail"})
        EXPECT_EQ(class_of(type), SpanClass::other) << type;
}

TEST(LangSmith, ReadsKindsAndEitherNamesOfTokens) {
    const SpanFacts facts = mapped({{"langsmith.span.kind", "llm"},
                                    {"gen_ai.request.model", "gpt-4o"},
                                    {"llm.token_count.prompt", 12},
                                    {"llm.token_count.completion", 3},
                                    {"langsmith.span.tags", "a, b"},
                                    {"langsmith.metadata.thread_id", "t"}});
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.usage, (Usage{.input_fresh = 12, .output_text = 3}));
    EXPECT_EQ(facts.tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(facts.session_key, "t");
    EXPECT_EQ(mapped({{"langsmith.span.kind", "tool"}}).span_class, SpanClass::tool);
    EXPECT_EQ(mapped({{"langsmith.span.kind", "chain"}, {"gen_ai.request.model", "m"}}).span_class, SpanClass::other);
}

TEST(Orq, ReadsTypesModelsAndCosts) {
    const SpanFacts facts = mapped({{"orq.span_type", "llm"},
                                    {"orq.model.provider", "openai"},
                                    {"orq.model.id", "gpt-4o"},
                                    {"orq.billing.input_cost", 0.25},
                                    {"orq.billing.output_cost", 0.5},
                                    {"orq.thread_id", "t"}});
    EXPECT_EQ(facts.span_class, SpanClass::model);
    EXPECT_EQ(facts.provider, "openai");
    EXPECT_EQ(facts.request_model, "gpt-4o");
    EXPECT_EQ(facts.cost.total, kPicoPerUsd * 3 / 4);
    EXPECT_EQ(facts.session_key, "t");
    EXPECT_EQ(mapped({{"orq.span_type", "tool"}, {"gen_ai.operation.name", "chat"}}).span_class, SpanClass::model);
}

TEST(LiveKit, ReadsToolsAndTokensOfSound) {
    EXPECT_EQ(mapped({{"lk.function_tool.name", "weather"}}).span_class, SpanClass::tool);
    EXPECT_EQ(mapped({{"lk.function_tool.name", "weather"}}).actor, "weather");
    const SpanFacts facts = mapped({{"gen_ai.operation.name", "chat"},
                                    {"gen_ai.usage.input_tokens", 100},
                                    {"gen_ai.usage.audio.input_tokens", 60},
                                    {"gen_ai.usage.cache_write.input_tokens", 10},
                                    {"gen_ai.usage.output_tokens", 50},
                                    {"gen_ai.usage.audio.output_tokens", 40},
                                    {"lk.job_id", "j"}},
                                   "livekit-agents");
    EXPECT_EQ(facts.usage,
              (Usage{.input_fresh = 30, .cache_write = 10, .audio_in = 60, .output_text = 10, .audio_out = 40}));
    EXPECT_EQ(facts.session_key, "j");
}

TEST(PydanticAi, ReadsTheRunOfAnAgent) {
    const SpanFacts run = mapped({{"agent_name", "support"},
                                  {"gen_ai.agent.name", "support"},
                                  {"model_name", "gpt-4o"},
                                  {"logfire.msg", "support run"},
                                  {"gen_ai.usage.input_tokens", 10}},
                                 "pydantic-ai");
    EXPECT_EQ(run.span_class, SpanClass::agent);
    EXPECT_EQ(run.name, "support run");
    EXPECT_EQ(run.actor, "support");
    EXPECT_EQ(run.request_model, "gpt-4o");
    EXPECT_EQ(mapped({{"agent_name", "a"}, {"gen_ai.tool.name", "t"}}, "pydantic-ai").span_class, SpanClass::tool);
    EXPECT_EQ(mapped({{"agent_name", "a"}, {"gen_ai.operation.name", "chat"}}, "pydantic-ai").span_class,
              SpanClass::model);
}

TEST(PydanticAi, DetailsLieInsideTheTokens) {
    EXPECT_EQ(mapped({{"gen_ai.operation.name", "chat"},
                      {"gen_ai.usage.input_tokens", 100},
                      {"gen_ai.usage.details.cache_read_tokens", 60},
                      {"gen_ai.usage.details.cached_tokens", 60},
                      {"gen_ai.usage.output_tokens", 20},
                      {"gen_ai.usage.details.reasoning_tokens", 5}})
                  .usage,
              (Usage{.input_fresh = 40, .cache_read = 60, .output_text = 15, .reasoning = 5}));
}

TEST(Pipecat, ReadsCallsOfServicesAndTools) {
    for (const char* operation : {"stt", "chat", "tts"})
        EXPECT_EQ(mapped({{"gen_ai.operation.name", operation}, {"metrics.ttfb", 0.2}}, "pipecat").span_class,
                  SpanClass::model)
            << operation;
    const SpanFacts tool = mapped(
        {{"tool.function_name", "weather"}, {"gen_ai.operation.name", "llm_tool_call"}, {"gen_ai.request.model", "m"}},
        "pipecat");
    EXPECT_EQ(tool.span_class, SpanClass::tool);
    EXPECT_EQ(tool.actor, "weather");
    const SpanFacts turn = mapped({{"conversation.id", "c"}, {"turn.number", 1}}, "pipecat.turn");
    EXPECT_EQ(turn.span_class, SpanClass::other);
    EXPECT_EQ(turn.session_key, "c");
}

}  // namespace
}  // namespace spanreel::trace
