// SPDX-License-Identifier: Apache-2.0
#include "live/ingest_health.hpp"

#include <utility>

namespace spanreel::live {

namespace {

std::int64_t health_ticks(std::chrono::seconds time, std::uint32_t timescale) {
    return std::int64_t{timescale} * time.count();
}

}  // namespace

void IngestHealth::configure(const media::TrackConfig& config) { track(config.kind).timescale = config.timescale; }

void IngestHealth::observe(const media::Packet& packet, Time arrival) {
    last_arrival_ = arrival;
    TrackState& state = track(packet.kind);
    if (state.last_dts) {
        const std::int64_t step = packet.dts - *state.last_dts;
        const std::int64_t allowed = health_ticks(kTimestampJump, state.timescale);
        if (step > allowed || step < -allowed) state.jumped = true;
    }
    state.last_dts = packet.dts;
    if (packet.key || !state.last_key) state.last_key = packet.dts;
    if (packet.dts - *state.last_key > health_ticks(kKeyframeGap, state.timescale)) state.without_key = true;
}

std::vector<std::string> IngestHealth::take_issues(Time now) {
    std::vector<std::string> issues;
    if (now - last_arrival_ > kSilence) issues.push_back("No media has arrived for more than 3 seconds.");
    if (video_.without_key)
        issues.push_back(
            "The video has no key frame within 10 seconds: set the encoder's key frame interval to 2 seconds.");
    if (video_.jumped) issues.push_back("The timestamps of the video jump by more than a second.");
    if (audio_.jumped) issues.push_back("The timestamps of the audio jump by more than a second.");
    if (std::exchange(frames_lost_, false))
        issues.push_back("Frames are left out: they arrive damaged, or before their codec's configuration.");
    for (TrackState* state : {&video_, &audio_}) state->jumped = state->without_key = false;
    return issues;
}

}  // namespace spanreel::live
