// SPDX-License-Identifier: Apache-2.0
// Vercel AI SDK (ai-sdk.dev, telemetry), the emitter with names of its own: scope `ai`, attributes `ai.*`. Today's
// writes GenAI names.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

/// `ai.generateText` is a step around `ai.generateText.doGenerate`, which is the call of the model; so are the others.
SpanClass class_of_operation(std::string_view operation) {
    if (operation == "ai.toolCall") return SpanClass::tool;
    for (std::string_view call : {".doGenerate", ".doStream", ".doEmbed"})
        if (operation.ends_with(call)) return SpanClass::model;
    return SpanClass::other;
}

bool recognises_vercel(const Mapping& mapping) { return mapping.span.has(Key::ai_operation_id); }

TokenReport tokens_of(const AttributeIndex& span) {
    using enum Key;
    return {
        .prompt = span.first_tokens({ai_input_tokens, ai_prompt_tokens, ai_embedding_tokens, gen_ai_input_tokens}),
        .completion = span.first_tokens({ai_output_tokens, ai_completion_tokens, gen_ai_output_tokens}),
        .total = span.tokens(ai_total_tokens),
        .cache_read = span.first_tokens({ai_cached_tokens, ai_cache_read, gen_ai_cache_read}),
        .cache_write = span.first_tokens({ai_cache_write, gen_ai_cache_creation}),
        .reasoning = span.first_tokens({ai_reasoning, ai_reasoning_detail, gen_ai_reasoning}),
    };
}

void map_vercel(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    SpanFacts& facts = mapping.facts;
    const std::string_view operation = span.text(ai_operation_id);
    mapping.classify(class_of_operation(operation), operation);
    mapping.name_actor({}, span.text(ai_tool_name));
    Mapping::fill(facts.provider, span.first_text({gen_ai_system, ai_model_provider}));
    Mapping::fill(facts.request_model, span.first_text({gen_ai_request_model, ai_model_id}));
    Mapping::fill(facts.response_model, span.first_text({gen_ai_response_model, ai_response_model}));
    mapping.report(tokens_of(span));
}

}  // namespace

const Convention kVercel{"vercel", recognises_vercel, map_vercel};

}  // namespace spanreel::trace
