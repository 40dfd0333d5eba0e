// SPDX-License-Identifier: Apache-2.0
// Puts the packets of both tracks in order of time, as containers keep them up to a second apart. Waits for a track
// that has ended, or comes late, only for a bounded time and number of bytes. One thread.
#pragma once
#include <cstddef>
#include <deque>
#include <optional>

#include "push/packet.hpp"

namespace spanreel::push {

class Interleaver {
  public:
    /// Of one track, while none comes of the other.
    static constexpr Micros kLongestWait = std::chrono::seconds(1);
    static constexpr std::size_t kMostBytes = 32u << 20;

    Interleaver(bool video, bool audio) : takes_part_{video, audio} {}

    void push(Packet packet);
    /// Nothing that may still come belongs before what pop() gives.
    bool is_ready() const;
    /// The earliest packet; nothing when there is none.
    std::optional<Packet> pop();

  private:
    bool has_waited(Track track) const;
    std::deque<Packet>& queue(Track track) { return queues_[static_cast<std::size_t>(track)]; }
    const std::deque<Packet>& queue(Track track) const { return queues_[static_cast<std::size_t>(track)]; }

    bool takes_part_[2];  ///< by Track
    std::deque<Packet> queues_[2];
    std::size_t bytes_ = 0;
};

}  // namespace spanreel::push
