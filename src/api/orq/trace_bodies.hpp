// SPDX-License-Identifier: Apache-2.0
// Requests of the traces API as queries (contract: orq, section 4). Workspace and project are the caller's key's.
// Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "net/query.hpp"
#include "store/span_store.hpp"
#include "trace/content_search.hpp"
#include "trace/trace_aggregate.hpp"

namespace spanreel::api::orq {

inline constexpr std::int64_t kDefaultTraceLimit = 100;
/// A larger limit means this one.
inline constexpr std::int64_t kMaxTraceLimit = 1000;
inline constexpr std::chrono::hours kDefaultTraceWindow(7 * 24);
// More is `invalid`. Filters, their values and sort keys have the limits of list_body.hpp, the values in all filters
// together.
inline constexpr std::size_t kMaxSearchText = 1000;
inline constexpr std::size_t kMaxGroupBy = 4;
inline constexpr std::size_t kMaxMetrics = 16;

struct TraceSearch {
    store::TraceQuery traces;
    trace::ContentTexts content{};
    Time from{}, to{};  ///< both included, to the millisecond
    std::optional<store::TracePosition> after{};
    std::size_t limit = kDefaultTraceLimit;
};

Result<TraceSearch> read_search_body(std::string_view body, Time now);
Result<TraceSearch> read_oql_body(std::string_view body, Time now);
/// Goes on behind `last` in the same window of time.
std::string page_token(const TraceSearch& search, const store::TracePosition& last);

Result<trace::AggregateQuery> read_aggregate_body(std::string_view body, Time now);
/// How the metric is named in answers: `count`, `p95_duration_ms`.
std::string key_of(const trace::Metric& metric);

/// The values of a facet are its groups. `not_found` when the field is none.
Result<trace::AggregateQuery> read_facet_query(std::string_view field, const net::Query& query, Time now);

}  // namespace spanreel::api::orq
