// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/objects.hpp"

#include "api/json/json_parse.hpp"
#include "live/playback.hpp"
#include "live/recording_status.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;

namespace {

std::int64_t millis(UnixMillis time) { return time.time_since_epoch().count(); }

void add_if_set(json::object& object, std::string_view name, std::string_view text) {
    if (!text.empty()) object[name] = text;
}

void add_json_if_set(json::object& object, std::string_view name, std::string_view text) {
    if (!text.empty()) object[name] = stored_json(text, nullptr);
}

/// What every object of a caller says about whose it is.
template <class T>
json::object begin(const T& noun, const Rendering& rendering) {
    constexpr std::size_t kMostMembers = 32;
    json::object object;
    object.reserve(kMostMembers);  // it would be hashed anew each time it grows
    object["id"] = noun.id;
    object["userId"] = rendering.user_id;
    object["projectId"] = rendering.scope.project_of(noun);
    object["createdAt"] = millis(noun.created_at);
    return object;
}

void add_creator(json::object& object, const std::optional<std::string>& creator_id) {
    if (creator_id) object["creatorId"] = {{"type", "unverified"}, {"value", *creator_id}};
}

void add_statistics(json::object& object, const StreamStatistics& statistics) {
    object["sourceSegments"] = statistics.source_segments;
    object["transcodedSegments"] = statistics.transcoded_segments;
    object["sourceSegmentsDuration"] = statistics.source_segments_duration;
    object["transcodedSegmentsDuration"] = statistics.transcoded_segments_duration;
    object["sourceBytes"] = statistics.source_bytes;
    object["transcodedBytes"] = statistics.transcoded_bytes;
}

void add_rates(json::object& object, const StreamStatistics& statistics) {
    object["ingestRate"] = statistics.ingest_rate;
    object["outgoingRate"] = statistics.outgoing_rate;
}

void add_health(json::object& object, Health health, const std::vector<std::string>& issues) {
    if (health == Health::unreported) return;
    object["isHealthy"] = health == Health::unknown ? json::value(nullptr) : json::value(health == Health::good);
    object["issues"] = nullptr;
    if (health == Health::bad) object["issues"] = json::array(issues.begin(), issues.end());
}

/// A list of profiles that is null has no place in an answer: clients expect a list or nothing.
void add_recording_spec(json::object& object, std::string_view recording_spec) {
    if (recording_spec.empty()) return;
    json::value spec = stored_json(recording_spec, json::object{});
    if (auto* fields = spec.if_object(); fields && fields->contains("profiles") && fields->at("profiles").is_null())
        fields->erase("profiles");
    object["recordingSpec"] = std::move(spec);
}

json::object describe_source(const Asset& asset) {
    if (asset.source == AssetSource::recording) return {{"type", "recording"}, {"sessionId", asset.source_session_id}};
    return {{"type", "clip"}, {"playbackId", asset.source_playback_id}, {"sessionId", asset.source_session_id}};
}

json::object describe_status(const Asset& asset) {
    json::object status{{"phase", name_of(asset.phase)}, {"updatedAt", millis(asset.updated_at)}};
    if (asset.progress) status["progress"] = *asset.progress;
    add_if_set(status, "errorMessage", asset.error_message);
    return status;
}

json::object describe_video(const Asset& asset, AssetDetails details) {
    json::object video{{"format", "mp4"}, {"duration", asset.duration}, {"bitrate", asset.bitrate}};
    if (details == AssetDetails::with_tracks) video["tracks"] = stored_json(asset.tracks, json::array{});
    return video;
}

}  // namespace

json::value stored_json(std::string_view text, json::value fallback) {
    return parse_json(text).value_or(std::move(fallback));
}

json::object to_json(const Stream& stream, const Rendering& rendering, StreamSecrets secrets) {
    json::object object = begin(stream, rendering);
    object["kind"] = "stream";
    object["name"] = stream.name;
    object["lastSeen"] = millis(stream.last_seen);
    object["isActive"] = stream.is_active;
    object["record"] = stream.record;
    object["suspended"] = stream.suspended;
    add_statistics(object, stream.statistics);
    if (stream.last_seen != UnixMillis{}) add_rates(object, stream.statistics);
    object["lastTerminatedAt"] =
        stream.last_terminated_at ? json::value(millis(*stream.last_terminated_at)) : json::value(nullptr);
    object["profiles"] = stored_json(stream.profiles, json::array{});
    if (secrets == StreamSecrets::show) object["streamKey"] = stream.stream_key;
    object["playbackId"] = stream.playback_id;
    object["renditions"] = json::object{};
    object["multistream"] = {{"targets", json::array{}}};
    add_if_set(object, "createdByTokenName", stream.created_by);
    add_creator(object, stream.creator_id);
    add_json_if_set(object, "userTags", stream.user_tags);
    add_json_if_set(object, "playbackPolicy", stream.playback_policy);
    add_recording_spec(object, stream.recording_spec);
    add_health(object, stream.health, stream.issues);
    return object;
}

json::object to_json(const StreamSession& session, const Asset* recording, const Rendering& rendering) {
    json::object object = begin(session, rendering);
    object["kind"] = "session";
    object["parentId"] = session.stream_id;
    object["playbackId"] = session.playback_id;
    object["name"] = session.name;
    object["lastSeen"] = millis(session.last_seen);
    add_statistics(object, session.statistics);
    add_rates(object, session.statistics);
    object["record"] = session.record;
    if (session.record) object["recordingStatus"] = name_of(live::recording_status(session, recording, rendering.now));
    if (session.record && recording && live::plays(*recording)) {
        object["recordingUrl"] = rendering.urls.recording(recording->playback_id);
        if (recording->phase == AssetPhase::ready) object["mp4Url"] = rendering.urls.download(recording->playback_id);
    }
    add_health(object, session.health, session.issues);
    add_json_if_set(object, "profiles", session.profiles);
    add_recording_spec(object, session.recording_spec);
    return object;
}

json::object to_json(const Asset& asset, const Rendering& rendering, AssetDetails details) {
    json::object object = begin(asset, rendering);
    object["playbackId"] = asset.playback_id;
    object["name"] = asset.name;
    object["source"] = describe_source(asset);
    object["status"] = describe_status(asset);
    add_if_set(object, "createdByTokenName", asset.created_by);
    add_creator(object, asset.creator_id);
    if (asset.size > 0) object["size"] = asset.size;
    add_json_if_set(object, "hash", asset.hash);
    if (asset.duration > 0) object["videoSpec"] = describe_video(asset, details);
    if (live::plays(asset)) object["playbackUrl"] = rendering.urls.recording(asset.playback_id);
    if (asset.phase == AssetPhase::ready) object["downloadUrl"] = rendering.urls.download(asset.playback_id);
    return object;
}

json::object to_json(const Task& task, const Rendering& rendering) {
    json::object object = begin(task, rendering);
    object["type"] = name_of(task.type);
    add_if_set(object, "inputAssetId", task.input_asset_id);
    add_if_set(object, "outputAssetId", task.output_asset_id);
    add_if_set(object, "requesterId", task.requester_id);
    if (task.scheduled_at) object["scheduledAt"] = millis(*task.scheduled_at);
    json::object strategy{{"playbackId", task.clip.playback_id}, {"startTime", millis(task.clip.start_time)}};
    if (task.clip.end_time) strategy["endTime"] = millis(*task.clip.end_time);
    object["params"] = {{"clip",
                         {{"url", task.clip.url},
                          {"sessionId", task.clip.session_id},
                          {"inputId", task.clip.stream_id},
                          {"clipStrategy", std::move(strategy)}}}};
    json::object status{{"phase", name_of(task.phase)}, {"updatedAt", millis(task.updated_at)}};
    if (task.progress) status["progress"] = *task.progress;
    if (task.retries > 0) status["retries"] = task.retries;
    add_if_set(status, "errorMessage", task.error_message);
    object["status"] = std::move(status);
    add_json_if_set(object, "output", task.output);
    return object;
}

}  // namespace spanreel::api::livepeer
