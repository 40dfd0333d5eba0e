// SPDX-License-Identifier: Apache-2.0
// The questions the traces API asks. The filter is the tree of session_query.hpp with the wire names of traces as
// paths: trace_id, name, operation, status, project_id, session_id, thread_id, identity_id, day and hour (of the
// start, UTC: 2026-01-31, 2026-01-31T14:00Z); the lists provider, model, agent_name, tool_name and tag; the dates
// start_time and end_time; the numbers duration_ms, prompt_tokens, completion_tokens, total_tokens, total_cost,
// span_count, error_count.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/error.hpp"
#include "model/span.hpp"
#include "store/session_query.hpp"

namespace spanreel::store {

struct TraceQuery {
    std::string workspace;
    std::optional<std::string> project;  ///< given: only traces of that project
    std::int64_t from = INT64_MIN;       ///< ended not before, Unix nanoseconds
    std::int64_t to = INT64_MAX;         ///< ended not after
    Filter filter;
};

/// Where a trace stands in the order of their ends.
struct TracePosition {
    std::int64_t ended_at = 0;  ///< Unix nanoseconds
    TraceId trace_id;
};

using VisitValues = std::function<Result<void>(std::span<const std::optional<std::string>> texts,
                                               std::span<const std::optional<double>> numbers)>;

}  // namespace spanreel::store
