// SPDX-License-Identifier: Apache-2.0
// What a convention's file gives the mapping: how to recognise a span of it and how to read it. Adding a convention is
// one file, its keys in keys.hpp and a line in conventions(), mapping.cpp.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/facts.hpp"
#include "trace/conventions/attribute_index.hpp"
#include "trace/conventions/fact_text.hpp"
#include "trace/usage.hpp"

namespace spanreel::trace {

/// One span being mapped. Conventions run in order and fill only what is still empty.
struct Mapping {
    const AttributeIndex& span;
    std::string_view scope;  ///< the instrumentation's name
    SpanFacts& facts;
    bool classified = false;            ///< span_class and operation are decided
    std::optional<TokenReport> tokens;  ///< of the first convention that has a number: reports are never mixed

    std::string_view tier{};  ///< of service, as the span names it

    static void fill(std::string& field, std::string_view text) {
        if (field.empty() && !text.empty()) assign_text(field, text);
    }
    void classify(SpanClass span_class, std::string_view operation) {
        if (std::exchange(classified, true)) return;
        facts.span_class = span_class;
        assign_text(facts.operation, operation);
    }
    void name_actor(std::string_view agent, std::string_view tool) {
        if (facts.span_class == SpanClass::agent) fill(facts.actor, agent);
        if (facts.span_class == SpanClass::tool) fill(facts.actor, tool);
    }
    void report(const TokenReport& report) {
        bool any = report.prompt || report.completion || report.total || report.cache_read || report.cache_write ||
                   report.reasoning || report.audio_in || report.audio_out;
        if (any && !tokens) tokens = report;
    }
    /// Without a total it is the sum of the sides; the first reported cost stays.
    void report_cost(std::optional<std::int64_t> input, std::optional<std::int64_t> output,
                     std::optional<std::int64_t> total);
};

struct Convention {
    std::string_view name;
    bool (*recognises)(const Mapping& mapping);
    void (*map)(Mapping& mapping);
};

/// A word of a convention and the class of the spans that it stands on.
struct WordClass {
    std::string_view word;
    SpanClass span_class;
};
/// What is not listed is `other`.
SpanClass class_of(std::span<const WordClass> words, std::string_view word);
/// Token numbers in GenAI's names, which other conventions use too.
TokenReport genai_tokens(const AttributeIndex& span);

extern const Convention kLangfuse;
extern const Convention kLangSmith;
extern const Convention kLiveKit;
extern const Convention kOpenInference;
extern const Convention kOrq;
extern const Convention kOtelGenAi;
extern const Convention kPipecat;
extern const Convention kPydanticAi;
extern const Convention kTraceloop;
extern const Convention kVercel;

}  // namespace spanreel::trace
