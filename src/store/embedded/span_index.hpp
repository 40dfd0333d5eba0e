// SPDX-License-Identifier: Apache-2.0
// The part of the database that says where on the tape a trace lies and what its session adds up to: reading it.
// index_save.hpp writes it.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/embedded/connection.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

Lsn read_applied(Connection& connection);
std::optional<TraceRow> read_trace(Connection& connection, const TraceKey& key);
std::vector<TraceRow> read_traces(Connection& connection, const std::vector<TraceKey>& keys);
std::optional<TraceId> read_trace_id_after(Connection& connection, const TraceKey& after, std::size_t count);
std::vector<TraceRow> read_traces_between(Connection& connection, const TraceKey& after, const TraceId& last,
                                          const TraceFilter& filter);
std::vector<TraceRow> read_traces_of_session(Connection& connection, const std::string& workspace,
                                             const std::string& session);
std::vector<TraceRow> read_traces_of_stream_session(Connection& connection, const std::string& workspace,
                                                    const std::string& stream_session);
std::optional<SessionRow> read_session(Connection& connection, const std::string& id);
std::optional<SessionRow> read_session_by_key(Connection& connection, const std::string& workspace,
                                              const std::string& project, const std::string& external_id);
std::vector<Tombstone> read_tombstones(Connection& connection);
Result<void> each_session_row(Connection& connection, const std::function<Result<void>(const SessionRow&)>& visit);
Result<void> each_trace_row(Connection& connection, const std::function<Result<void>(const TraceRow&)>& visit);

/// Frames as a column holds them: file, length and offset, little-endian, 16 bytes each.
std::string pack_frames(const std::vector<FrameRef>& frames);
std::vector<FrameRef> unpack_frames(const std::string& bytes);

/// Texts as a column holds them: a JSON array.
std::string list_text(const std::vector<std::string>& values);
std::vector<std::string> list_from(std::string_view text);
/// What is bound must outlive the statement's use.
void bind_blob(SQLite::Statement& statement, int index, std::string_view bytes);
/// As parameters 1 and 2.
void bind_trace_key(SQLite::Statement& statement, const TraceKey& key);
/// Binds all columns of kSavedTraceColumns, from parameter 1.
void bind_trace(SQLite::Statement& statement, const TraceRow& row);
/// Binds those behind the first nine.
void bind_columns(SQLite::Statement& statement, int first, const TraceColumns& columns);
/// Reads all columns of kTraceColumns, from column 0.
TraceRow trace_from(SQLite::Statement& statement, InternedText workspace);
/// Binds all columns of kSessionColumns, from parameter 1.
void bind_session(SQLite::Statement& statement, const SessionRow& row);
/// Reads all columns of kSessionColumns, from column 0.
SessionRow session_from(SQLite::Statement& statement);

}  // namespace spanreel::store
