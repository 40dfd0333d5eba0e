// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/migrations.hpp"

#include <fmt/format.h>

#include <array>

#include "store/embedded/log_index.hpp"
#include "store/embedded/meta_schema.hpp"
#include "store/embedded/span_index_schema.hpp"
#include "store/embedded/trace_filter.hpp"

namespace spanreel::store {

namespace {

constexpr std::array kMigrations{
    Migration{1, "workspaces, keys, streams, sessions, assets, tasks", kMetaSchema},
    Migration{2, "tape position, traces, trace sessions", kSpanIndexSchema},
    Migration{3, "default projects", kDefaultProjects},
    Migration{4, "trace sessions by key across projects", kSessionKeyIndex},
    Migration{5, "rows before a save in slices", kRowsBeforeSave},
    Migration{6, "scopes and origins of keys", kKeyScopes},
    Migration{7, "lists without indexes", kListsWithoutIndexes},
    Migration{8, "rows added by a save in slices", kRowsAddedBySave},
    Migration{9, "what searches ask of a trace", kTraceSearch},
    Migration{10, "traces in the order of their arrival", kTracesInOrder},
    Migration{11, "logs of traces", kTraceLogs},
};

int current_version(Connection& connection) {
    if (!connection.raw().tableExists("schema_version")) return 0;
    auto statement = connection.prepare("SELECT coalesce(max(version), 0) FROM schema_version");
    statement->executeStep();
    return statement->getColumn(0).getInt();
}

Result<void> apply_missing(Connection& connection, std::span<const Migration> steps, const Path& path) {
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
    int version = current_version(connection);
    if (version > static_cast<int>(steps.size()))
        return fail(Code::unsupported,
                    fmt::format("{} has schema version {}, this program knows {}: it was written by a newer Spanreel",
                                path.string(), version, steps.size()));
    for (const Migration& step : steps.subspan(static_cast<std::size_t>(version))) {
        connection.execute(step.sql);
        auto record = connection.prepare("INSERT INTO schema_version (version, name) VALUES (?, ?)");
        record->bind(1, step.number);
        record->bind(2, std::string(step.name));
        record->exec();
    }
    return {};
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

void prepare_reader(Connection& connection) {
    add_trace_filter_functions(connection);
    connection.execute("PRAGMA query_only = OFF");
    connection.execute(kUnsavedTraces);
    connection.execute("PRAGMA query_only = ON");
}

Result<void> migrate(Connection& connection, std::span<const Migration> steps, const Path& path) {
    if (current_version(connection) == static_cast<int>(steps.size())) return {};
    connection.execute("BEGIN IMMEDIATE");  // another process may be starting on the same file
    Result<void> applied = catch_sqlite(path, [&] { return apply_missing(connection, steps, path); });
    connection.execute(applied ? "COMMIT" : "ROLLBACK");
    return applied;
}

}  // namespace spanreel::store
