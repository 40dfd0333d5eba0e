// SPDX-License-Identifier: Apache-2.0
// OpenTelemetry GenAI semantic conventions (opentelemetry.io/docs/specs/semconv/gen-ai), today's and earlier
// spellings, with the costs that Logfire and others write beside them.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

// invoke_workflow, retrieval, agent_step, chain and whatever is not here are `other`.
constexpr WordClass kOperations[] = {
    {"chat", SpanClass::model},         {"generate_content", SpanClass::model}, {"text_completion", SpanClass::model},
    {"completion", SpanClass::model},   {"embeddings", SpanClass::model},       {"stt", SpanClass::model},
    {"tts", SpanClass::model},          {"execute_tool", SpanClass::tool},      {"invoke_agent", SpanClass::agent},
    {"create_agent", SpanClass::agent},
};

bool recognises_genai(const Mapping& mapping) {
    using enum Key;
    return mapping.span.has_any({gen_ai_operation_name, gen_ai_provider_name, gen_ai_system, gen_ai_request_model,
                                 gen_ai_response_model, gen_ai_tool_name, gen_ai_agent_name, gen_ai_input_tokens,
                                 gen_ai_output_tokens, gen_ai_prompt_tokens, gen_ai_completion_tokens,
                                 gen_ai_total_tokens, gen_ai_cost, operation_cost});
}

/// Instrumentations before operation names: told by what they say of themselves.
SpanClass class_without_operation(const AttributeIndex& span) {
    if (span.has_any({Key::gen_ai_request_model, Key::gen_ai_response_model})) return SpanClass::model;
    if (span.has(Key::gen_ai_tool_name)) return SpanClass::tool;
    if (span.has(Key::gen_ai_agent_name)) return SpanClass::agent;
    return SpanClass::other;
}

void map_genai(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    SpanFacts& facts = mapping.facts;
    std::string_view operation = span.text(gen_ai_operation_name);
    mapping.classify(operation.empty() ? class_without_operation(span) : class_of(kOperations, operation), operation);
    Mapping::fill(facts.provider, span.first_text({gen_ai_provider_name, gen_ai_system}));
    Mapping::fill(facts.request_model, span.text(gen_ai_request_model));
    Mapping::fill(facts.response_model, span.text(gen_ai_response_model));
    mapping.name_actor(span.text(gen_ai_agent_name), span.text(gen_ai_tool_name));
    // What was asked for may not be what was given.
    if (mapping.tier.empty())
        mapping.tier = span.first_text(
            {openai_response_tier, openai_response_tier_old, openai_request_tier, openai_request_tier_old});
    mapping.report(genai_tokens(span));
    mapping.report_cost({}, {}, span.money(gen_ai_cost));
    mapping.report_cost({}, {}, span.money(operation_cost));
}

}  // namespace

TokenReport genai_tokens(const AttributeIndex& span) {
    using enum Key;
    return {
        .prompt = span.first_tokens({gen_ai_input_tokens, gen_ai_prompt_tokens}),
        .completion = span.first_tokens({gen_ai_output_tokens, gen_ai_completion_tokens}),
        .total = span.first_tokens({gen_ai_total_tokens, llm_usage_total_tokens}),
        .cache_read = span.first_tokens(
            {gen_ai_cache_read, gen_ai_cache_read_old, gen_ai_input_cached, gen_ai_cache_read_detail}),
        .cache_write = span.first_tokens(
            {gen_ai_cache_creation, gen_ai_cache_creation_old, gen_ai_cache_write, gen_ai_cache_write_detail}),
        .reasoning = span.first_tokens({gen_ai_reasoning, gen_ai_reasoning_old, gen_ai_reasoning_detail}),
        .audio_in = span.first_tokens({gen_ai_input_audio, gen_ai_audio_in, gen_ai_audio_in_detail}),
        .audio_out = span.first_tokens({gen_ai_output_audio, gen_ai_audio_out, gen_ai_audio_out_detail}),
    };
}

const Convention kOtelGenAi{"otel_genai", recognises_genai, map_genai};

}  // namespace spanreel::trace
