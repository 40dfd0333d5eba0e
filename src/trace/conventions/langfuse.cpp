// SPDX-License-Identifier: Apache-2.0
// Langfuse's OpenTelemetry attributes (langfuse.com/docs, OpenTelemetry): observations with usage and cost as JSON
// texts.
#include <algorithm>

#include "trace/conventions/attribute_json.hpp"
#include "trace/conventions/convention.hpp"
#include "trace/prices.hpp"

namespace spanreel::trace {
namespace {

namespace json = boost::json;

// span, event, chain, retriever, evaluator and guardrail are `other`.
constexpr WordClass kTypes[] = {{"generation", SpanClass::model},
                                {"embedding", SpanClass::model},
                                {"tool", SpanClass::tool},
                                {"agent", SpanClass::agent}};

bool recognises_langfuse(const Mapping& mapping) {
    using enum Key;
    return mapping.span.has_any({langfuse_type, langfuse_model, langfuse_usage, langfuse_cost});
}

std::optional<std::int64_t> tokens_from(const json::value& value) {
    if (!value.is_number()) return std::nullopt;
    const double number = value.to_number<double>();
    if (!(number >= 0 && number <= static_cast<double>(kMaxSpanTokens))) return std::nullopt;
    return static_cast<std::int64_t>(number + 0.5);
}

void add(std::optional<std::int64_t>& to, std::int64_t tokens) {
    to = std::min(to.value_or(0) + tokens, kMaxSpanTokens);
}

/// Whether the name is one of a part of its side.
bool add_part(TokenReport& report, std::string_view name, bool output, std::int64_t tokens) {
    auto has = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
    if (has("cache") && (has("creation") || has("write")))
        add(report.cache_write, tokens);
    else if (has("cache"))
        add(report.cache_read, tokens);
    else if (has("reasoning"))
        add(report.reasoning, tokens);
    else if (has("audio"))
        add(output ? report.audio_out : report.audio_in, tokens);
    else
        return false;
    return true;
}

/// Each kind of token beside the others, as Langfuse's client for JavaScript writes them: `input` is what is left of
/// the prompt without `input_cached_tokens`. Where `total` is less than all of them, they lie inside. Its client for
/// Python writes OpenAI's usage as it is, with objects of parts that lie inside (`prompt_tokens_details`).
TokenReport usage_details(const json::object& usage) {
    TokenReport report;
    std::int64_t all = 0;
    for (const auto& [key, value] : usage) {
        const std::string_view name(key.data(), key.size());
        const bool output = name.starts_with("output") || name.starts_with("completion");
        if (value.is_object() && name.ends_with("_tokens_details"))
            for (const auto& [part, count] : value.get_object())
                if (const auto tokens = tokens_from(count))
                    add_part(report, std::string_view(part.data(), part.size()), output, *tokens);
        const auto tokens = tokens_from(value);
        if (!tokens) continue;
        if (name == "total" || name == "total_tokens" || name == "totalTokens") {
            report.total = tokens;
            continue;
        }
        if (!add_part(report, name, output, *tokens)) add(output ? report.completion : report.prompt, *tokens);
        all = std::min(all + *tokens, kMaxSpanTokens);
    }
    if (!report.total && all > 0) report.total = all;
    return report;
}

void report_cost_details(Mapping& mapping, const json::object& cost) {
    std::optional<std::int64_t> input, output, total;
    std::int64_t all = 0;
    for (const auto& [key, value] : cost) {
        const std::string_view name(key.data(), key.size());
        const auto amount = value.is_number() ? pico_usd(value.to_number<double>()) : std::nullopt;
        if (!amount) continue;
        if (name == "total") {
            total = amount;
            continue;
        }
        std::optional<std::int64_t>& side = name.starts_with("output") ? output : input;
        side = std::min(side.value_or(0) + *amount, kMaxSpanCost);
        all = std::min(all + *amount, kMaxSpanCost);
    }
    if (input || output || total) mapping.report_cost(input, output, total.value_or(all));
}

void map_langfuse(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    if (const std::string_view type = span.text(langfuse_type); !type.empty())
        mapping.classify(class_of(kTypes, type), type);
    Mapping::fill(mapping.facts.response_model, span.text(langfuse_model));
    json::monotonic_resource storage;
    if (const json::value usage = parse_attribute_json(span.text(langfuse_usage), &storage); usage.is_object())
        mapping.report(usage_details(usage.get_object()));
    if (const json::value cost = parse_attribute_json(span.text(langfuse_cost), &storage); cost.is_object())
        report_cost_details(mapping, cost.get_object());
}

}  // namespace

const Convention kLangfuse{"langfuse", recognises_langfuse, map_langfuse};

}  // namespace spanreel::trace
