// SPDX-License-Identifier: Apache-2.0
// Traces grouped and added up. Any thread; waits for the index.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/names.hpp"
#include "trace/ledger.hpp"

namespace spanreel::trace {

/// More of either is `invalid`: all are held in memory until the last trace is seen.
inline constexpr std::size_t kMaxGroups = 100'000;
inline constexpr std::size_t kMaxHeldValues = 8'000'000;

enum class MetricOperator : std::uint8_t { count, sum, avg, min, max, p50, p90, p95, p99 };

struct Metric {
    MetricOperator op = MetricOperator::count;
    std::string path;  ///< of a number; empty, for `count` alone: the traces themselves
};

struct AggregateQuery {
    store::TraceQuery traces;
    /// A trace is in the group of each element of a list.
    std::vector<std::string> group_by;
    std::vector<Metric> metrics;
    std::size_t limit = 0;
};

struct TraceGroup {
    std::vector<std::optional<std::string>> values;  ///< one per path of group_by; absent: without one
    std::uint64_t traces = 0;
    std::vector<std::optional<double>> metrics;  ///< absent: no trace of the group has such a number
};

struct TraceGroups {
    std::vector<TraceGroup> groups;  ///< the largest first, then by their values
    bool has_more = false;
};

/// Percentiles are values that occur: the smallest that so many percent do not exceed. Without group_by there is one
/// group, be it empty.
Result<TraceGroups> aggregate(const Ledger& ledger, const AggregateQuery& query);

}  // namespace spanreel::trace

template <>
inline constexpr std::array<std::string_view, 9> spanreel::kNames<spanreel::trace::MetricOperator>{
    "count", "sum", "avg", "min", "max", "p50", "p90", "p95", "p99"};
