// SPDX-License-Identifier: Apache-2.0
// Media time and wall clock. AnchorClock estimates what the wall clock showed at a media time out of jittered
// arrivals; the functions below convert between the two by the anchors of the segments. Single-threaded, no clock
// of its own.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

/// A packet can be late and never early, so of all arrivals within the window the earliest relative to its media
/// time is the truest. The estimate follows an earlier one at once and rises only at the rate of clock drift.
class AnchorClock {
  public:
    static constexpr Nanos kWindow = std::chrono::seconds(10);
    /// Largest drift followed upwards: crystals stay below 100 ppm.
    static constexpr std::int64_t kMaxDriftPpm = 300;
    /// When all arrivals of a whole window are later than the estimate by more than this, media time has stood still
    /// or the wall clock was set: the estimate jumps.
    static constexpr Nanos kStep = std::chrono::seconds(2);

    void observe(MediaTime media, Time arrival);
    /// Wall clock at `media`; nothing before the first observation.
    std::optional<Time> wall_at(MediaTime media) const;
    /// Forgets everything: media time and wall clock have a new relation.
    void reset() { *this = AnchorClock(); }

  private:
    struct Observation {
        Time arrival;
        Nanos offset;  ///< arrival - media
    };
    void follow_later(Nanos earliest, Time arrival);

    std::deque<Observation> minima_;  ///< of the window; offsets grow from front to back
    std::optional<Nanos> offset_;
    std::optional<Time> late_since_;
    Time updated_{};
};

/// Takes back what AnchorClock could only learn later. When the first packets of a run came late, so do its first
/// anchors; a later anchor of the same run shows by how much, since wall clock less media time falls within a run only
/// by drift. `segments` are consecutive; their anchors stay in order, and none moves into the run before.
void correct_anchors(std::span<SegmentInfo> segments);

/// A moment on the time line. `recorded` is false where nothing was recorded at the wall clock asked for; `media` is
/// then the nearest moment that was.
struct TimelinePosition {
    MediaTime media{};
    bool recorded = false;
    bool operator==(const TimelinePosition&) const = default;
};

/// Wall clock to media time. `anchors` are those of consecutive segments, `end` the end of the last one. What lies
/// in a gap falls on its edge (both edges have one media time), what lies outside on the first or last moment.
TimelinePosition media_time_at(std::span<const Anchor> anchors, MediaTime end, Time wall);
/// Media time to wall clock, clamped to the recording; a moment on a gap's edge is the one after the gap.
/// Epoch when there is no anchor.
Time wall_time_at(std::span<const Anchor> anchors, MediaTime end, MediaTime media);

}  // namespace spanreel::media::mp4
