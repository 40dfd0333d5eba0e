// SPDX-License-Identifier: Apache-2.0
// Tables of the span index; see span_index.hpp.
#pragma once
#include <string_view>

namespace spanreel::store {

/// Column list of trace_sessions, in the order SpanIndex reads and writes them.
inline constexpr std::string_view kSessionColumns =
    "id, workspace, project, external_id, duration, started_at, updated_at, traces_count, input_cost, output_cost, "
    "total_cost, prompt_tokens, completion_tokens, total_tokens, title, client, repo, kind, tags, contact_ids, state";

/// The same of traces of one workspace.
inline constexpr std::string_view kTraceColumns =
    "trace_id, project, session, stream_session, started_at, ended_at, state, frames";

/// What stands for a workspace in its traces; its id, as parameter.
inline constexpr std::string_view kWorkspaceNumber = "(SELECT number FROM trace_workspaces WHERE workspace = ?)";

/// Those and what searches ask of a trace, as they are written.
inline constexpr std::string_view kSavedTraceColumns =
    "workspace, trace_id, project, session, stream_session, started_at, ended_at, state, frames, name, operation, "
    "status, session_key, thread, identity, providers, models, agents, tools, tags, span_count, error_count, "
    "prompt_tokens, completion_tokens, cost";

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

/// A key is looked up in one project or in all of them; lists are of one project or of the workspace. The statistics
/// are what SQLite shall expect, never measured: without them it walks a whole workspace in the order of a list rather
/// than look up the few keys that are asked for.
inline constexpr std::string_view kSessionKeyIndex = R"(
DROP INDEX trace_sessions_by_key;
CREATE INDEX trace_sessions_by_external_id ON trace_sessions (workspace, external_id, project);
CREATE INDEX trace_sessions_by_project ON trace_sessions (workspace, project, started_at DESC, id);
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('trace_sessions', 'trace_sessions', '1000000 1'),
    ('trace_sessions', 'trace_sessions_by_start', '1000000 10000 1 1'),
    ('trace_sessions', 'trace_sessions_by_external_id', '1000000 10000 2 1 1'),
    ('trace_sessions', 'trace_sessions_by_project', '1000000 10000 5000 1 1');
)";

/// Lists are answered from memory, so that their indexes only cost.
inline constexpr std::string_view kListsWithoutIndexes = R"(
DROP INDEX trace_sessions_by_start;
DROP INDEX trace_sessions_by_project;
DROP INDEX streams_by_default_order;
DROP INDEX stream_sessions_by_default_order;
DROP INDEX assets_by_default_order;
DROP INDEX assets_by_session;
DROP INDEX tasks_by_default_order;
DELETE FROM sqlite_stat1;
)";

/// Rows as they were before a save that is not complete; see index_save.hpp.
inline constexpr std::string_view kRowsBeforeSave = R"(
CREATE TABLE traces_before (
    workspace TEXT NOT NULL, trace_id BLOB NOT NULL, project TEXT, session TEXT, stream_session TEXT,
    started_at INTEGER, ended_at INTEGER, state BLOB, frames BLOB,
    PRIMARY KEY (workspace, trace_id)) STRICT, WITHOUT ROWID;
CREATE TABLE trace_sessions_before (
    id TEXT PRIMARY KEY, workspace TEXT, project TEXT, external_id TEXT, duration REAL, started_at INTEGER,
    updated_at INTEGER, traces_count REAL, input_cost REAL, output_cost REAL, total_cost REAL, prompt_tokens REAL,
    completion_tokens REAL, total_tokens REAL, title TEXT, client TEXT, repo TEXT, kind TEXT, tags TEXT,
    contact_ids TEXT, state BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE trace_tombstones_before (
    workspace TEXT NOT NULL, trace_id BLOB NOT NULL, until INTEGER,
    PRIMARY KEY (workspace, trace_id)) STRICT, WITHOUT ROWID;
)";

/// Keys of the rows that each slice of a save that is not complete has added: far less to write than a row before for
/// each of them, that says there was none. Those of a save that an older program left are undone here.
inline constexpr std::string_view kRowsAddedBySave = R"(
DELETE FROM traces WHERE (workspace, trace_id) IN (SELECT workspace, trace_id FROM traces_before WHERE state IS NULL);
DELETE FROM traces_before WHERE state IS NULL;
DELETE FROM trace_sessions WHERE id IN (SELECT id FROM trace_sessions_before WHERE state IS NULL);
DELETE FROM trace_sessions_before WHERE state IS NULL;
DELETE FROM trace_tombstones WHERE (workspace, trace_id) IN
    (SELECT workspace, trace_id FROM trace_tombstones_before WHERE until IS NULL);
DELETE FROM trace_tombstones_before WHERE until IS NULL;
CREATE TABLE rows_added (number INTEGER PRIMARY KEY, saved_table TEXT NOT NULL, keys BLOB NOT NULL) STRICT;
)";

/// What searches ask of a trace, NULL where it has no such value; lists are JSON arrays. Rows of earlier versions are
/// described at the next start, in the order of their keys behind the one in traces_to_describe, which is empty when
/// that is done. Indexed is only what every search has: its order and its window.
inline constexpr std::string_view kTraceSearch = R"(
ALTER TABLE traces ADD COLUMN name TEXT;
ALTER TABLE traces ADD COLUMN operation TEXT;
ALTER TABLE traces ADD COLUMN status TEXT;
ALTER TABLE traces ADD COLUMN session_key TEXT;
ALTER TABLE traces ADD COLUMN thread TEXT;
ALTER TABLE traces ADD COLUMN identity TEXT;
ALTER TABLE traces ADD COLUMN providers TEXT;
ALTER TABLE traces ADD COLUMN models TEXT;
ALTER TABLE traces ADD COLUMN agents TEXT;
ALTER TABLE traces ADD COLUMN tools TEXT;
ALTER TABLE traces ADD COLUMN span_count INTEGER;
ALTER TABLE traces ADD COLUMN error_count INTEGER;
ALTER TABLE traces ADD COLUMN prompt_tokens INTEGER;
ALTER TABLE traces ADD COLUMN completion_tokens INTEGER;
ALTER TABLE traces ADD COLUMN cost REAL;
ALTER TABLE traces_before ADD COLUMN name TEXT;
ALTER TABLE traces_before ADD COLUMN operation TEXT;
ALTER TABLE traces_before ADD COLUMN status TEXT;
ALTER TABLE traces_before ADD COLUMN session_key TEXT;
ALTER TABLE traces_before ADD COLUMN thread TEXT;
ALTER TABLE traces_before ADD COLUMN identity TEXT;
ALTER TABLE traces_before ADD COLUMN providers TEXT;
ALTER TABLE traces_before ADD COLUMN models TEXT;
ALTER TABLE traces_before ADD COLUMN agents TEXT;
ALTER TABLE traces_before ADD COLUMN tools TEXT;
ALTER TABLE traces_before ADD COLUMN span_count INTEGER;
ALTER TABLE traces_before ADD COLUMN error_count INTEGER;
ALTER TABLE traces_before ADD COLUMN prompt_tokens INTEGER;
ALTER TABLE traces_before ADD COLUMN completion_tokens INTEGER;
ALTER TABLE traces_before ADD COLUMN cost REAL;
CREATE INDEX traces_by_end ON traces (workspace, ended_at);
CREATE TABLE traces_to_describe (workspace TEXT NOT NULL, trace_id BLOB NOT NULL) STRICT;
INSERT INTO traces_to_describe SELECT '', x''
    WHERE EXISTS (SELECT 1 FROM traces) OR EXISTS (SELECT 1 FROM traces_before);
)";

/// Traces in the order in which they were first saved, since rows by key, which is random, touched a page each and left
/// it a third empty. What is large stands last, so that searches need not step over it. All are described anew: the
/// tags are new.
inline constexpr std::string_view kTracesInOrder = R"(
CREATE TABLE trace_workspaces (number INTEGER PRIMARY KEY, workspace TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO trace_workspaces (workspace)
    SELECT DISTINCT workspace FROM traces UNION SELECT workspace FROM traces_before;

ALTER TABLE traces RENAME TO traces_by_key;
CREATE TABLE traces (
    number INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, trace_id BLOB NOT NULL, project TEXT NOT NULL,
    session TEXT NOT NULL, stream_session TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
    name TEXT, operation TEXT, status TEXT, session_key TEXT, thread TEXT, identity TEXT, providers TEXT, models TEXT,
    agents TEXT, tools TEXT, tags TEXT, span_count INTEGER, error_count INTEGER, prompt_tokens INTEGER,
    completion_tokens INTEGER, cost REAL, state BLOB NOT NULL, frames BLOB NOT NULL) STRICT;
INSERT INTO traces (workspace, trace_id, project, session, stream_session, started_at, ended_at, name, operation,
        status, session_key, thread, identity, providers, models, agents, tools, span_count, error_count, prompt_tokens,
        completion_tokens, cost, state, frames)
    SELECT (SELECT number FROM trace_workspaces WHERE workspace = old.workspace), trace_id, project, session,
        stream_session, started_at, ended_at, name, operation, status, session_key, thread, identity, providers, models,
        agents, tools, span_count, error_count, prompt_tokens, completion_tokens, cost, state, frames
    FROM traces_by_key AS old;
DROP TABLE traces_by_key;
CREATE UNIQUE INDEX traces_by_id ON traces (workspace, trace_id);
CREATE INDEX traces_by_session ON traces (session) WHERE session <> '';
CREATE INDEX traces_by_stream_session ON traces (stream_session) WHERE stream_session <> '';
CREATE INDEX traces_by_end ON traces (workspace, ended_at);

ALTER TABLE traces_before RENAME TO traces_before_by_key;
CREATE TABLE traces_before (
    workspace INTEGER NOT NULL, trace_id BLOB NOT NULL, project TEXT, session TEXT, stream_session TEXT,
    started_at INTEGER, ended_at INTEGER, name TEXT, operation TEXT, status TEXT, session_key TEXT, thread TEXT,
    identity TEXT, providers TEXT, models TEXT, agents TEXT, tools TEXT, tags TEXT, span_count INTEGER,
    error_count INTEGER, prompt_tokens INTEGER, completion_tokens INTEGER, cost REAL, state BLOB, frames BLOB,
    PRIMARY KEY (workspace, trace_id)) STRICT, WITHOUT ROWID;
INSERT INTO traces_before (workspace, trace_id, project, session, stream_session, started_at, ended_at, name, operation,
        status, session_key, thread, identity, providers, models, agents, tools, span_count, error_count, prompt_tokens,
        completion_tokens, cost, state, frames)
    SELECT (SELECT number FROM trace_workspaces WHERE workspace = old.workspace), trace_id, project, session,
        stream_session, started_at, ended_at, name, operation, status, session_key, thread, identity, providers, models,
        agents, tools, span_count, error_count, prompt_tokens, completion_tokens, cost, state, frames
    FROM traces_before_by_key AS old;
DROP TABLE traces_before_by_key;

DROP TABLE traces_to_describe;
CREATE TABLE traces_to_describe (after INTEGER NOT NULL) STRICT;
INSERT INTO traces_to_describe SELECT 0 WHERE EXISTS (SELECT 1 FROM traces) OR EXISTS (SELECT 1 FROM traces_before);
)";

/// Of each read connection, while it searches: the rows that are published and not in the index yet, or, when not
/// `present`, no longer there.
inline constexpr std::string_view kUnsavedTraces = R"(
CREATE TEMP TABLE unsaved_traces (
    workspace TEXT NOT NULL, trace_id BLOB PRIMARY KEY, project TEXT, session TEXT, stream_session TEXT,
    started_at INTEGER, ended_at INTEGER, state BLOB, frames BLOB, name TEXT, operation TEXT, status TEXT,
    session_key TEXT, thread TEXT, identity TEXT, providers TEXT, models TEXT, agents TEXT, tools TEXT,
    tags TEXT, span_count INTEGER, error_count INTEGER, prompt_tokens INTEGER, completion_tokens INTEGER, cost REAL,
    present INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)";

}  // namespace spanreel::store
