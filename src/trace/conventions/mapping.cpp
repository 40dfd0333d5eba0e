// SPDX-License-Identifier: Apache-2.0
#include "trace/conventions/mapping.hpp"

#include <algorithm>

#include "trace/conventions/convention.hpp"
#include "trace/conventions/session_key.hpp"
#include "trace/usage.hpp"

namespace spanreel::trace {
namespace {

/// In order of how sure the recognition is: a kind of a convention's own first, the names that most share last.
constexpr const Convention* kConventions[] = {&kLangfuse,   &kOpenInference, &kVercel,  &kTraceloop, &kLangSmith,
                                              &kPydanticAi, &kPipecat,       &kLiveKit, &kOrq,       &kOtelGenAi};

/// Keeps the memory of texts.
void clear(SpanFacts& facts) {
    for (std::string* text :
         {&facts.name, &facts.operation, &facts.session_key, &facts.session_id, &facts.conversation_id, &facts.project,
          &facts.user, &facts.provider, &facts.request_model, &facts.response_model, &facts.stream_session,
          &facts.title, &facts.client, &facts.repo, &facts.actor})
        text->clear();
    facts.tags.clear();
    facts.span_class = SpanClass::other;
    facts.key_class = KeyClass::none;
    facts.usage.reset();
    facts.cost = {};
}

bool contains_no_case(std::string_view text, std::string_view lower) {
    auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
    return !std::ranges::search(text, lower, same).empty();
}

/// Instrumentations of Anthropic's client hand on its numbers as they are, but for its own SDKs' spans and
/// OpenInference: these add the cache to the input.
bool leaves_cache_out(std::string_view scope) {
    return contains_no_case(scope, "anthropic") && !scope.starts_with("com.anthropic.sdk.") &&
           !contains_no_case(scope, "openinference");
}

}  // namespace

SpanClass class_of(std::span<const WordClass> words, std::string_view word) {
    const auto known = std::ranges::find(words, word, &WordClass::word);
    return known != words.end() ? known->span_class : SpanClass::other;
}

void Mapping::report_cost(std::optional<std::int64_t> input, std::optional<std::int64_t> output,
                          std::optional<std::int64_t> total) {
    if (facts.cost.source == CostSource::reported || !(input || output || total)) return;
    facts.cost.source = CostSource::reported;
    facts.cost.input = input.value_or(0);
    facts.cost.output = output.value_or(0);
    facts.cost.total = total ? *total : std::min(facts.cost.input + facts.cost.output, kMaxSpanCost);
}

void Mapper::use_source(const otlp::SourceView& source) {
    source_ = source;
    source_version_ = version_of(source);
    resource_.fill(source.resource_attributes());
    anthropic_native_ = leaves_cache_out(source.scope_name);
}

void Mapper::map(const otlp::SpanView& span, SpanFacts& into) {
    clear(into);
    read_plain_facts(span, source_version_, into);
    into.mapping_version = kMappingVersion;

    span_.fill(span.attributes());
    Mapping mapping{.span = span_, .scope = source_.scope_name, .facts = into};
    for (const Convention* convention : kConventions)
        if (convention->recognises(mapping)) convention->map(mapping);
    map_identity(span_, resource_, into);
    if (mapping.tokens) {
        mapping.tokens->anthropic_native = anthropic_native_;
        into.usage = normalise(*mapping.tokens);
    }
    if (into.usage && into.cost.source == CostSource::none)
        into.cost = prices_->price(into.response_model, into.request_model,
                                   {.provider = into.provider, .tier = mapping.tier, .at = into.start}, *into.usage);
}

std::vector<SpanFacts> map_batch(const otlp::Batch& batch, const PriceTable& prices) {
    std::vector<SpanFacts> facts(batch.spans.size());
    Mapper mapper(prices);
    const otlp::SourceView* source = nullptr;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const otlp::SourceView* own = &batch.sources[batch.spans[i].source];
        if (own != source) mapper.use_source(*own);
        source = own;
        mapper.map(batch.spans[i], facts[i]);
    }
    return facts;
}

}  // namespace spanreel::trace
