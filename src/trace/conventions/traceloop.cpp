// SPDX-License-Identifier: Apache-2.0
// Traceloop's OpenLLMetry (github.com/traceloop/openllmetry, semconv_ai): its span kinds, and the `llm.*` names that
// version 0.5 of it replaced by GenAI's.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

// workflow and task are `other`.
constexpr WordClass kKinds[] = {{"agent", SpanClass::agent}, {"tool", SpanClass::tool}};
// rerank and unknown are `other`.
constexpr WordClass kRequestTypes[] = {
    {"chat", SpanClass::model}, {"completion", SpanClass::model}, {"embedding", SpanClass::model}};

bool recognises_traceloop(const Mapping& mapping) {
    using enum Key;
    return mapping.span.has_any({traceloop_span_kind, llm_request_type, llm_usage_prompt_tokens, llm_request_model});
}

void map_traceloop(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    SpanFacts& facts = mapping.facts;
    if (const std::string_view kind = span.text(traceloop_span_kind); !kind.empty())
        mapping.classify(class_of(kKinds, kind), kind);
    else if (const std::string_view type = span.text(llm_request_type); !type.empty())
        mapping.classify(class_of(kRequestTypes, type), type);
    Mapping::fill(facts.provider, span.first_text({gen_ai_provider_name, gen_ai_system, llm_vendor}));
    Mapping::fill(facts.request_model, span.first_text({gen_ai_request_model, llm_request_model}));
    Mapping::fill(facts.response_model, span.first_text({gen_ai_response_model, llm_response_model}));
    TokenReport tokens = genai_tokens(span);
    if (!tokens.prompt) tokens.prompt = span.tokens(llm_usage_prompt_tokens);
    if (!tokens.completion) tokens.completion = span.tokens(llm_usage_completion_tokens);
    // Its total of Anthropic's numbers leaves out the cache, which stands beside the input there.
    if (mapping.scope == "@traceloop/instrumentation-anthropic") tokens.total.reset();
    mapping.report(tokens);
}

}  // namespace

const Convention kTraceloop{"traceloop", recognises_traceloop, map_traceloop};

}  // namespace spanreel::trace
