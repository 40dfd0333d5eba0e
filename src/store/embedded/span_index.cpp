// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/span_index.hpp"

#include <boost/json.hpp>

#include "store/embedded/span_index_schema.hpp"

namespace spanreel::store {

namespace {

std::vector<FrameRef> unpack_frames(const std::string& bytes) {
    std::vector<FrameRef> frames;
    ByteReader reader(as_bytes(bytes));
    while (reader.left() >= 16) {
        FrameRef frame;
        frame.file = reader.u32le();
        frame.length = reader.u32le();
        frame.offset = reader.u64le();
        frames.push_back(frame);
    }
    return frames;
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

/// NULL when it is none.
void bind_known(SQLite::Statement& statement, int index, const std::string& text) {
    if (text.empty())
        statement.bind(index);
    else
        statement.bindNoCopy(index, text);
}
void bind_known(SQLite::Statement& statement, int index, const std::vector<std::string>& texts) {
    if (texts.empty())
        statement.bind(index);
    else
        statement.bind(index, list_text(texts));
}
template <class T>
void bind_known(SQLite::Statement& statement, int index, const std::optional<T>& number) {
    if (number)
        statement.bind(index, *number);
    else
        statement.bind(index);
}

TraceId trace_id_from(const SQLite::Column& column) {
    TraceId id;
    if (column.getBytes() == static_cast<int>(id.bytes.size()))
        std::memcpy(id.bytes.data(), column.getBlob(), id.bytes.size());
    return id;
}

}  // namespace

TraceRow trace_from(SQLite::Statement& statement, InternedText workspace) {
    TraceRow row;
    row.key = {workspace, trace_id_from(statement.getColumn(0))};
    row.project = statement.getColumn(1).getString();
    row.session = statement.getColumn(2).getString();
    row.stream_session = statement.getColumn(3).getString();
    row.started_at = statement.getColumn(4).getInt64();
    row.ended_at = statement.getColumn(5).getInt64();
    row.state = statement.getColumn(6).getString();
    row.frames = unpack_frames(statement.getColumn(7).getString());
    return row;
}

namespace {

/// `column` has a partial index of its texts that are not empty.
std::vector<TraceRow> read_traces_by(Connection& connection, std::string_view column, const std::string& workspace,
                                     const std::string& value) {
    auto select =
        connection.prepare(fmt::format("SELECT {0} FROM traces WHERE {1} = ? AND {1} <> '' AND workspace = {2}",
                                       kTraceColumns, column, kWorkspaceNumber));
    select->bindNoCopy(1, value);
    select->bindNoCopy(2, workspace);
    std::vector<TraceRow> rows;
    while (select->executeStep()) rows.push_back(trace_from(*select, workspace));
    return rows;
}

}  // namespace

std::vector<std::string> list_from(std::string_view text) {
    std::vector<std::string> values;
    if (text == "[]") return values;
    boost::json::error_code error;
    boost::json::value parsed = boost::json::parse(text, error);
    if (error || !parsed.is_array()) return values;
    for (const boost::json::value& value : parsed.get_array())
        if (value.is_string()) values.emplace_back(value.get_string());
    return values;
}

std::string list_text(const std::vector<std::string>& values) {
    boost::json::array array;
    for (const std::string& value : values) array.emplace_back(value);
    return boost::json::serialize(array);
}

void bind_blob(SQLite::Statement& statement, int index, std::string_view bytes) {
    statement.bindNoCopy(index, bytes.data(), static_cast<int>(bytes.size()));
}

void bind_trace_key(SQLite::Statement& statement, const TraceKey& key) {
    statement.bindNoCopy(1, key.workspace);
    statement.bindNoCopy(2, key.trace_id.bytes.data(), static_cast<int>(key.trace_id.bytes.size()));
}

void bind_columns(SQLite::Statement& statement, int first, const TraceColumns& columns) {
    int index = first;
    for (const std::string* text :
         {&columns.name, &columns.operation, &columns.status, &columns.session_key, &columns.thread, &columns.identity})
        bind_known(statement, index++, *text);
    for (const std::vector<std::string>* list :
         {&columns.providers, &columns.models, &columns.agents, &columns.tools, &columns.tags})
        bind_known(statement, index++, *list);
    statement.bind(index++, columns.span_count);
    statement.bind(index++, columns.error_count);
    bind_known(statement, index++, columns.prompt_tokens);
    bind_known(statement, index++, columns.completion_tokens);
    bind_known(statement, index, columns.cost);
}

void bind_trace(SQLite::Statement& statement, const TraceRow& row) {
    const std::string frames = pack_frames(row.frames);
    bind_trace_key(statement, row.key);
    statement.bindNoCopy(3, row.project);
    statement.bindNoCopy(4, row.session);
    statement.bindNoCopy(5, row.stream_session);
    statement.bind(6, row.started_at);
    statement.bind(7, row.ended_at);
    bind_blob(statement, 8, row.state);
    statement.bind(9, frames.data(), static_cast<int>(frames.size()));
    bind_columns(statement, 10, row.columns);
}

void bind_session(SQLite::Statement& statement, const SessionRow& row) {
    int index = 0;
    for (const std::string* text : {&row.id, &row.workspace, &row.project, &row.external_id})
        statement.bindNoCopy(++index, *text);
    statement.bind(++index, row.duration);
    statement.bind(++index, row.started_at);
    statement.bind(++index, row.updated_at);
    for (double number : {row.traces_count, row.input_cost, row.output_cost, row.total_cost, row.prompt_tokens,
                          row.completion_tokens, row.total_tokens})
        statement.bind(++index, number);
    for (const std::string* text : {&row.title, &row.client, &row.repo, &row.kind})
        statement.bindNoCopy(++index, *text);
    statement.bind(++index, list_text(row.tags));
    statement.bind(++index, list_text(row.contact_ids));
    bind_blob(statement, ++index, row.state);
}

SessionRow session_from(SQLite::Statement& statement) {
    SessionRow row;
    int index = 0;
    for (std::string* text : {&row.id, &row.workspace, &row.project, &row.external_id})
        *text = statement.getColumn(index++).getString();
    row.duration = statement.getColumn(index++).getDouble();
    row.started_at = statement.getColumn(index++).getInt64();
    row.updated_at = statement.getColumn(index++).getInt64();
    for (double* number : {&row.traces_count, &row.input_cost, &row.output_cost, &row.total_cost, &row.prompt_tokens,
                           &row.completion_tokens, &row.total_tokens})
        *number = statement.getColumn(index++).getDouble();
    for (std::string* text : {&row.title, &row.client, &row.repo, &row.kind})
        *text = statement.getColumn(index++).getString();
    row.tags = list_from(statement.getColumn(index++).getString());
    row.contact_ids = list_from(statement.getColumn(index++).getString());
    row.state = statement.getColumn(index).getString();
    return row;
}

Lsn read_applied(Connection& connection) {
    auto select = connection.prepare("SELECT applied FROM tape_position");
    return select->executeStep() ? static_cast<Lsn>(select->getColumn(0).getInt64()) : 0;
}

std::optional<TraceRow> read_trace(Connection& connection, const TraceKey& key) {
    std::vector<TraceRow> rows = read_traces(connection, {key});
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<TraceRow> read_traces(Connection& connection, const std::vector<TraceKey>& keys) {
    auto select = connection.prepare(
        fmt::format("SELECT {} FROM traces WHERE workspace = {} AND trace_id = ?", kTraceColumns, kWorkspaceNumber));
    std::vector<TraceRow> rows;
    for (const TraceKey& key : keys) {
        bind_trace_key(*select, key);
        if (select->executeStep()) rows.push_back(trace_from(*select, key.workspace));
        select->reset();
    }
    return rows;
}

std::optional<TraceId> read_trace_id_after(Connection& connection, const TraceKey& after, std::size_t count) {
    auto select = connection.prepare(
        fmt::format("SELECT trace_id FROM traces WHERE workspace = {} AND trace_id > ? ORDER BY trace_id LIMIT 1 "
                    "OFFSET ?",
                    kWorkspaceNumber));
    bind_trace_key(*select, after);
    select->bind(3, static_cast<std::int64_t>(count) - 1);
    if (!select->executeStep()) return std::nullopt;
    return trace_id_from(select->getColumn(0));
}

/// A row that the filter does not take is never read whole: what it asks for lies in front of the row's large columns.
std::vector<TraceRow> read_traces_between(Connection& connection, const TraceKey& after, const TraceId& last,
                                          const TraceFilter& filter) {
    auto select = connection.prepare(
        fmt::format("SELECT {} FROM traces WHERE workspace = {} AND trace_id > ? AND trace_id <= ? "
                    "AND (?4 IS NULL OR project = ?4) AND started_at >= ?5 AND (?6 IS NULL OR started_at < ?6) "
                    "ORDER BY trace_id",
                    kTraceColumns, kWorkspaceNumber));
    bind_trace_key(*select, after);
    bind_blob(*select, 3, {reinterpret_cast<const char*>(last.bytes.data()), last.bytes.size()});
    if (filter.project) select->bindNoCopy(4, *filter.project);
    select->bind(5, filter.from.value_or(INT64_MIN));
    if (filter.to) select->bind(6, *filter.to);
    std::vector<TraceRow> rows;
    while (select->executeStep()) rows.push_back(trace_from(*select, after.workspace));
    return rows;
}

std::vector<TraceRow> read_traces_of_session(Connection& connection, const std::string& workspace,
                                             const std::string& session) {
    return read_traces_by(connection, "session", workspace, session);
}

std::vector<TraceRow> read_traces_of_stream_session(Connection& connection, const std::string& workspace,
                                                    const std::string& stream_session) {
    return read_traces_by(connection, "stream_session", workspace, stream_session);
}

std::optional<SessionRow> read_session(Connection& connection, const std::string& id) {
    auto select = connection.prepare(fmt::format("SELECT {} FROM trace_sessions WHERE id = ?", kSessionColumns));
    select->bindNoCopy(1, id);
    if (!select->executeStep()) return std::nullopt;
    return session_from(*select);
}

std::optional<SessionRow> read_session_by_key(Connection& connection, const std::string& workspace,
                                              const std::string& project, const std::string& external_id) {
    auto select = connection.prepare(fmt::format(
        "SELECT {} FROM trace_sessions WHERE workspace = ? AND project = ? AND external_id = ?", kSessionColumns));
    select->bindNoCopy(1, workspace);
    select->bindNoCopy(2, project);
    select->bindNoCopy(3, external_id);
    if (!select->executeStep()) return std::nullopt;
    return session_from(*select);
}

std::vector<Tombstone> read_tombstones(Connection& connection) {
    auto select = connection.prepare("SELECT workspace, trace_id, until FROM trace_tombstones");
    std::vector<Tombstone> tombstones;
    while (select->executeStep())
        tombstones.push_back(
            {{select->getColumn(0).getString(), trace_id_from(select->getColumn(1))}, select->getColumn(2).getInt64()});
    return tombstones;
}

Result<void> each_session_row(Connection& connection, const std::function<Result<void>(const SessionRow&)>& visit) {
    auto select = connection.prepare(fmt::format("SELECT {} FROM trace_sessions ORDER BY id", kSessionColumns));
    while (select->executeStep()) SPANREEL_CHECK(visit(session_from(*select)));
    return {};
}

Result<void> each_trace_row(Connection& connection, const std::function<Result<void>(const TraceRow&)>& visit) {
    auto workspaces = connection.prepare("SELECT number, workspace FROM trace_workspaces ORDER BY workspace");
    auto select =
        connection.prepare(fmt::format("SELECT {} FROM traces WHERE workspace = ? ORDER BY trace_id", kTraceColumns));
    while (workspaces->executeStep()) {
        const std::string workspace = workspaces->getColumn(1).getString();
        select->bind(1, workspaces->getColumn(0).getInt64());
        while (select->executeStep()) SPANREEL_CHECK(visit(trace_from(*select, workspace)));
        select->reset();
    }
    return {};
}

}  // namespace spanreel::store
