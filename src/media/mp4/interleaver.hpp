// SPDX-License-Identifier: Apache-2.0
// Puts the packets of two tracks in order of time and tells how long each lasts, which the next packet of its track
// says. Waits for a track that is late only for a bounded time and number of bytes. Owned by a Segmenter.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "media/mp4/timed_packet.hpp"

namespace spanreel::media::mp4 {

class Interleaver {
  public:
    /// What a packet costs beside its payload, so that a flood of tiny ones is bounded too.
    static constexpr std::uint64_t kPacketOverhead = 128;
    /// The last packet of a track never lasts longer than this many seconds.
    static constexpr std::uint32_t kLongestLast = 1;

    Interleaver(Nanos longest_wait, std::uint64_t most_bytes) : longest_wait_(longest_wait), most_bytes_(most_bytes) {}

    /// The track takes part: the other one waits for it. `usual_duration` serves until two packets have come.
    void start_track(TrackKind kind, std::uint32_t usual_duration);
    void push(TimedPacket packet);
    /// The next packet in order, if nothing that may still come belongs before it.
    std::optional<TimedPacket> pop();
    /// The next packet in order, whatever may still come; the last of a track lasts as long as the one before it.
    std::optional<TimedPacket> pop_at_end();

  private:
    struct Lane {
        std::deque<TimedPacket> queue;
        bool awaited = false;
        std::uint32_t usual_duration = 1;
    };
    Lane& lane(TrackKind kind) { return lanes_[static_cast<std::size_t>(kind)]; }
    bool must_wait(const Lane& first, const Lane& other) const;
    bool waited_enough(const Lane& lane) const;
    TimedPacket take(Lane& lane);

    Nanos longest_wait_;
    std::uint64_t most_bytes_;
    std::uint64_t queued_bytes_ = 0;
    std::array<Lane, 2> lanes_;
};

}  // namespace spanreel::media::mp4
