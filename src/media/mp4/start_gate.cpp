// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/start_gate.hpp"

#include <algorithm>
#include <utility>

namespace spanreel::media::mp4 {

void StartGate::configure(const TrackConfig& config) {
    auto& current = configs_[static_cast<std::size_t>(config.kind)];
    if (current == config || config.timescale == 0) return;
    current = config;
    dropped_ += std::erase_if(held_, [&](const ArrivedPacket& held) { return held.packet.kind == config.kind; });
}

void StartGate::hold(ArrivedPacket arrived) {
    // Pictures before the first key frame cannot be shown.
    const bool video = arrived.packet.kind == TrackKind::video;
    if (video && !arrived.packet.key && !first(TrackKind::video)) {
        ++dropped_;
        return;
    }
    held_.push_back(std::move(arrived));
}

/// Held video begins with a key frame, so the first packet of a track is always playable.
const Packet* StartGate::first(TrackKind kind) const {
    const auto found = std::ranges::find(held_, kind, [](const ArrivedPacket& held) { return held.packet.kind; });
    return found == held_.end() ? nullptr : &found->packet;
}

Nanos StartGate::time_of(const ArrivedPacket& arrived) const {
    return to_media_time(arrived.packet.dts, config(arrived.packet.kind)->timescale);
}

bool StartGate::waited_enough() const {
    if (held_.empty()) return false;
    std::uint64_t bytes = 0;
    Nanos oldest = Nanos::max();
    Nanos newest = Nanos::min();
    for (const ArrivedPacket& held : held_) {
        oldest = std::min(oldest, time_of(held));
        newest = std::max(newest, time_of(held));
        bytes += held.packet.payload.size();
    }
    return newest - oldest >= track_wait_ || bytes > most_bytes_ || held_.size() >= kMostPackets;
}

bool StartGate::has_playable() const { return !held_.empty(); }

bool StartGate::is_ready() const {
    if (held_.empty()) return false;
    const bool nothing_announced = !announced_[0] && !announced_[1];
    for (TrackKind kind : {TrackKind::video, TrackKind::audio}) {
        const bool wanted = nothing_announced || announced_[static_cast<std::size_t>(kind)] || config(kind);
        if (wanted && !first(kind)) return waited_enough();
    }
    return true;
}

RunStart StartGate::release() {
    RunStart start;
    const Packet* video = first(TrackKind::video);
    const Packet* audio = first(TrackKind::audio);
    if (video) {
        const TrackConfig& track = *config(TrackKind::video);
        start.tracks.push_back(track);
        start.origin = to_media_time(video->pts, track.timescale);
    }
    if (audio) {
        start.tracks.push_back(*config(TrackKind::audio));
        if (!video) start.origin = to_media_time(audio->pts, config(TrackKind::audio)->timescale);
    }
    start.packets = std::exchange(held_, {});
    return start;
}

}  // namespace spanreel::media::mp4
