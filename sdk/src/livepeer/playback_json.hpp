// SPDX-License-Identifier: Apache-2.0
// The members of playback.hpp's models on the wire, in the order in which requests send them.
#pragma once
#include "media_json.hpp"
#include "spanreel/livepeer/playback.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, PlaybackSource>
void members(Visitor& visit, Self& self) {
    visit("hrn", self.hrn);
    visit("type", self.type);
    visit("url", self.url);
    visit("size", self.size);
    visit("width", self.width);
    visit("height", self.height);
    visit("bitrate", self.bitrate);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, DvrPlayback>
void members(Visitor& visit, Self& self) {
    visit("hrn", self.hrn);
    visit("type", self.type);
    visit("url", self.url);
    visit("error", self.error);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, PlaybackMeta>
void members(Visitor& visit, Self& self) {
    visit("live", self.live);
    visit("playbackPolicy", self.playback_policy);
    visit("source", self.source);
    visit("dvrPlayback", self.dvr_playback);
    visit("attestation", self.attestation);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, PlaybackInfo>
void members(Visitor& visit, Self& self) {
    visit("type", self.type);
    visit("meta", self.meta);
}

}  // namespace spanreel::livepeer
