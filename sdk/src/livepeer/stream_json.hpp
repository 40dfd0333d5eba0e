// SPDX-License-Identifier: Apache-2.0
// The members of stream.hpp's models on the wire, in the order in which requests send them.
#pragma once
#include "asset_json.hpp"
#include "spanreel/livepeer/stream.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TargetOutput>
void members(Visitor& visit, Self& self) {
    visit("profile", self.profile);
    visit("videoOnly", self.video_only);
    visit("id", self.id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, StreamMultistream>
void members(Visitor& visit, Self& self) {
    visit("targets", self.targets);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, PullLocation>
void members(Visitor& visit, Self& self) {
    visit("lat", self.lat);
    visit("lon", self.lon);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, StreamPull>
void members(Visitor& visit, Self& self) {
    visit("source", self.source);
    visit("headers", self.headers);
    visit("isMobile", self.is_mobile);
    visit("location", self.location);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Stream>
void members(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("name", self.name);
    visit("kind", self.kind);
    visit("creatorId", self.creator_id);
    visit("userTags", self.user_tags);
    visit("lastSeen", self.last_seen);
    visit("sourceSegments", self.source_segments);
    visit("transcodedSegments", self.transcoded_segments);
    visit("sourceSegmentsDuration", self.source_segments_duration);
    visit("transcodedSegmentsDuration", self.transcoded_segments_duration);
    visit("sourceBytes", self.source_bytes);
    visit("transcodedBytes", self.transcoded_bytes);
    visit("ingestRate", self.ingest_rate);
    visit("outgoingRate", self.outgoing_rate);
    visit("isActive", self.is_active);
    visit("isHealthy", self.is_healthy);
    visit("issues", self.issues);
    visit("createdByTokenName", self.created_by_token_name);
    visit("createdAt", self.created_at);
    visit("parentId", self.parent_id);
    visit("streamKey", self.stream_key);
    visit("pull", self.pull);
    visit("playbackId", self.playback_id);
    visit("playbackPolicy", self.playback_policy);
    visit("profiles", self.profiles);
    visit("projectId", self.project_id);
    visit("record", self.record);
    visit("recordingSpec", self.recording_spec);
    visit("multistream", self.multistream);
    visit("suspended", self.suspended);
    visit("lastTerminatedAt", self.last_terminated_at);
    visit("userId", self.user_id);
    visit("renditions", self.renditions);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TargetSpec>
void members(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("url", self.url);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Target>
void members(Visitor& visit, Self& self) {
    visit("profile", self.profile);
    visit("videoOnly", self.video_only);
    visit("id", self.id);
    visit("spec", self.spec);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Multistream>
void members(Visitor& visit, Self& self) {
    visit("targets", self.targets);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, NewStreamPayload>
void members(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("creatorId", self.creator_id);
    visit("playbackPolicy", self.playback_policy);
    visit("profiles", self.profiles);
    visit("record", self.record);
    visit("recordingSpec", self.recording_spec);
    visit("multistream", self.multistream);
    visit("userTags", self.user_tags);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, StreamPatchPayload>
void members(Visitor& visit, Self& self) {
    visit("creatorId", self.creator_id);
    visit("record", self.record);
    visit("suspended", self.suspended);
    visit("multistream", self.multistream);
    visit("playbackPolicy", self.playback_policy);
    visit("profiles", self.profiles);
    visit("recordingSpec", self.recording_spec);
    visit("userTags", self.user_tags);
    visit("name", self.name);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ClipPayload>
void members(Visitor& visit, Self& self) {
    visit("playbackId", self.playback_id);
    visit("startTime", self.start_time);
    visit("endTime", self.end_time);
    visit("name", self.name);
    visit("sessionId", self.session_id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ClipTask>
void members(Visitor& visit, Self& self) {
    visit("id", self.id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ClipData>
void members(Visitor& visit, Self& self) {
    visit("asset", self.asset);
    visit("task", self.task);
}

}  // namespace spanreel::livepeer
