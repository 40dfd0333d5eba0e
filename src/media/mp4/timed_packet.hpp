// SPDX-License-Identifier: Apache-2.0
// A packet that has its place on the session's media time line: what passes between the stages of the segmenter.
#pragma once
#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

struct TimedPacket {
    Packet packet;      ///< dts and pts are ticks of the media time line
    MediaTime time{};   ///< its dts, which orders packets of both tracks
    Nanos publisher{};  ///< its pts on the publisher's own clock
    std::uint32_t timescale = kVideoTimescale;
    std::uint32_t duration = 0;  ///< ticks; known once the track's next packet is
};

}  // namespace spanreel::media::mp4
