// SPDX-License-Identifier: Apache-2.0
// The columns of each noun, in the order of meta_schema.hpp, added ones last.
#pragma once
#include "model/asset.hpp"
#include "model/key.hpp"
#include "model/stream.hpp"
#include "model/stream_session.hpp"
#include "model/task.hpp"
#include "store/embedded/row.hpp"

namespace spanreel::store {

template <class Row, Of<Workspace> Object>
void columns(Row& row, Object& workspace) {
    row("id", workspace.id);
    row("user_id", workspace.user_id);
    row("name", workspace.name);
    row("created_at", workspace.created_at);
    row("default_project", workspace.default_project);
}

template <class Row, Of<ApiKey> Object>
void columns(Row& row, Object& key) {
    row("id", key.id);
    row("workspace", key.workspace);
    row("project", key.project);
    row("name", key.name);
    row.blob("secret_hash", key.secret_hash);
    row("created_at", key.created_at);
    row("expires_at", key.expires_at);
    row("revoked_at", key.revoked_at);
    row("may_read", key.scopes.read);
    row("may_write", key.scopes.write);
    row("may_ingest", key.scopes.ingest);
    row("may_admin", key.scopes.admin);
    row("allowed_origins", key.cors.allowed_origins);
    row("full_cors_access", key.cors.full_access);
}

template <class Row, Of<StreamStatistics> Object>
void columns(Row& row, Object& statistics) {
    row("source_segments", statistics.source_segments);
    row("transcoded_segments", statistics.transcoded_segments);
    row("source_segments_duration", statistics.source_segments_duration);
    row("transcoded_segments_duration", statistics.transcoded_segments_duration);
    row("source_bytes", statistics.source_bytes);
    row("transcoded_bytes", statistics.transcoded_bytes);
    row("ingest_rate", statistics.ingest_rate);
    row("outgoing_rate", statistics.outgoing_rate);
}

template <class Row, Of<Stream> Object>
void columns(Row& row, Object& stream) {
    row("id", stream.id);
    row("workspace", stream.workspace);
    row("project", stream.project);
    row("name", stream.name);
    row("created_by", stream.created_by);
    row("creator_id", stream.creator_id);
    row("stream_key", stream.stream_key);
    row("playback_id", stream.playback_id);
    row("record", stream.record);
    row("suspended", stream.suspended);
    row("profiles", stream.profiles);
    row("user_tags", stream.user_tags);
    row("recording_spec", stream.recording_spec);
    row("playback_policy", stream.playback_policy);
    row("is_active", stream.is_active);
    row("health", stream.health);
    row("issues", stream.issues);
    columns(row, stream.statistics);
    row("created_at", stream.created_at);
    row("last_seen", stream.last_seen);
    row("last_terminated_at", stream.last_terminated_at);
    row("deleted", stream.deleted);
    row("version", stream.version);
}

template <class Row, Of<StreamSession> Object>
void columns(Row& row, Object& session) {
    row("id", session.id);
    row("workspace", session.workspace);
    row("project", session.project);
    row("stream_id", session.stream_id);
    row("playback_id", session.playback_id);
    row("name", session.name);
    row("record", session.record);
    row("profiles", session.profiles);
    row("recording_spec", session.recording_spec);
    row("state", session.state);
    row("window_ends_at", session.window_ends_at);
    row("ended_at", session.ended_at);
    row("media_directory", session.media_directory);
    row("recorded", session.recorded);
    row("media_length", session.media_length);
    row("health", session.health);
    row("issues", session.issues);
    columns(row, session.statistics);
    row("created_at", session.created_at);
    row("last_seen", session.last_seen);
    row("deleted", session.deleted);
    row("version", session.version);
}

template <class Row, Of<Asset> Object>
void columns(Row& row, Object& asset) {
    row("id", asset.id);
    row("workspace", asset.workspace);
    row("project", asset.project);
    row("playback_id", asset.playback_id);
    row("name", asset.name);
    row("created_by", asset.created_by);
    row("creator_id", asset.creator_id);
    row("phase", asset.phase);
    row("progress", asset.progress);
    row("error_message", asset.error_message);
    row("source", asset.source);
    row("source_session_id", asset.source_session_id);
    row("source_playback_id", asset.source_playback_id);
    row("source_asset_id", asset.source_asset_id);
    row("media_directory", asset.media_directory);
    row("window_start", asset.window_start);
    row("window_end", asset.window_end);
    row("size", asset.size);
    row("duration", asset.duration);
    row("bitrate", asset.bitrate);
    row("tracks", asset.tracks);
    row("hash", asset.hash);
    row("created_at", asset.created_at);
    row("updated_at", asset.updated_at);
    row("deleted_at", asset.deleted_at);
    row("deleted", asset.deleted);
    row("version", asset.version);
}

template <class Row, Of<Task> Object>
void columns(Row& row, Object& task) {
    row("id", task.id);
    row("workspace", task.workspace);
    row("project", task.project);
    row("type", task.type);
    row("phase", task.phase);
    row("progress", task.progress);
    row("retries", task.retries);
    row("error_message", task.error_message);
    row("input_asset_id", task.input_asset_id);
    row("output_asset_id", task.output_asset_id);
    row("requester_id", task.requester_id);
    row("clip_url", task.clip.url);
    row("clip_session_id", task.clip.session_id);
    row("clip_stream_id", task.clip.stream_id);
    row("clip_playback_id", task.clip.playback_id);
    row("clip_start_time", task.clip.start_time);
    row("clip_end_time", task.clip.end_time);
    row("output", task.output);
    row("created_at", task.created_at);
    row("updated_at", task.updated_at);
    row("scheduled_at", task.scheduled_at);
    row("version", task.version);
}

}  // namespace spanreel::store
