// SPDX-License-Identifier: Apache-2.0
// The time line of a publication: begins at zero, never goes back, and goes on when the file is read again or its clock
// jumps, as it does where recordings were joined. One thread.
#pragma once
#include <algorithm>

#include "push/packet.hpp"

namespace spanreel::push {

class Timeline {
  public:
    /// Between the newest packet and the next one. A server would take a longer silence for the end, and a time that
    /// is further ahead for a jump.
    static constexpr Micros kLongestGap = std::chrono::seconds(10);
    /// Within a track, for containers that round; where it goes further back, the clock was set back.
    static constexpr Micros kLongestStepBack = std::chrono::seconds(1);

    /// A reading of the file begins, with the file's time of what is decoded and of what is shown first. What the first
    /// reading decodes first is at zero; what the next one shows first follows on what was shown last.
    void begin_reading(Micros first_decoded, Micros first_shown);
    /// Changes the file's times, in microseconds, to those of the time line; `pts` is known.
    void place(Track track, AVPacket& data);

  private:
    struct Lane {
        Micros shift{};  ///< from the file's time
        Micros last{};   ///< dts of the newest packet
        Micros end{};    ///< dts of the next one if it follows at once
    };
    bool is_jump(const Lane& lane, Micros time) const;
    Micros dts_of(Track track, Micros time);

    bool begun_ = false;
    Lane lanes_[2];  ///< by Track
    Micros newest_{};
    Micros end_{};  ///< of all that is shown
};

}  // namespace spanreel::push
