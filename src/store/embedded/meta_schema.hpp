// SPDX-License-Identifier: Apache-2.0
// Tables of EmbeddedMetaStore. Points in time are Unix milliseconds, media times ticks of 1/90,000 s, truth is 0 or 1.
#pragma once
#include <string_view>

namespace spanreel::store {

inline constexpr std::string_view kMetaSchema = R"(
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL REFERENCES workspaces (id), project TEXT NOT NULL, name TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- Counts the changes of workspaces and api_keys.
CREATE TABLE keys_revision (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
INSERT INTO keys_revision VALUES (1, 0);

-- Playback ids are unique over streams and assets.
CREATE TABLE playback_ids (playback_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE streams (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL, created_by TEXT NOT NULL,
    creator_id TEXT, stream_key TEXT NOT NULL UNIQUE, playback_id TEXT NOT NULL UNIQUE, record INTEGER NOT NULL,
    suspended INTEGER NOT NULL, profiles TEXT NOT NULL, user_tags TEXT NOT NULL, recording_spec TEXT NOT NULL,
    playback_policy TEXT NOT NULL, is_active INTEGER NOT NULL, health TEXT NOT NULL, issues TEXT NOT NULL,
    source_segments INTEGER NOT NULL, transcoded_segments INTEGER NOT NULL, source_segments_duration REAL NOT NULL,
    transcoded_segments_duration REAL NOT NULL, source_bytes INTEGER NOT NULL, transcoded_bytes INTEGER NOT NULL,
    ingest_rate REAL NOT NULL, outgoing_rate REAL NOT NULL, created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    last_terminated_at INTEGER, deleted INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX streams_by_default_order ON streams (workspace, last_seen DESC, created_at DESC, id) WHERE deleted = 0;
CREATE INDEX streams_active ON streams (id) WHERE is_active = 1;

CREATE TABLE stream_sessions (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, project TEXT NOT NULL, stream_id TEXT NOT NULL,
    playback_id TEXT NOT NULL, name TEXT NOT NULL, record INTEGER NOT NULL, profiles TEXT NOT NULL,
    recording_spec TEXT NOT NULL, state TEXT NOT NULL, window_ends_at INTEGER, ended_at INTEGER,
    media_directory TEXT NOT NULL, recorded INTEGER NOT NULL, media_length INTEGER NOT NULL, health TEXT NOT NULL,
    issues TEXT NOT NULL, source_segments INTEGER NOT NULL, transcoded_segments INTEGER NOT NULL,
    source_segments_duration REAL NOT NULL, transcoded_segments_duration REAL NOT NULL, source_bytes INTEGER NOT NULL,
    transcoded_bytes INTEGER NOT NULL, ingest_rate REAL NOT NULL, outgoing_rate REAL NOT NULL,
    created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL, deleted INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX stream_sessions_by_default_order
    ON stream_sessions (workspace, last_seen DESC, created_at DESC, id) WHERE deleted = 0;
CREATE INDEX stream_sessions_by_stream ON stream_sessions (stream_id, created_at DESC);
CREATE INDEX stream_sessions_open ON stream_sessions (id) WHERE state <> 'ended';

CREATE TABLE assets (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, project TEXT NOT NULL, playback_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, created_by TEXT NOT NULL, creator_id TEXT, phase TEXT NOT NULL, progress REAL,
    error_message TEXT NOT NULL, source TEXT NOT NULL, source_session_id TEXT NOT NULL,
    source_playback_id TEXT NOT NULL, source_asset_id TEXT NOT NULL, media_directory TEXT NOT NULL,
    window_start INTEGER NOT NULL, window_end INTEGER NOT NULL, size INTEGER NOT NULL, duration REAL NOT NULL,
    bitrate REAL NOT NULL, tracks TEXT NOT NULL, hash TEXT NOT NULL, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, deleted_at INTEGER, deleted INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX assets_by_default_order ON assets (workspace, updated_at DESC, created_at DESC, id) WHERE deleted = 0;
CREATE INDEX assets_by_session ON assets (source_session_id, source);

CREATE TABLE tasks (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL, project TEXT NOT NULL, type TEXT NOT NULL, phase TEXT NOT NULL,
    progress REAL, retries INTEGER NOT NULL, error_message TEXT NOT NULL, input_asset_id TEXT NOT NULL,
    output_asset_id TEXT NOT NULL, requester_id TEXT NOT NULL, clip_url TEXT NOT NULL, clip_session_id TEXT NOT NULL,
    clip_stream_id TEXT NOT NULL, clip_playback_id TEXT NOT NULL, clip_start_time INTEGER NOT NULL,
    clip_end_time INTEGER, output TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    scheduled_at INTEGER, version INTEGER NOT NULL
) STRICT;
CREATE INDEX tasks_by_default_order ON tasks (workspace, updated_at DESC, created_at DESC, id);
CREATE INDEX tasks_unfinished ON tasks (created_at, id) WHERE phase IN ('pending', 'waiting', 'running');
)";

// A UUID of version 4 for each workspace there is.
inline constexpr std::string_view kDefaultProjects = R"(
ALTER TABLE workspaces ADD COLUMN default_project TEXT NOT NULL DEFAULT '';
UPDATE workspaces SET default_project = lower(
    hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
)";

/// Keys from before there were scopes keep what they could do.
inline constexpr std::string_view kKeyScopes = R"(
ALTER TABLE api_keys ADD COLUMN may_read INTEGER NOT NULL DEFAULT 1;
ALTER TABLE api_keys ADD COLUMN may_write INTEGER NOT NULL DEFAULT 1;
ALTER TABLE api_keys ADD COLUMN may_ingest INTEGER NOT NULL DEFAULT 1;
ALTER TABLE api_keys ADD COLUMN may_admin INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN allowed_origins TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_keys ADD COLUMN full_cors_access INTEGER NOT NULL DEFAULT 0;
)";

}  // namespace spanreel::store
