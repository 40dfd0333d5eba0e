// SPDX-License-Identifier: Apache-2.0
// Holds a publisher's first packets until it is known which tracks a run begins with: a missing track is waited for,
// but not for ever. Also keeps what the publisher has said about its tracks. Owned by a Segmenter.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

struct ArrivedPacket {
    Packet packet;
    Time arrival;
};

/// How a run begins: at the first key frame, or at the first sound where there is no video.
struct RunStart {
    std::vector<TrackConfig> tracks;
    Nanos origin{};  ///< publisher's clock
    std::deque<ArrivedPacket> packets;
};

class StartGate {
  public:
    /// Most packets held.
    static constexpr std::size_t kMostPackets = 4096;

    StartGate(Nanos track_wait, std::uint64_t most_bytes) : track_wait_(track_wait), most_bytes_(most_bytes) {}

    void announce(bool video, bool audio) { announced_ = {video, audio}; }
    void configure(const TrackConfig& config);
    const std::optional<TrackConfig>& config(TrackKind kind) const { return configs_[static_cast<std::size_t>(kind)]; }

    /// The packet's track is configured.
    void hold(ArrivedPacket arrived);
    /// All tracks wanted have come, or one has come and the other was waited for long enough.
    bool is_ready() const;
    bool has_playable() const;
    /// Call when one of the above is true.
    RunStart release();
    /// Packets that will not be part of any run.
    std::uint64_t dropped() const { return dropped_; }

  private:
    const Packet* first(TrackKind kind) const;
    bool waited_enough() const;
    Nanos time_of(const ArrivedPacket& arrived) const;

    Nanos track_wait_;
    std::uint64_t most_bytes_;
    std::array<bool, 2> announced_{};
    std::array<std::optional<TrackConfig>, 2> configs_;
    std::deque<ArrivedPacket> held_;
    std::uint64_t dropped_ = 0;
};

}  // namespace spanreel::media::mp4
