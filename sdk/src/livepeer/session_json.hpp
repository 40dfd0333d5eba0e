// SPDX-License-Identifier: Apache-2.0
// The members of session.hpp's models on the wire, in the order in which requests send them.
#pragma once
#include "spanreel/livepeer/session.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Session>
void members(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("kind", self.kind);
    visit("userId", self.user_id);
    visit("name", self.name);
    visit("lastSeen", self.last_seen);
    visit("sourceSegments", self.source_segments);
    visit("transcodedSegments", self.transcoded_segments);
    visit("sourceSegmentsDuration", self.source_segments_duration);
    visit("transcodedSegmentsDuration", self.transcoded_segments_duration);
    visit("sourceBytes", self.source_bytes);
    visit("transcodedBytes", self.transcoded_bytes);
    visit("ingestRate", self.ingest_rate);
    visit("outgoingRate", self.outgoing_rate);
    visit("isHealthy", self.is_healthy);
    visit("issues", self.issues);
    visit("createdAt", self.created_at);
    visit("parentId", self.parent_id);
    visit("projectId", self.project_id);
    visit("record", self.record);
    visit("recordingStatus", self.recording_status);
    visit("recordingUrl", self.recording_url);
    visit("mp4Url", self.mp4_url);
    visit("playbackId", self.playback_id);
    visit("profiles", self.profiles);
    visit("recordingSpec", self.recording_spec);
    visit("parentStream", self.parent_stream);
    visit("sourceRecordingUrl", self.source_recording_url);
}

}  // namespace spanreel::livepeer
