// SPDX-License-Identifier: Apache-2.0
// Media and spans of a session on one clock: each span with the moments of the recording it lies at. Values; made
// anew for each question by sessions.hpp.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/mp4/anchor.hpp"
#include "model/asset.hpp"
#include "model/facts.hpp"
#include "model/stream_session.hpp"

namespace spanreel::timeline {

/// Spans of one time line; the earliest are kept.
inline constexpr std::size_t kMaxSpans = 10'000;
/// Segments shown of one stream session; the newest are kept. Spans find their moment among all.
inline constexpr std::size_t kMaxSegments = 50'000;

/// A stream session with what plays it.
struct Reel {
    StreamSession session;
    std::string stream_name;         ///< empty when its stream has none
    std::optional<Asset> recording;  ///< while it plays: not when deleted or failed

    bool is_live() const { return session.state == SessionState::live; }
};

/// The media of one stream session on its own media time line.
struct ReelTrack {
    Reel reel;
    std::vector<media::mp4::SegmentInfo> segments;  ///< consecutive
    bool complete = false;                          ///< nothing will be added
    bool truncated = false;
};

/// Where a span lies in a recording. What lies in a gap, before or after it, is at its nearest recorded moment.
struct Placement {
    std::size_t track = 0;  ///< of Timeline::tracks
    media::mp4::MediaTime start{};
    media::mp4::MediaTime end{};
    bool recorded = false;  ///< some of it can be seen
    bool operator==(const Placement&) const = default;
};

struct TimelineSpan {
    SpanFacts facts;
    std::uint32_t depth = 0;  ///< in its trace; 0: a root
    std::optional<Placement> placement;
};

struct Timeline {
    std::vector<ReelTrack> tracks;    ///< in the order they began
    std::vector<TimelineSpan> spans;  ///< by start, then trace and span id
    bool truncated = false;           ///< there are more spans
};

/// Finds the moments of spans among the tracks: in the track a span names if it is recorded there, else in the first
/// in which it is recorded, else in the nearest. Logarithmic in the number of segments.
class SpanPlacer {
  public:
    explicit SpanPlacer(const std::vector<ReelTrack>& tracks);
    /// Nothing when no track has media.
    std::optional<Placement> place(const SpanFacts& span) const;

  private:
    struct Track {
        std::size_t index = 0;
        std::string session_id;
        std::vector<media::mp4::Anchor> anchors;  ///< at least one
        media::mp4::MediaTime end{};
        Time wall_end{};
    };
    static Placement place_in(const Track& track, const SpanFacts& span);
    static Nanos distance(const Track& track, const SpanFacts& span);

    std::vector<Track> tracks_;
};

}  // namespace spanreel::timeline
