// SPDX-License-Identifier: Apache-2.0
// The part of the database that says where on the tape the logs of a trace lie. index_save.hpp writes it.
#pragma once
#include <string_view>
#include <vector>

#include "store/embedded/connection.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

inline constexpr std::string_view kLogColumns = "workspace, trace_id, records, frames";

/// Rows lie in the order of their arrival, as those of traces do. The second table: see index_save.hpp.
inline constexpr std::string_view kTraceLogs = R"(
CREATE TABLE trace_logs (
    number INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, trace_id BLOB NOT NULL, records INTEGER NOT NULL,
    frames BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX trace_logs_by_id ON trace_logs (workspace, trace_id);
CREATE TABLE trace_logs_before (
    workspace INTEGER NOT NULL, trace_id BLOB NOT NULL, records INTEGER, frames BLOB,
    PRIMARY KEY (workspace, trace_id)) STRICT, WITHOUT ROWID;
)";

std::vector<LogRow> read_logs(Connection& connection, const std::vector<TraceKey>& keys);
void bind_logs(SQLite::Statement& statement, const LogRow& row);

}  // namespace spanreel::store
