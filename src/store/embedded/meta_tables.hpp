// SPDX-License-Identifier: Apache-2.0
// What the lists of each noun can filter and order by (contract, livepeer 1.3). A name that has no value in this
// server is known and always NULL.
#pragma once
#include <array>

#include "store/embedded/meta_columns.hpp"
#include "store/embedded/table.hpp"

namespace spanreel::store {

inline constexpr std::string_view kUser = "(SELECT user_id FROM workspaces WHERE workspaces.id = workspace)";

inline constexpr std::array kStreamFields{
    ListField{"id", FieldKind::word, "id"},
    ListField{"name", FieldKind::text, "name"},
    ListField{"lastSeen", FieldKind::number, "last_seen"},
    ListField{"createdAt", FieldKind::number, "created_at"},
    ListField{"userId", FieldKind::word, kUser},
    ListField{"creatorId", FieldKind::word, "creator_id"},
    ListField{"pull.source", FieldKind::word, "NULL"},
    ListField{"isActive", FieldKind::boolean, "is_active"},
    ListField{"user.email", FieldKind::text, "NULL"},
    ListField{"parentId", FieldKind::word, "NULL"},
    ListField{"playbackId", FieldKind::word, "playback_id"},
    ListField{"projectId", FieldKind::word, kProject},
    ListField{"record", FieldKind::boolean, "record"},
    ListField{"suspended", FieldKind::boolean, "suspended"},
    ListField{"sourceSegments", FieldKind::number, "source_segments"},
    ListField{"sourceSegmentsDuration", FieldKind::number, "source_segments_duration"},
    ListField{"transcodedSegments", FieldKind::number, "transcoded_segments"},
    ListField{"transcodedSegmentsDuration", FieldKind::number, "transcoded_segments_duration"},
    ListField{"isHealthy", FieldKind::boolean, "(health = 'good')"},
};

/// What the caller sees (contract, livepeer 4.3): without an asset, `none` three hours after the last activity.
inline constexpr std::string_view kRecordingStatus = R"(CASE WHEN record = 1 THEN coalesce(
    (SELECT CASE WHEN assets.deleted = 1 OR assets.phase IN ('deleting', 'deleted') THEN 'deleted'
                 WHEN assets.phase IN ('ready', 'failed') THEN assets.phase ELSE 'waiting' END
     FROM assets WHERE assets.id = stream_sessions.id),
    CASE WHEN state <> 'ended' OR last_seen >= ?1 - 10800000 OR created_at >= ?1 - 10800000
         THEN 'waiting' ELSE 'none' END) END)";

/// When `waiting` becomes `none`.
inline constexpr std::string_view kRecordingStatusChanges = R"(CASE WHEN record = 1 AND state = 'ended'
    AND NOT EXISTS (SELECT 1 FROM assets WHERE assets.id = stream_sessions.id)
    THEN max(last_seen, created_at) + 10800001 END)";

inline constexpr std::array kSessionFields{
    ListField{"id", FieldKind::word, "id"},
    ListField{"name", FieldKind::text, "name"},
    ListField{"lastSeen", FieldKind::number, "last_seen"},
    ListField{"createdAt", FieldKind::number, "created_at"},
    ListField{"userId", FieldKind::word, kUser},
    ListField{"user.email", FieldKind::text, "NULL"},
    ListField{"parentId", FieldKind::word, "stream_id"},
    ListField{"projectId", FieldKind::word, kProject},
    ListField{"record", FieldKind::boolean, "record"},
    ListField{"sourceSegments", FieldKind::number, "source_segments"},
    ListField{"transcodedSegments", FieldKind::number, "transcoded_segments"},
    ListField{"sourceSegmentsDuration", FieldKind::number, "source_segments_duration"},
    ListField{"transcodedSegmentsDuration", FieldKind::number, "transcoded_segments_duration"},
    ListField{"sourceBytes", FieldKind::number, "source_bytes"},
    ListField{"transcodedBytes", FieldKind::number, "transcoded_bytes"},
    ListField{"ingestRate", FieldKind::number, "ingest_rate"},
    ListField{"outgoingRate", FieldKind::number, "outgoing_rate"},
    ListField{"recordingStatus", FieldKind::word, kRecordingStatus},
};

inline constexpr std::array kAssetFields{
    ListField{"id", FieldKind::word, "id"},
    ListField{"name", FieldKind::text, "name"},
    ListField{"objectStoreId", FieldKind::word, "NULL"},
    ListField{"createdAt", FieldKind::number, "created_at"},
    ListField{"updatedAt", FieldKind::number, "updated_at"},
    ListField{"userId", FieldKind::word, kUser},
    ListField{"creatorId", FieldKind::word, "creator_id"},
    ListField{"playbackId", FieldKind::word, "playback_id"},
    ListField{"playbackRecordingId", FieldKind::word, "NULL"},
    ListField{"projectId", FieldKind::word, kProject},
    ListField{"phase", FieldKind::word, "phase"},
    ListField{"user.email", FieldKind::text, "NULL"},
    ListField{"cid", FieldKind::word, "NULL"},
    ListField{"nftMetadataCid", FieldKind::word, "NULL"},
    ListField{"sourceUrl", FieldKind::word, "NULL"},
    ListField{"sourceSessionId", FieldKind::word, "source_session_id"},
    ListField{"sourceAssetId", FieldKind::word, "source_asset_id"},
    ListField{"sourceType", FieldKind::word, "source"},
    ListField{"sourcePlaybackId", FieldKind::word, "source_playback_id"},
};

inline constexpr std::array kClipFields{
    ListField{"id", FieldKind::word, "id"},
    ListField{"createdAt", FieldKind::number, "created_at"},
    ListField{"updatedAt", FieldKind::number, "updated_at"},
    ListField{"userId", FieldKind::word, kUser},
    ListField{"projectId", FieldKind::word, kProject},
    ListField{"playbackId", FieldKind::word, "playback_id"},
    ListField{"sourceType", FieldKind::word, "source"},
    ListField{"sourceSessionId", FieldKind::word, "source_session_id"},
    ListField{"sourceAssetId", FieldKind::word, "source_asset_id"},
    // Not a filter of Livepeer's: how the clips of one stream are found.
    ListField{"sourcePlaybackId", FieldKind::word, "source_playback_id"},
};

inline constexpr std::array kTaskFields{
    ListField{"id", FieldKind::word, "id"},
    ListField{"name", FieldKind::text, "NULL"},
    ListField{"createdAt", FieldKind::number, "created_at"},
    ListField{"updatedAt", FieldKind::number, "updated_at"},
    ListField{"userId", FieldKind::word, kUser},
    ListField{"user.email", FieldKind::text, "NULL"},
    ListField{"type", FieldKind::word, "type"},
    ListField{"inputAssetId", FieldKind::word, "input_asset_id"},
    ListField{"outputAssetId", FieldKind::word, "output_asset_id"},
    ListField{"projectId", FieldKind::word, kProject},
};

template <>
inline constexpr Table kTable<Workspace>{.name = "workspaces", .noun = "workspace"};
template <>
inline constexpr Table kTable<ApiKey>{.name = "api_keys", .noun = "key"};
template <>
inline constexpr Table kTable<Stream>{.name = "streams",
                                      .noun = "stream",
                                      .fields = kStreamFields,
                                      .newest_first = {"lastSeen", "createdAt"},
                                      .deletes = true};
template <>
inline constexpr Table kTable<StreamSession>{.name = "stream_sessions",
                                             .noun = "session",
                                             .fields = kSessionFields,
                                             .newest_first = {"lastSeen", "createdAt"},
                                             .deletes = true,
                                             .changes_at = kRecordingStatusChanges};
template <>
inline constexpr Table kTable<Asset>{.name = "assets",
                                     .noun = "asset",
                                     .fields = kAssetFields,
                                     .newest_first = {"updatedAt", "createdAt"},
                                     .deletes = true};
inline constexpr Table kClipTable{.name = "assets",
                                  .noun = "clip",
                                  .fields = kClipFields,
                                  .newest_first = {"updatedAt", "createdAt"},
                                  .deletes = true,
                                  .only = {"sourceType", "clip"}};
template <>
inline constexpr Table kTable<Task>{
    .name = "tasks", .noun = "task", .fields = kTaskFields, .newest_first = {"updatedAt", "createdAt"}};

}  // namespace spanreel::store
