// SPDX-License-Identifier: Apache-2.0
// OpenInference (github.com/Arize-ai/openinference, spec/semantic_conventions.md).
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

// CHAIN, RETRIEVER, RERANKER, GUARDRAIL, EVALUATOR, PROMPT and whatever is not here are `other`.
constexpr WordClass kKinds[] = {
    {"LLM", SpanClass::model},
    {"EMBEDDING", SpanClass::model},
    {"TOOL", SpanClass::tool},
    {"AGENT", SpanClass::agent},
};

bool recognises_open_inference(const Mapping& mapping) { return mapping.span.has(Key::openinference_span_kind); }

TokenReport token_counts(const AttributeIndex& span) {
    using enum Key;
    return {
        .prompt = span.tokens(llm_prompt),
        .completion = span.tokens(llm_completion),
        .total = span.tokens(llm_total),
        .cache_read = span.tokens(llm_cache_read),
        .cache_write = span.tokens(llm_cache_write),
        .reasoning = span.tokens(llm_reasoning),
        .audio_in = span.tokens(llm_audio_in),
        .audio_out = span.tokens(llm_audio_out),
    };
}

void map_open_inference(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    SpanFacts& facts = mapping.facts;
    std::string_view kind = span.text(openinference_span_kind);
    mapping.classify(class_of(kKinds, kind), kind);
    Mapping::fill(facts.provider, span.first_text({llm_provider, llm_system}));
    Mapping::fill(facts.request_model,
                  span.first_text({llm_request_model_name, embedding_model_name, reranker_model_name}));
    Mapping::fill(facts.response_model, span.first_text({llm_response_model_name, llm_model_name}));
    mapping.name_actor(span.text(openinference_agent_name), span.text(openinference_tool_name));
    mapping.report(token_counts(span));
    mapping.report_cost(span.money(llm_cost_prompt), span.money(llm_cost_completion), span.money(llm_cost_total));
}

}  // namespace

const Convention kOpenInference{"open_inference", recognises_open_inference, map_open_inference};

}  // namespace spanreel::trace
