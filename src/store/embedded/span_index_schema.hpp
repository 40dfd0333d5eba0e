// SPDX-License-Identifier: Apache-2.0
// Tables of the span index; see span_index.hpp.
#pragma once
#include <string_view>

namespace spanreel::store {

/// Column list of trace_sessions, in the order SpanIndex reads and writes them.
inline constexpr std::string_view kSessionColumns =
    "id, workspace, project, external_id, duration, started_at, updated_at, traces_count, input_cost, output_cost, "
    "total_cost, prompt_tokens, completion_tokens, total_tokens, title, client, repo, kind, tags, contact_ids, state";

inline constexpr std::string_view kSpanIndexSchema = R"(
CREATE TABLE tape_position (id INTEGER PRIMARY KEY CHECK (id = 1), applied INTEGER NOT NULL) STRICT;
INSERT INTO tape_position VALUES (1, 0);

CREATE TABLE traces (
    workspace TEXT NOT NULL, trace_id BLOB NOT NULL, project TEXT NOT NULL, session TEXT NOT NULL,
    stream_session TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, state BLOB NOT NULL, frames BLOB NOT NULL,
    PRIMARY KEY (workspace, trace_id)) STRICT, WITHOUT ROWID;
CREATE INDEX traces_by_session ON traces (session) WHERE session <> '';
CREATE INDEX traces_by_stream_session ON traces (stream_session) WHERE stream_session <> '';

CREATE TABLE trace_sessions (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, project TEXT NOT NULL, external_id TEXT NOT NULL,
    duration REAL NOT NULL, started_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, traces_count REAL NOT NULL,
    input_cost REAL NOT NULL, output_cost REAL NOT NULL, total_cost REAL NOT NULL, prompt_tokens REAL NOT NULL,
    completion_tokens REAL NOT NULL, total_tokens REAL NOT NULL, title TEXT NOT NULL, client TEXT NOT NULL,
    repo TEXT NOT NULL, kind TEXT NOT NULL, tags TEXT NOT NULL, contact_ids TEXT NOT NULL, state BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX trace_sessions_by_key ON trace_sessions (workspace, project, external_id);
CREATE INDEX trace_sessions_by_start ON trace_sessions (workspace, started_at DESC, id);

CREATE TABLE trace_tombstones (
    workspace TEXT NOT NULL, trace_id BLOB NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (workspace, trace_id)) STRICT, WITHOUT ROWID;
)";

}  // namespace spanreel::store
