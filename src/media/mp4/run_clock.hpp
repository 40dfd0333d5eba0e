// SPDX-License-Identifier: Apache-2.0
// Lays the publisher's timestamps of one run (a connection, up to a jump of its clock) on the session's media time
// line. Both tracks move by the same time, so their relation stays as published to half a sample. Decode times of video
// move further: a key frame is decoded when it is shown, so that none of a session's lies before 0.
// Owned by a Segmenter.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "media/mp4/timed_packet.hpp"

namespace spanreel::media::mp4 {

class RunClock {
  public:
    /// The publisher's `origin` is media time `at`.
    RunClock(MediaTime at, Nanos origin) : shift_(at - origin) {}

    /// `frame` is the usual duration of an audio packet in ticks; 0 for video.
    void start_track(const TrackConfig& track, std::uint32_t frame);
    /// Whether the packet's timestamp leaves the run: more than `back` before its track's last packet, or more than
    /// `forward` after all that came.
    bool is_jump(const Packet& packet, std::uint32_t timescale, Nanos forward, Nanos back) const;
    TimedPacket place(Packet packet);
    /// Where the publisher's time lies on the media time line, ahead of any packet.
    MediaTime media_time(Nanos publisher) const { return publisher + shift_; }

  private:
    struct Lane {
        std::uint32_t timescale = kVideoTimescale;
        std::int64_t reordering = 0;  ///< ticks from the last key frame's decode time to its display, as published
        std::uint32_t frame = 0;
        std::optional<std::int64_t> last_dts;
    };
    Lane& lane(TrackKind kind) { return lanes_[static_cast<std::size_t>(kind)]; }
    std::int64_t next_dts(const Lane& lane, std::int64_t dts) const;

    Nanos shift_;
    std::optional<MediaTime> newest_;
    std::array<Lane, 2> lanes_;
};

}  // namespace spanreel::media::mp4
