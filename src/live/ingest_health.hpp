// SPDX-License-Identifier: Apache-2.0
// What is wrong with what a publisher sends, in words for the person at the encoder. Owned by one Publication.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "media/packet.hpp"

namespace spanreel::live {

class IngestHealth {
  public:
    /// Players cannot join or seek between key frames.
    static constexpr std::chrono::seconds kKeyframeGap{10};
    /// Between two packets of one track, on the publisher's clock.
    static constexpr std::chrono::seconds kTimestampJump{1};
    static constexpr std::chrono::seconds kSilence{3};

    explicit IngestHealth(Time begun) : last_arrival_(begun) {}

    void configure(const media::TrackConfig& config);
    void observe(const media::Packet& packet, Time arrival);
    /// Frames came that cannot be used.
    void lose_frames() { frames_lost_ = true; }
    /// What was wrong since the last call; empty: nothing.
    std::vector<std::string> take_issues(Time now);

  private:
    struct TrackState {
        std::uint32_t timescale = 0;
        std::optional<std::int64_t> last_dts;
        std::optional<std::int64_t> last_key;
        bool jumped = false;
        bool without_key = false;
    };
    TrackState& track(media::TrackKind kind) { return kind == media::TrackKind::video ? video_ : audio_; }

    TrackState video_;
    TrackState audio_;
    Time last_arrival_;
    bool frames_lost_ = false;
};

}  // namespace spanreel::live
