// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/index_save.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

#include "store/embedded/span_index.hpp"
#include "store/embedded/span_index_schema.hpp"

namespace spanreel::store {

namespace {

struct SavedTable {
    std::string_view name;
    std::string_view columns;
    std::string_view key;
    std::string_view parameters;  ///< one per column of the key
    std::string_view present;     ///< a column that no row leaves empty
};

constexpr SavedTable kTraces{"traces", kTraceColumns, "workspace, trace_id", "?, ?", "state"};
constexpr SavedTable kSessions{"trace_sessions", kSessionColumns, "id", "?", "state"};
constexpr SavedTable kTombstones{"trace_tombstones", "workspace, trace_id, until", "workspace, trace_id", "?, ?",
                                 "until"};
constexpr std::array kSavedTables{kTraces, kSessions, kTombstones};

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

/// Frames as file, length and offset, little-endian: 16 bytes each.
std::string pack_frames(const std::vector<FrameRef>& frames) {
    std::string out;
    ByteWriter writer(out);
    for (const FrameRef& frame : frames) {
        writer.u32le(frame.file);
        writer.u32le(frame.length);
        writer.u64le(frame.offset);
    }
    return out;
}

void run(PreparedStatement& statement) {
    statement->exec();
    statement->reset();
}

void write_traces(Connection& connection, const Slice& slice) {
    auto put =
        connection.prepare(fmt::format("INSERT OR REPLACE INTO traces ({}) VALUES (?,?,?,?,?,?,?,?,?)", kTraceColumns));
    for (const TraceRow& row : slice.traces) {
        std::string frames = pack_frames(row.frames);
        bind_trace_key(*put, row.key);
        put->bindNoCopy(3, row.project);
        put->bindNoCopy(4, row.session);
        put->bindNoCopy(5, row.stream_session);
        put->bind(6, row.started_at);
        put->bind(7, row.ended_at);
        bind_blob(*put, 8, row.state);
        bind_blob(*put, 9, frames);
        run(put);
    }
    auto remove = connection.prepare("DELETE FROM traces WHERE workspace = ? AND trace_id = ?");
    for (const TraceKey& key : slice.removed_traces) {
        bind_trace_key(*remove, key);
        run(remove);
    }
}

void write_sessions(Connection& connection, const Slice& slice) {
    auto put = connection.prepare(
        fmt::format("INSERT OR REPLACE INTO trace_sessions ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    kSessionColumns));
    for (const SessionRow& row : slice.sessions) {
        bind_session(*put, row);
        run(put);
    }
    auto remove = connection.prepare("DELETE FROM trace_sessions WHERE id = ?");
    for (const std::string& id : slice.removed_sessions) {
        remove->bindNoCopy(1, id);
        run(remove);
    }
}

void write_tombstones(Connection& connection, const Slice& slice) {
    auto put =
        connection.prepare("INSERT OR REPLACE INTO trace_tombstones (workspace, trace_id, until) VALUES (?,?,?)");
    for (const Tombstone& tombstone : slice.tombstones) {
        bind_trace_key(*put, tombstone.key);
        put->bind(3, tombstone.until);
        run(put);
    }
}

/// Keeps rows as they are, unless an earlier slice, or an earlier save that failed, has kept them: what counts is the
/// state at the tape position.
class RowKeeper {
  public:
    RowKeeper(Connection& connection, const SavedTable& table)
        : row_(connection.prepare(fmt::format("INSERT OR IGNORE INTO {0}_before ({1}) SELECT {1} FROM {0} "
                                              "WHERE ({2}) = ({3})",
                                              table.name, table.columns, table.key, table.parameters))),
          key_(connection.prepare(fmt::format("INSERT OR IGNORE INTO {}_before ({}) VALUES ({})", table.name, table.key,
                                              table.parameters))) {}

    void keep(const TraceKey& key) {
        for (PreparedStatement* statement : {&row_, &key_}) {
            bind_trace_key(**statement, key);
            run(*statement);
        }
    }
    void keep(const std::string& id) {
        for (PreparedStatement* statement : {&row_, &key_}) {
            (*statement)->bindNoCopy(1, id);
            run(*statement);
        }
    }

  private:
    PreparedStatement row_;
    PreparedStatement key_;  ///< ignored when there was a row
};

void keep_before(Connection& connection, const Slice& slice) {
    RowKeeper traces(connection, kTraces), sessions(connection, kSessions), tombstones(connection, kTombstones);
    for (const TraceRow& row : slice.traces) traces.keep(row.key);
    for (const TraceKey& key : slice.removed_traces) traces.keep(key);
    for (const SessionRow& row : slice.sessions) sessions.keep(row.id);
    for (const std::string& id : slice.removed_sessions) sessions.keep(id);
    for (const Tombstone& tombstone : slice.tombstones) tombstones.keep(tombstone.key);
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
    for (const SavedTable& table : kSavedTables)
        connection.prepare(fmt::format("DELETE FROM {}_before", table.name))->exec();
}

}  // namespace

std::optional<std::size_t> write_slice(Connection& connection, const IndexChanges& changes, std::size_t from,
                                       std::size_t rows) {
    Slice slice = slice_of(changes, from, rows);
    std::size_t end = from + slice.size();
    bool last = end == size_of(changes);
    if (from > 0 || !last) keep_before(connection, slice);
    write_traces(connection, slice);
    write_sessions(connection, slice);
    write_tombstones(connection, slice);
    if (!last) return end;
    complete(connection, changes);
    return std::nullopt;
}

bool has_incomplete_save(Connection& connection) {
    for (const SavedTable& table : kSavedTables)
        if (connection.prepare(fmt::format("SELECT 1 FROM {}_before LIMIT 1", table.name))->executeStep()) return true;
    return false;
}

void undo_slice(Connection& connection, std::size_t rows) {
    for (const SavedTable& table : kSavedTables) {
        auto keys = [&](std::string_view state) {
            return fmt::format("SELECT {0} FROM {1}_before WHERE {2} {3} ORDER BY {0} LIMIT {4}", table.key, table.name,
                               table.present, state, rows);
        };
        auto remove = [&](std::string_view name, const std::string& which) {
            connection.execute(fmt::format("DELETE FROM {} WHERE ({}) IN ({})", name, table.key, which));
        };
        remove(table.name, keys("IS NULL"));
        remove(fmt::format("{}_before", table.name), keys("IS NULL"));
        connection.execute(
            fmt::format("INSERT OR REPLACE INTO {0} ({1}) SELECT {1} FROM {0}_before "
                        "WHERE {2} IS NOT NULL ORDER BY {3} LIMIT {4}",
                        table.name, table.columns, table.present, table.key, rows));
        remove(fmt::format("{}_before", table.name), keys("IS NOT NULL"));
    }
}

}  // namespace spanreel::store
