// SPDX-License-Identifier: Apache-2.0
#include "media/cut/clip.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <utility>

namespace spanreel::media::cut {
namespace {

using mp4::MediaTime;
using mp4::SampleTable;
using mp4::Segment;
using mp4::Window;

constexpr TrackKind kKinds[] = {TrackKind::video, TrackKind::audio};

/// A sample's place in decode order.
struct Position {
    std::size_t segment = 0;
    std::size_t sample = 0;
    auto operator<=>(const Position&) const = default;
};

/// Samples of one track, both ends included.
struct Selection {
    Position first;
    Position last;
};

/// Calls `visit(position, sample, start, end)` with the times the sample is shown.
template <class Visit>
void visit_samples(std::span<const Segment> segments, TrackKind kind, Visit visit) {
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const SampleTable* table = segments[i].find(kind);
        if (!table) continue;
        std::int64_t decode = table->decode_start;
        for (std::size_t k = 0; k < table->samples.size(); ++k) {
            const mp4::Sample& sample = table->samples[k];
            const std::int64_t shown = decode + sample.composition_offset;
            visit(Position{i, k}, sample, mp4::to_media_time(shown, table->timescale),
                  mp4::to_media_time(shown + sample.duration, table->timescale));
            decode += sample.duration;
        }
    }
}

/// A bound of the window moves no further than this to meet a frame: across a hole in the video it stays.
constexpr Nanos kLongestFrame = std::chrono::seconds(1);

/// The segments that can hold a sample of the window or the key frame before it, and one more on each side for sound
/// that lies across their bounds.
std::span<const Segment> near_segments(std::span<const Segment> segments, Window window) {
    const auto by_start = [](const Segment& segment) { return segment.info.start(); };
    const auto begin = std::ranges::upper_bound(segments, window.start - kLongestFrame, {}, by_start);
    auto first = static_cast<std::size_t>(begin - segments.begin());
    first -= std::min<std::size_t>(first, 1);
    while (first > 0 && !segments[first].info.independent) --first;
    first -= std::min<std::size_t>(first, 1);
    const auto end = std::ranges::upper_bound(segments, window.end + kLongestFrame, {}, by_start);
    const auto last = std::min(segments.size(), static_cast<std::size_t>(end - segments.begin()) + 1);
    return segments.subspan(first, last - first);
}

/// Moves the window to the frames it means: its bounds are where pictures change.
Window snap_to_frames(std::span<const Segment> segments, Window asked) {
    MediaTime first = MediaTime::max();  // frame in or after the window
    MediaTime next = MediaTime::max();   // frame after the window
    MediaTime last_end = MediaTime::min();
    visit_samples(segments, TrackKind::video, [&](Position, const mp4::Sample&, MediaTime from, MediaTime to) {
        if (from >= asked.start - kFrameTolerance) first = std::min(first, from);
        if (from >= asked.end - kFrameTolerance) next = std::min(next, from);
        last_end = std::max(last_end, to);
    });
    const auto near = [](MediaTime frame, MediaTime bound) {
        return frame >= bound - kLongestFrame && frame <= bound + kLongestFrame ? frame : bound;
    };
    const Window snapped{near(first, asked.start), near(std::min(next, last_end), asked.end)};
    return snapped.start < snapped.end ? snapped : asked;
}

/// From the key frame at or before the window (else the first one in it) to its last frame, in decode order.
std::optional<Selection> select_video(std::span<const Segment> segments, Window window) {
    std::optional<Position> key;
    std::optional<Position> first;
    std::optional<Position> last;
    visit_samples(segments, TrackKind::video, [&](Position at, const mp4::Sample& sample, MediaTime from, MediaTime) {
        if (from >= window.end) return;
        if (sample.key && (from <= window.start || !key)) key = at;
        if (!first) first = at;
        last = at;
    });
    if (!last) return std::nullopt;
    return Selection{key.value_or(*first), *last};
}

/// What sounds in the window, and one frame before it: an AAC decoder needs it to start right (ISO 14496-3 4.6.11).
/// Nothing before segment `earliest`.
std::optional<Selection> select_audio(std::span<const Segment> segments, Window window, std::size_t earliest) {
    std::optional<Position> before;
    std::optional<Position> first;
    Position last;
    visit_samples(segments, TrackKind::audio, [&](Position at, const mp4::Sample&, MediaTime from, MediaTime to) {
        if (at.segment < earliest || from >= window.end) return;
        if (to > window.start && !first) first = before.value_or(at);
        before = last = at;
    });
    if (!first) return std::nullopt;
    return Selection{*first, last};
}

/// The first segment of the stretch without discontinuity that `segment` belongs to.
std::size_t start_of_run(std::span<const Segment> segments, std::size_t segment) {
    while (segment > 0 && !segments[segment].info.discontinuity) --segment;
    return segment;
}

/// Samples [from, to) of a table.
SampleTable trim(const SampleTable& table, std::size_t from, std::size_t to) {
    SampleTable out{.kind = table.kind, .timescale = table.timescale, .decode_start = table.decode_start};
    std::size_t at = 0;
    for (const mp4::Chunk& chunk : table.chunks) {
        mp4::Chunk kept{.offset = chunk.offset};
        for (const std::size_t end = at + chunk.sample_count; at < end; ++at) {
            const mp4::Sample& sample = table.samples[at];
            if (at < from) {
                out.decode_start += sample.duration;
                kept.offset += sample.size;
            } else if (at < to) {
                out.samples.push_back(sample);
                ++kept.sample_count;
            }
        }
        if (kept.sample_count > 0) out.chunks.push_back(kept);
    }
    return out;
}

void move_start(mp4::SegmentInfo& info, MediaTime start) {
    const Nanos step = start - info.start();
    info.anchor.media += step;
    info.anchor.wall += step;
    info.anchor.publisher += step;
    info.duration -= step;
}

/// The samples of the selections, in segments that still tile the time line from `start` to the window's end.
std::vector<Segment> trim_segments(std::span<const Segment> segments,
                                   const std::array<std::optional<Selection>, 2>& selections, MediaTime start,
                                   MediaTime end) {
    std::vector<Segment> out;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        Segment trimmed{.info = segments[i].info};
        for (TrackKind kind : kKinds) {
            const auto& selection = selections[static_cast<std::size_t>(kind)];
            const SampleTable* table = segments[i].find(kind);
            if (!table || !selection || i < selection->first.segment || i > selection->last.segment) continue;
            const std::size_t from = i == selection->first.segment ? selection->first.sample : 0;
            const std::size_t to = i == selection->last.segment ? selection->last.sample + 1 : table->samples.size();
            trimmed.tracks.push_back(trim(*table, from, to));
        }
        if (trimmed.tracks.empty()) continue;
        const MediaTime from = out.empty() ? start : std::clamp(trimmed.info.start(), start, end);
        const MediaTime to = std::clamp(trimmed.info.end(), from, end);
        move_start(trimmed.info, from);
        trimmed.info.duration = to - from;
        out.push_back(std::move(trimmed));
    }
    if (!out.empty()) out.front().info.discontinuity = false;
    return out;
}

MediaTime shown_at(std::span<const Segment> segments, TrackKind kind, Position position) {
    MediaTime time{};
    visit_samples(segments, kind, [&](Position at, const mp4::Sample&, MediaTime from, MediaTime) {
        if (at == position) time = from;
    });
    return time;
}

}  // namespace

Result<Cut> cut_segments(std::span<const Segment> segments, MediaTime start, MediaTime end) {
    if (!segments.empty()) {
        start = std::max(start, segments.front().info.start());
        end = std::min(end, segments.back().info.end());
    }
    if (segments.empty() || start >= end) return fail(Code::unprocessable, "clip range is outside the recording");

    segments = near_segments(segments, {start, end});
    const bool has_video =
        std::ranges::any_of(segments, [](const Segment& segment) { return segment.find(TrackKind::video); });
    Cut cut{.window = {start, end}};
    if (has_video) cut.window = snap_to_frames(segments, cut.window);

    std::array<std::optional<Selection>, 2> selections;
    selections[0] = select_video(segments, cut.window);
    MediaTime decode_from = cut.window.start;
    std::size_t earliest = 0;
    if (selections[0]) {
        const MediaTime key = shown_at(segments, TrackKind::video, selections[0]->first);
        if (key > cut.window.start) cut.window.start = key;  // nothing before it can be decoded
        decode_from = std::min(decode_from, key);
        earliest = start_of_run(segments, selections[0]->first.segment);
    }
    selections[1] = select_audio(segments, {decode_from, cut.window.end}, earliest);
    // Players of the clip's segments count from the earliest sample.
    if (selections[1]) {
        decode_from = std::min(decode_from, shown_at(segments, TrackKind::audio, selections[1]->first));
    }
    cut.segments = trim_segments(segments, selections, decode_from, cut.window.end);
    if (cut.segments.empty()) return fail(Code::unprocessable, "clip range is outside the recording");
    return cut;
}

}  // namespace spanreel::media::cut
