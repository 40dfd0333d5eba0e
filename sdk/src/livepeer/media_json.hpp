// SPDX-License-Identifier: Apache-2.0
// The members of media.hpp's models on the wire, in the order in which requests send them.
#pragma once
#include "../core/json_model.hpp"
#include "spanreel/livepeer/media.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, FfmpegProfile>
void members(Visitor& visit, Self& self) {
    visit("width", self.width);
    visit("name", self.name);
    visit("height", self.height);
    visit("bitrate", self.bitrate);
    visit("fps", self.fps);
    visit("fpsDen", self.fps_den);
    visit("quality", self.quality);
    visit("gop", self.gop);
    visit("profile", self.profile);
    visit("encoder", self.encoder);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, TranscodeProfile>
void members(Visitor& visit, Self& self) {
    visit("width", self.width);
    visit("name", self.name);
    visit("height", self.height);
    visit("bitrate", self.bitrate);
    visit("quality", self.quality);
    visit("fps", self.fps);
    visit("fpsDen", self.fps_den);
    visit("gop", self.gop);
    visit("profile", self.profile);
    visit("encoder", self.encoder);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, RecordingSpec>
void members(Visitor& visit, Self& self) {
    visit("profiles", self.profiles);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, PlaybackPolicy>
void members(Visitor& visit, Self& self) {
    visit("type", self.type);
    visit("webhookId", self.webhook_id);
    visit("webhookContext", self.webhook_context);
    visit("refreshInterval", self.refresh_interval);
    visit("allowedOrigins", self.allowed_origins);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, CreatorId>
void members(Visitor& visit, Self& self) {
    visit("type", self.type);
    visit("value", self.value);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, StorageTasks>
void members(Visitor& visit, Self& self) {
    visit("pending", self.pending);
    visit("last", self.last);
    visit("failed", self.failed);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, StorageStatus>
void members(Visitor& visit, Self& self) {
    visit("phase", self.phase);
    visit("progress", self.progress);
    visit("errorMessage", self.error_message);
    visit("tasks", self.tasks);
}

}  // namespace spanreel::livepeer
