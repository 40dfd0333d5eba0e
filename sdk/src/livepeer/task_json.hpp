// SPDX-License-Identifier: Apache-2.0
// The members of task.hpp's models on the wire, in the order in which requests send them.
#pragma once
#include "media_json.hpp"
#include "spanreel/livepeer/task.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, UploadParams>
void members(Visitor& visit, Self& self) {
    visit("url", self.url);
    visit("encryption", self.encryption);
    visit("c2pa", self.c2pa);
    visit("profiles", self.profiles);
    visit("targetSegmentSizeSecs", self.target_segment_size_secs);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TaskUrl>
void members(Visitor& visit, Self& self) {
    visit("url", self.url);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TaskPath>
void members(Visitor& visit, Self& self) {
    visit("path", self.path);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TranscodeOutputs>
void members(Visitor& visit, Self& self) {
    visit("hls", self.hls);
    visit("mp4", self.mp4);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TranscodeFileParams>
void members(Visitor& visit, Self& self) {
    visit("input", self.input);
    visit("storage", self.storage);
    visit("outputs", self.outputs);
    visit("profiles", self.profiles);
    visit("targetSegmentSizeSecs", self.target_segment_size_secs);
    visit("creatorId", self.creator_id);
    visit("c2pa", self.c2pa);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ClipStrategy>
void members(Visitor& visit, Self& self) {
    visit("startTime", self.start_time);
    visit("endTime", self.end_time);
    visit("playbackId", self.playback_id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ClipParams>
void members(Visitor& visit, Self& self) {
    visit("url", self.url);
    visit("clipStrategy", self.clip_strategy);
    visit("catalystPipelineStrategy", self.catalyst_pipeline_strategy);
    visit("sessionId", self.session_id);
    visit("inputId", self.input_id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TaskParams>
void members(Visitor& visit, Self& self) {
    visit("upload", self.upload);
    visit("export", self.export_);
    visit("exportData", self.export_data);
    visit("transcode-file", self.transcode_file);
    visit("clip", self.clip);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TaskStatus>
void members(Visitor& visit, Self& self) {
    visit("phase", self.phase);
    visit("updatedAt", self.updated_at);
    visit("progress", self.progress);
    visit("errorMessage", self.error_message);
    visit("retries", self.retries);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TaskOutput>
void members(Visitor& visit, Self& self) {
    visit("upload", self.upload);
    visit("export", self.export_);
    visit("exportData", self.export_data);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Task>
void members(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("type", self.type);
    visit("createdAt", self.created_at);
    visit("scheduledAt", self.scheduled_at);
    visit("inputAssetId", self.input_asset_id);
    visit("outputAssetId", self.output_asset_id);
    visit("projectId", self.project_id);
    visit("requesterId", self.requester_id);
    visit("params", self.params);
    visit("status", self.status);
    visit("output", self.output);
    visit("userId", self.user_id);
}

}  // namespace spanreel::livepeer
