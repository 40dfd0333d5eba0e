// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/log_index.hpp"

#include <fmt/format.h>

#include "store/embedded/span_index.hpp"
#include "store/embedded/span_index_schema.hpp"

namespace spanreel::store {

std::vector<LogRow> read_logs(Connection& connection, const std::vector<TraceKey>& keys) {
    auto select = connection.prepare(
        fmt::format("SELECT records, frames FROM trace_logs WHERE workspace = {} AND trace_id = ?", kWorkspaceNumber));
    std::vector<LogRow> rows;
    for (const TraceKey& key : keys) {
        bind_trace_key(*select, key);
        if (select->executeStep())
            rows.push_back({key, select->getColumn(0).getInt64(), unpack_frames(select->getColumn(1).getString())});
        select->reset();
    }
    return rows;
}

void bind_logs(SQLite::Statement& statement, const LogRow& row) {
    const std::string frames = pack_frames(row.frames);
    bind_trace_key(statement, row.key);
    statement.bind(3, row.records);
    statement.bind(4, frames.data(), static_cast<int>(frames.size()));
}

}  // namespace spanreel::store
