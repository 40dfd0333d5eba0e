// SPDX-License-Identifier: Apache-2.0
// One trace, its spans and one span: /v3/traces. Everything an answer says is optional.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "spanreel/orq/core.hpp"
#include "spanreel/orq/date.hpp"
#include "spanreel/orq/pages.hpp"
#include "spanreel/orq/print.hpp"
#include "spanreel/sdk/nullable.hpp"
#include "spanreel/sdk/operation.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

struct TraceAgent {
    std::optional<std::string> id, name;
};

struct TraceUsage {
    std::optional<std::int64_t> prompt_tokens, completion_tokens, total_tokens;
    std::optional<std::int64_t> prompt_cached_tokens, prompt_audio_tokens;
    std::optional<std::int64_t> completion_reasoning_tokens, completion_audio_tokens;
    std::optional<std::int64_t> completion_accepted_prediction_tokens, completion_rejected_prediction_tokens;
    std::optional<std::int64_t> prompt_cache_creation_tokens;
};

struct TraceCost {
    std::optional<double> input, output, cache_read, cache_write, reasoning, web_search, total;
    std::optional<std::string> currency;
    std::optional<double> cached, audio_input, audio_output, accepted_prediction, rejected_prediction;
    std::optional<bool> billable;
    std::optional<std::string> pricing_tier;
    std::optional<bool> threshold_exceeded;
    std::optional<std::string> integration_id;
};

struct TraceContext {
    std::optional<std::string> trace_id, span_id;
};

struct TraceSummary {
    std::optional<std::string> object;  ///< "trace"
    std::optional<std::string> trace_id, root_span_id, leading_span_id, name, operation, status;
    std::optional<Date> started_at, ended_at;
    std::optional<double> duration_ms;
    std::optional<std::string> project_id, identity_id;
    std::optional<std::string> session_id;  ///< the session's external_id
    std::optional<std::string> thread_id, product;
    std::optional<std::vector<std::string>> providers, models;
    std::optional<TraceAgent> agent;
    std::optional<TraceUsage> usage;
    std::optional<TraceCost> cost;
    std::optional<std::string> id, span_id, parent_id, type;
    std::optional<TraceContext> context;
    std::optional<sdk::JsonText> attributes;
    std::optional<Date> start_time, end_time;
    std::optional<double> duration;  ///< milliseconds
};

struct SpanSummary {
    std::optional<std::string> object;  ///< "span"
    std::optional<std::string> trace_id, span_id, parent_span_id, name, type, operation, status;
    std::optional<Date> started_at, ended_at;
    std::optional<double> duration_ms;
    std::optional<std::string> provider, model;
    std::optional<TraceUsage> usage;
    std::optional<TraceCost> cost;
    std::optional<std::int64_t> level;  ///< 0 for a root
    std::optional<bool> has_detail, has_children, guardrail_enabled;
    std::optional<std::string> trace_framework, leading_span_type;
};

struct SpanDetail {
    std::optional<SpanSummary> summary;
    std::optional<sdk::JsonText> attributes;  ///< an object
    // What Spanreel's server adds.
    std::optional<std::string> kind, status_message, trace_state;
    std::optional<sdk::JsonText> events, links, resource, scope;
};

struct TraceResponse {
    std::optional<TraceSummary> trace;
};
std::string to_json(const TraceResponse& response);

struct SpanPage {
    std::optional<std::string> object;  ///< "list"
    std::optional<std::vector<SpanSummary>> data;
    std::optional<bool> has_more;
    std::optional<std::string> next_page_token;
};
std::string to_json(const SpanPage& page);

struct SpanResponse {
    std::optional<SpanDetail> span;
};
std::string to_json(const SpanResponse& response);

/// Which trace.
struct TraceId {
    std::string trace_id;  ///< 32 hexadecimal digits
};

/// The spans of which trace, and how many at a time.
struct TraceSpans {
    std::string trace_id;
    std::optional<std::int64_t> limit{};  ///< rows of a page
    std::optional<std::string> page_token{};
};

/// Which span.
struct SpanId {
    std::string trace_id, span_id;
};

namespace detail {
Result<sdk::Prepared> prepare_traces_get(const TraceId& request);
Result<TraceResponse> read_traces_get(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_traces_list_spans(const TraceSpans& request);
Result<SpanPage> read_traces_list_spans(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_traces_get_span(const SpanId& request);
Result<SpanResponse> read_traces_get_span(sdk::HttpResponse response);

inline bool advance_spans(TraceSpans& request, const SpanPage& page) {
    if (!page.has_more.value_or(false) || page.next_page_token.value_or("").empty()) return false;
    request.page_token = page.next_page_token;
    return true;
}
}  // namespace detail

// Errors as threads.hpp has them.

/// TracesGet: GET /v3/traces/{trace_id}.
inline constexpr sdk::Operation<TraceId, TraceResponse> traces_get{detail::prepare_traces_get, detail::read_traces_get};
/// TracesListSpans: GET /v3/traces/{trace_id}/spans. By start, then id.
inline constexpr sdk::Operation<TraceSpans, SpanPage> traces_list_spans{detail::prepare_traces_list_spans,
                                                                        detail::read_traces_list_spans};
/// TracesGetSpan: GET /v3/traces/{trace_id}/spans/{span_id}.
inline constexpr sdk::Operation<SpanId, SpanResponse> traces_get_span{detail::prepare_traces_get_span,
                                                                      detail::read_traces_get_span};

/// Page by page, by the token that each page gives.
inline Pages<Result<SpanPage>> traces_span_pages(OrqCore core, TraceSpans request, CallOptions options = {}) {
    return walk(traces_list_spans, std::move(core), std::move(request), std::move(options), detail::advance_spans);
}

}  // namespace spanreel::orq
#pragma GCC visibility pop
