// SPDX-License-Identifier: Apache-2.0
// LangSmith's OpenTelemetry attributes (docs.langchain.com/langsmith, OpenTelemetry): kinds of its own; models and
// tokens in GenAI's names, or in OpenInference's.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

// chain, retriever, prompt and parser are `other`.
constexpr WordClass kKinds[] = {
    {"llm", SpanClass::model}, {"embedding", SpanClass::model}, {"tool", SpanClass::tool}, {"agent", SpanClass::agent}};

bool recognises_langsmith(const Mapping& mapping) { return mapping.span.has(Key::langsmith_span_kind); }

void map_langsmith(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    const std::string_view kind = span.text(langsmith_span_kind);
    mapping.classify(class_of(kKinds, kind), kind);
    TokenReport tokens = genai_tokens(span);
    if (!tokens.prompt) tokens.prompt = span.tokens(llm_prompt);
    if (!tokens.completion) tokens.completion = span.tokens(llm_completion);
    if (!tokens.total) tokens.total = span.tokens(llm_total);
    mapping.report(tokens);
}

}  // namespace

const Convention kLangSmith{"langsmith", recognises_langsmith, map_langsmith};

}  // namespace spanreel::trace
