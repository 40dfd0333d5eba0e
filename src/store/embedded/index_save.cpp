// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/index_save.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/bytes.hpp"
#include "store/embedded/span_index.hpp"
#include "store/embedded/span_index_schema.hpp"

namespace spanreel::store {

namespace {

struct SavedTable {
    std::string_view name;
    std::string_view columns;  ///< those of the key first
    std::string_view key;
    std::string key_parameters;    ///< one per column of the key
    std::string other_parameters;  ///< one per other column
};

const SavedTable kTraces{"traces", kSavedTraceColumns, "workspace, trace_id", fmt::format("{}, ?", kWorkspaceNumber),
                         ",?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?"};
const SavedTable kSessions{"trace_sessions", kSessionColumns, "id", "?", ",?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?"};
const SavedTable kTombstones{"trace_tombstones", "workspace, trace_id, until", "workspace, trace_id", "?, ?", ",?"};
const std::array<const SavedTable*, 3> kSavedTables{&kTraces, &kSessions, &kTombstones};

/// What an upsert sets: each column that is not of the key.
std::string assignments(const SavedTable& table) {
    std::string_view columns = table.columns.substr(table.key.size());
    std::string all;
    while (!columns.empty()) {
        columns.remove_prefix(2);  // ", "
        const std::string_view column = columns.substr(0, columns.find(','));
        all += fmt::format("{}{} = excluded.{}", all.empty() ? "" : ", ", column, column);
        columns.remove_prefix(column.size());
    }
    return all;
}

struct Slice {
    std::span<const TraceRow> traces;
    std::span<const TraceKey> removed_traces;
    std::span<const SessionRow> sessions;
    std::span<const std::string> removed_sessions;
    std::span<const Tombstone> tombstones;

    std::size_t size() const {
        return traces.size() + removed_traces.size() + sessions.size() + removed_sessions.size() + tombstones.size();
    }
};

std::size_t size_of(const IndexChanges& changes) {
    return Slice{changes.traces, changes.removed_traces, changes.sessions, changes.removed_sessions, changes.tombstones}
        .size();
}

Slice slice_of(const IndexChanges& changes, std::size_t from, std::size_t rows) {
    auto take = [&](const auto& all) {
        std::size_t skipped = std::min(from, all.size()), count = std::min(rows, all.size() - skipped);
        from -= skipped;
        rows -= count;
        return std::span(all).subspan(skipped, count);
    };
    Slice slice;
    slice.traces = take(changes.traces);
    std::size_t bytes = 0, fit = 0;
    for (; fit < slice.traces.size() && bytes < kSliceBytes; ++fit)
        bytes += slice.traces[fit].state.size() + slice.traces[fit].frames.size() * sizeof(FrameRef);
    if (fit < slice.traces.size()) return {slice.traces.first(fit), {}, {}, {}, {}};
    slice.removed_traces = take(changes.removed_traces);
    slice.sessions = take(changes.sessions);
    slice.removed_sessions = take(changes.removed_sessions);
    slice.tombstones = take(changes.tombstones);
    return slice;
}

/// The number of rows that it wrote.
int run(PreparedStatement& statement) {
    const int written = statement->exec();
    statement->reset();
    return written;
}

void bind_key(SQLite::Statement& statement, const TraceKey& key) { bind_trace_key(statement, key); }
void bind_key(SQLite::Statement& statement, const std::string& id) { statement.bindNoCopy(1, id); }

const TraceKey& key_of(const TraceRow& row) { return row.key; }
const std::string& key_of(const SessionRow& row) { return row.id; }
const TraceKey& key_of(const Tombstone& tombstone) { return tombstone.key; }

void bind_row(SQLite::Statement& statement, const TraceRow& row) { bind_trace(statement, row); }
void bind_row(SQLite::Statement& statement, const SessionRow& row) { bind_session(statement, row); }
void bind_row(SQLite::Statement& statement, const Tombstone& tombstone) {
    bind_trace_key(statement, tombstone.key);
    statement.bind(3, tombstone.until);
}

/// Keys of added rows, one after another: a text as its length (u32 LE) and bytes, a trace id as its 16 bytes.
void append_key(std::string& to, const std::string& id) {
    ByteWriter writer(to);
    writer.u32le(static_cast<std::uint32_t>(id.size()));
    writer.text(id);
}
void append_key(std::string& to, const TraceKey& key) {
    append_key(to, key.workspace);
    ByteWriter(to).bytes(key.trace_id.view());
}
void read_key(ByteReader& from, std::string& id) { id = as_text(from.take(from.u32le())); }
void read_key(ByteReader& from, TraceKey& key) {
    std::string workspace;
    read_key(from, workspace);
    key.workspace = workspace;
    std::ranges::copy(from.take(key.trace_id.bytes.size()), key.trace_id.bytes.begin());
}

/// Writes a slice's rows of one table; in a save of several slices so that they can be undone.
class RowWriter {
  public:
    RowWriter(Connection& connection, const SavedTable& table, bool undoable)
        : connection_(connection),
          table_(table),
          undoable_(undoable),
          add_(prepare("INSERT INTO {0} ({1}) VALUES ({4}{2}) ON CONFLICT DO NOTHING")),
          keep_(prepare("INSERT OR IGNORE INTO {0}_before ({1}) SELECT {1} FROM {0} WHERE ({3}) = ({4})")),
          put_(prepare("INSERT INTO {0} ({1}) VALUES ({4}{2}) ON CONFLICT ({3}) DO UPDATE SET {5}")),
          remove_(prepare("DELETE FROM {0} WHERE ({3}) = ({4})")) {}

    template <class Row>
    void put(const Row& row) {
        if (undoable_) {
            bind_row(*add_, row);
            if (run(add_) > 0) return append_key(added_, key_of(row));
            keep(key_of(row));
        }
        bind_row(*put_, row);
        run(put_);
    }
    template <class Key>
    void remove(const Key& key) {
        if (undoable_) keep(key);
        bind_key(*remove_, key);
        run(remove_);
    }
    /// To be called when all rows are written.
    void note_added() {
        if (added_.empty()) return;
        auto note = connection_.prepare("INSERT INTO rows_added (saved_table, keys) VALUES (?, ?)");
        note->bind(1, std::string(table_.name));
        bind_blob(*note, 2, added_);
        note->exec();
    }

  private:
    PreparedStatement prepare(std::string_view text) {
        return connection_.prepare(fmt::format(fmt::runtime(text), table_.name, table_.columns, table_.other_parameters,
                                               table_.key, table_.key_parameters, assignments(table_)));
    }
    template <class Key>
    void keep(const Key& key) {
        bind_key(*keep_, key);
        run(keep_);
    }

    Connection& connection_;
    const SavedTable& table_;
    bool undoable_;
    PreparedStatement add_, keep_, put_, remove_;
    std::string added_;
};

/// Numbers are never taken back: an index without traces may know the workspace.
void number_workspaces(Connection& connection, std::span<const TraceRow> traces) {
    auto number = connection.prepare("INSERT OR IGNORE INTO trace_workspaces (workspace) VALUES (?)");
    InternedText known;
    for (const TraceRow& row : traces) {
        if (row.key.workspace == known) continue;
        known = row.key.workspace;
        number->bindNoCopy(1, known);
        run(number);
    }
}

void write(Connection& connection, const Slice& slice, bool undoable) {
    number_workspaces(connection, slice.traces);
    RowWriter traces(connection, kTraces, undoable), sessions(connection, kSessions, undoable),
        tombstones(connection, kTombstones, undoable);
    for (const TraceRow& row : slice.traces) traces.put(row);
    for (const TraceKey& key : slice.removed_traces) traces.remove(key);
    for (const SessionRow& row : slice.sessions) sessions.put(row);
    for (const std::string& id : slice.removed_sessions) sessions.remove(id);
    for (const Tombstone& tombstone : slice.tombstones) tombstones.put(tombstone);
    for (RowWriter* writer : {&traces, &sessions, &tombstones}) writer->note_added();
}

/// Together with the last rows.
void complete(Connection& connection, const IndexChanges& changes) {
    if (changes.tombstones_expired != 0) {
        auto expire = connection.prepare("DELETE FROM trace_tombstones WHERE until <= ?");
        expire->bind(1, changes.tombstones_expired);
        expire->exec();
    }
    auto applied = connection.prepare("UPDATE tape_position SET applied = ?");
    applied->bind(1, static_cast<std::int64_t>(changes.applied));
    applied->exec();
    if (!has_incomplete_save(connection)) return;  // emptying an empty table would write its page again
    for (const SavedTable* table : kSavedTables) connection.execute(fmt::format("DELETE FROM {}_before", table->name));
    connection.execute("DELETE FROM rows_added");
}

bool has_rows(Connection& connection, std::string_view table) {
    return connection.prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", table))->executeStep();
}

bool has_kept_rows(Connection& connection) {
    return std::ranges::any_of(kSavedTables, [&](const SavedTable* table) {
        return has_rows(connection, fmt::format("{}_before", table->name));
    });
}

void put_back(Connection& connection, const SavedTable& table, std::size_t rows) {
    connection.execute(fmt::format("INSERT OR REPLACE INTO {0} ({1}) SELECT {1} FROM {0}_before ORDER BY {2} LIMIT {3}",
                                   table.name, table.columns, table.key, rows));
    connection.execute(
        fmt::format("DELETE FROM {0}_before WHERE ({1}) IN "
                    "(SELECT {1} FROM {0}_before ORDER BY {1} LIMIT {2})",
                    table.name, table.key, rows));
}

template <class Key>
void remove_rows(Connection& connection, const SavedTable& table, ByteReader keys) {
    auto remove = connection.prepare(
        fmt::format("DELETE FROM {} WHERE ({}) = ({})", table.name, table.key, table.key_parameters));
    for (Key key; !keys.empty();) {
        read_key(keys, key);
        bind_key(*remove, key);
        run(remove);
    }
}

/// What one slice added to one table.
void remove_added(Connection& connection) {
    auto added = connection.prepare("SELECT number, saved_table, keys FROM rows_added LIMIT 1");
    if (!added->executeStep()) return;
    const std::string name = added->getColumn(1).getString(), keys = added->getColumn(2).getString();
    if (name == kSessions.name)
        remove_rows<std::string>(connection, kSessions, ByteReader(as_bytes(keys)));
    else
        remove_rows<TraceKey>(connection, name == kTraces.name ? kTraces : kTombstones, ByteReader(as_bytes(keys)));
    auto forget = connection.prepare("DELETE FROM rows_added WHERE number = ?");
    forget->bind(1, added->getColumn(0).getInt64());
    forget->exec();
}

}  // namespace

std::optional<std::size_t> write_slice(Connection& connection, const IndexChanges& changes, std::size_t from,
                                       std::size_t rows) {
    if (from == 0)  // an earlier save that failed: a row that it added is none of those to put back
        while (has_incomplete_save(connection)) undo_slice(connection, rows);
    const Slice slice = slice_of(changes, from, rows);
    const std::size_t end = from + slice.size();
    const bool last = end == size_of(changes);
    write(connection, slice, from > 0 || !last);
    if (!last) return end;
    complete(connection, changes);
    return std::nullopt;
}

bool has_incomplete_save(Connection& connection) {
    return has_kept_rows(connection) || has_rows(connection, "rows_added");
}

void undo_slice(Connection& connection, std::size_t rows) {
    if (!has_kept_rows(connection)) return remove_added(connection);
    for (const SavedTable* table : kSavedTables) put_back(connection, *table, rows);
}

}  // namespace spanreel::store
