// SPDX-License-Identifier: Apache-2.0
// The members of traces.hpp's models on the wire.
#pragma once
#include "../core/json_model.hpp"
#include "spanreel/orq/traces.hpp"

namespace spanreel::orq {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TraceAgent>
void members(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("name", self.name);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TraceUsage>
void members(Visitor& visit, Self& self) {
    visit("prompt_tokens", self.prompt_tokens);
    visit("completion_tokens", self.completion_tokens);
    visit("total_tokens", self.total_tokens);
    visit("prompt_cached_tokens", self.prompt_cached_tokens);
    visit("prompt_audio_tokens", self.prompt_audio_tokens);
    visit("completion_reasoning_tokens", self.completion_reasoning_tokens);
    visit("completion_audio_tokens", self.completion_audio_tokens);
    visit("completion_accepted_prediction_tokens", self.completion_accepted_prediction_tokens);
    visit("completion_rejected_prediction_tokens", self.completion_rejected_prediction_tokens);
    visit("prompt_cache_creation_tokens", self.prompt_cache_creation_tokens);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TraceCost>
void members(Visitor& visit, Self& self) {
    visit("input", self.input);
    visit("output", self.output);
    visit("cache_read", self.cache_read);
    visit("cache_write", self.cache_write);
    visit("reasoning", self.reasoning);
    visit("web_search", self.web_search);
    visit("total", self.total);
    visit("currency", self.currency);
    visit("cached", self.cached);
    visit("audio_input", self.audio_input);
    visit("audio_output", self.audio_output);
    visit("accepted_prediction", self.accepted_prediction);
    visit("rejected_prediction", self.rejected_prediction);
    visit("billable", self.billable);
    visit("pricing_tier", self.pricing_tier);
    visit("threshold_exceeded", self.threshold_exceeded);
    visit("integration_id", self.integration_id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TraceContext>
void members(Visitor& visit, Self& self) {
    visit("trace_id", self.trace_id);
    visit("span_id", self.span_id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TraceSummary>
void members(Visitor& visit, Self& self) {
    visit("object", self.object);
    visit("trace_id", self.trace_id);
    visit("root_span_id", self.root_span_id);
    visit("leading_span_id", self.leading_span_id);
    visit("name", self.name);
    visit("operation", self.operation);
    visit("status", self.status);
    visit("started_at", self.started_at);
    visit("ended_at", self.ended_at);
    visit("duration_ms", self.duration_ms);
    visit("project_id", self.project_id);
    visit("identity_id", self.identity_id);
    visit("session_id", self.session_id);
    visit("thread_id", self.thread_id);
    visit("product", self.product);
    visit("providers", self.providers);
    visit("models", self.models);
    visit("agent", self.agent);
    visit("usage", self.usage);
    visit("cost", self.cost);
    visit("id", self.id);
    visit("span_id", self.span_id);
    visit("parent_id", self.parent_id);
    visit("type", self.type);
    visit("context", self.context);
    visit("attributes", self.attributes);
    visit("start_time", self.start_time);
    visit("end_time", self.end_time);
    visit("duration", self.duration);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SpanSummary>
void members(Visitor& visit, Self& self) {
    visit("object", self.object);
    visit("trace_id", self.trace_id);
    visit("span_id", self.span_id);
    visit("parent_span_id", self.parent_span_id);
    visit("name", self.name);
    visit("type", self.type);
    visit("operation", self.operation);
    visit("status", self.status);
    visit("started_at", self.started_at);
    visit("ended_at", self.ended_at);
    visit("duration_ms", self.duration_ms);
    visit("provider", self.provider);
    visit("model", self.model);
    visit("usage", self.usage);
    visit("cost", self.cost);
    visit("level", self.level);
    visit("has_detail", self.has_detail);
    visit("has_children", self.has_children);
    visit("guardrail_enabled", self.guardrail_enabled);
    visit("trace_framework", self.trace_framework);
    visit("leading_span_type", self.leading_span_type);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SpanDetail>
void members(Visitor& visit, Self& self) {
    visit("summary", self.summary);
    visit("attributes", self.attributes);
    visit("kind", self.kind);
    visit("status_message", self.status_message);
    visit("trace_state", self.trace_state);
    visit("events", self.events);
    visit("links", self.links);
    visit("resource", self.resource);
    visit("scope", self.scope);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TraceResponse>
void members(Visitor& visit, Self& self) {
    visit("trace", self.trace);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SpanPage>
void members(Visitor& visit, Self& self) {
    visit("object", self.object);
    visit("data", self.data);
    visit("has_more", self.has_more);
    visit("next_page_token", self.next_page_token);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SpanResponse>
void members(Visitor& visit, Self& self) {
    visit("span", self.span);
}

}  // namespace spanreel::orq
