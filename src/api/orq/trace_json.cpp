// SPDX-License-Identifier: Apache-2.0
#include "api/orq/trace_json.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "base/encoding.hpp"
#include "otlp/render.hpp"

namespace spanreel::api::orq {

namespace json = boost::json;

namespace {

std::string hex(const TraceId& id) { return to_hex(id.view()); }
std::string hex(const SpanId& id) { return to_hex(id.view()); }

void add_text(json::object& object, std::string_view key, std::string_view text) {
    if (!text.empty()) object[key] = text;
}

void add_texts(json::object& object, std::string_view key, const std::vector<std::string>& texts) {
    if (!texts.empty()) object[key] = json::array(texts.begin(), texts.end());
}

double millis_between(Time start, Time end) {
    return end <= start ? 0.0 : static_cast<double>((end - start).count()) / 1e6;
}

json::object usage_json(const Usage& usage) {
    return {{"prompt_tokens", usage.prompt()},
            {"completion_tokens", usage.completion()},
            {"total_tokens", usage.total()},
            {"prompt_cached_tokens", usage.cache_read},
            {"prompt_cache_creation_tokens", usage.cache_write},
            {"prompt_audio_tokens", usage.audio_in},
            {"completion_reasoning_tokens", usage.reasoning},
            {"completion_audio_tokens", usage.audio_out}};
}

/// `input` and `output` are absent when only a total is known.
json::object cost_json(PicoUsd input, PicoUsd output, PicoUsd total) {
    json::object cost;
    if (input != 0 || output != 0 || total == 0) {
        cost["input"] = to_usd(input);
        cost["output"] = to_usd(output);
    }
    cost["total"] = to_usd(total);
    cost["currency"] = "USD";
    return cost;
}

/// 20260131 as 2026-01-31.
std::string day_text(std::uint32_t date) {
    return fmt::format("{:04}-{:02}-{:02}", date / 10'000, date / 100 % 100, date % 100);
}

json::object usage_counting_json(const SpanFacts& facts, trace::Counting counting) {
    std::string_view reason = "the span reports no tokens";
    if (counting == trace::Counting::counted)
        reason = "the span's own tokens";
    else if (counting == trace::Counting::aggregate)
        reason = facts.span_class == SpanClass::model
                     ? "a model call below this one reports tokens: these are the sum of such calls"
                     : "spans below this one report tokens: these are their sum";
    return {{"counted", counting == trace::Counting::counted}, {"reason", reason}};
}

json::object cost_counting_json(const SpanFacts& facts, trace::Counting counting) {
    json::object out{{"counted", counting == trace::Counting::counted}};
    if (facts.cost.source == CostSource::reported) out["source"] = "reported";
    if (facts.cost.source == CostSource::computed) {
        out["source"] = "computed";
        out["price_date"] = day_text(facts.cost.price_date);
    }
    if (counting == trace::Counting::counted)
        out["reason"] = facts.cost.source == CostSource::reported ? "the span reports it"
                                                                  : "the span's tokens at the price of its model";
    else if (counting == trace::Counting::aggregate)
        out["reason"] = "the cost of spans below this one is counted";
    else if (!facts.usage)
        out["reason"] = "the span reports neither cost nor tokens";
    else if (facts.response_model.empty() && facts.request_model.empty())
        out["reason"] = "unpriced: the span names no model";
    else
        out["reason"] = fmt::format("unpriced: no price is known for {}",
                                    facts.response_model.empty() ? facts.request_model : facts.response_model);
    return out;
}

}  // namespace

json::object trace_summary_json(const trace::TraceView& trace) {
    const TraceRollup& rollup = trace.rollup;
    std::string id = hex(trace.row.key.trace_id);
    double duration = millis_between(rollup.started_at, rollup.ended_at);
    json::object out{{"object", "trace"}, {"trace_id", id}, {"id", id}};
    json::object context{{"trace_id", id}};
    if (!rollup.root.empty()) {
        std::string root = hex(rollup.root);
        out["root_span_id"] = root;
        out["span_id"] = root;
        context["span_id"] = root;
    }
    out["context"] = std::move(context);
    add_text(out, "name", rollup.name);
    add_text(out, "operation", rollup.operation);
    out["status"] = name_of(rollup.status);
    for (std::string_view key : {"started_at", "start_time"}) out[key] = to_iso_millis(rollup.started_at);
    for (std::string_view key : {"ended_at", "end_time"}) out[key] = to_iso_millis(rollup.ended_at);
    for (std::string_view key : {"duration_ms", "duration"}) out[key] = duration;
    add_text(out, "project_id", trace.row.project);
    add_text(out, "session_id", rollup.session_key);
    add_text(out, "thread_id", rollup.conversation_id);
    if (!rollup.users.empty()) out["identity_id"] = rollup.users.front().value;
    add_texts(out, "providers", rollup.providers);
    add_texts(out, "models", rollup.models);
    if (has_usage(rollup)) out["usage"] = usage_json(rollup.usage);
    if (has_cost(rollup)) out["cost"] = cost_json(rollup.cost.input, rollup.cost.output, rollup.cost.total);
    return out;
}

json::object span_summary_json(const trace::StoredSpan& span, const trace::SpanPlace& place) {
    const SpanFacts& facts = span.facts;
    json::object out{{"object", "span"}, {"trace_id", hex(facts.trace_id)}, {"span_id", hex(facts.span_id)}};
    if (!facts.parent_id.empty()) out["parent_span_id"] = hex(facts.parent_id);
    add_text(out, "name", facts.name);
    out["type"] = name_of(facts.span_class);
    add_text(out, "operation", facts.operation);
    out["status"] = name_of(facts.status);
    add_text(out, "provider", facts.provider);
    add_text(out, "model", facts.response_model.empty() ? facts.request_model : facts.response_model);
    out["started_at"] = to_iso_millis(facts.start);
    out["ended_at"] = to_iso_millis(facts.end);
    out["duration_ms"] = millis_between(facts.start, facts.end);
    out["level"] = place.level;
    out["has_detail"] = true;
    out["has_children"] = place.has_children;
    if (facts.usage) out["usage"] = usage_json(*facts.usage);
    if (facts.cost.source != CostSource::none)
        out["cost"] = cost_json(facts.cost.input, facts.cost.output, facts.cost.total);
    return out;
}

json::object span_json(const trace::StoredSpan& span, const trace::SpanPlace& place,
                       const trace::SpanCounting& counting) {
    json::object out{{"summary", span_summary_json(span, place)},
                     {"counting",
                      {{"usage", usage_counting_json(span.facts, counting.usage)},
                       {"cost", cost_counting_json(span.facts, counting.cost)}}}};
    for (auto& member : otlp::to_json(span.span, span.source)) out[member.key()] = std::move(member.value());
    return out;
}

}  // namespace spanreel::api::orq
