// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline.hpp"

#include <algorithm>

namespace spanreel::timeline {

using media::mp4::SegmentInfo;
using media::mp4::TimelinePosition;

SpanPlacer::SpanPlacer(const std::vector<ReelTrack>& tracks) {
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const std::vector<SegmentInfo>& segments = tracks[i].segments;
        if (segments.empty()) continue;
        Track track{.index = i,
                    .session_id = tracks[i].reel.session.id,
                    .end = segments.back().end(),
                    .wall_end = segments.back().anchor.wall + segments.back().duration};
        track.anchors.reserve(segments.size());
        for (const SegmentInfo& segment : segments) track.anchors.push_back(segment.anchor);
        tracks_.push_back(std::move(track));
    }
}

std::optional<Placement> SpanPlacer::place(const SpanFacts& span) const {
    if (tracks_.empty()) return std::nullopt;
    std::optional<Placement> recorded;
    for (const Track& track : tracks_) {
        const Placement placement = place_in(track, span);
        if (!placement.recorded) continue;
        if (track.session_id == span.stream_session) return placement;
        if (!recorded) recorded = placement;
    }
    if (recorded) return recorded;
    return place_in(*std::ranges::min_element(tracks_, {}, [&](const Track& track) { return distance(track, span); }),
                    span);
}

Placement SpanPlacer::place_in(const Track& track, const SpanFacts& span) {
    const TimelinePosition start = media_time_at(track.anchors, track.end, span.start);
    const TimelinePosition end = media_time_at(track.anchors, track.end, std::max(span.start, span.end));
    return {.track = track.index,
            .start = start.media,
            .end = end.media,
            .recorded = start.recorded || end.recorded || end.media > start.media};
}

Nanos SpanPlacer::distance(const Track& track, const SpanFacts& span) {
    if (span.end < track.anchors.front().wall) return track.anchors.front().wall - span.end;
    return span.start > track.wall_end ? span.start - track.wall_end : Nanos{};
}

}  // namespace spanreel::timeline
