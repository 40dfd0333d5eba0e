// SPDX-License-Identifier: Apache-2.0
// The embedded store's answers to trace_query.hpp: one query over the index and, in a table of the connection's own,
// what is not in it yet, so that there is one reading of a filter. Any thread; waits for the disk.
#pragma once
#include <chrono>

#include "store/embedded/database.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

/// A search that takes longer is given up.
inline constexpr std::chrono::seconds kTraceSearchTime(5);
/// Rows of one transaction of describe_traces().
inline constexpr std::size_t kDescribedRows = 2000;

Result<std::vector<TraceRow>> find_traces(Database& database, const TraceQuery& query, const UnsavedTraces& unsaved,
                                          const std::optional<TracePosition>& after, std::size_t limit,
                                          std::chrono::milliseconds at_most = kTraceSearchTime);
Result<void> each_trace_values(Database& database, const TraceQuery& query, const UnsavedTraces& unsaved,
                               const std::vector<std::string>& texts, const std::vector<std::string>& numbers,
                               const VisitValues& visit, std::chrono::milliseconds at_most = kTraceSearchTime);
Result<void> describe_traces(Database& database,
                             const std::function<Result<TraceColumns>(const std::string& state)>& describe);

}  // namespace spanreel::store
