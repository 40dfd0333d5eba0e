// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/anchor.hpp"

#include <algorithm>

namespace spanreel::media::mp4 {
namespace {

/// Arrivals closer than this to a kept one are not kept beside it, which bounds what the window holds.
constexpr Nanos kResolution = std::chrono::milliseconds(1);

/// Anchors of one connection drift apart by less than this from segment to segment; that is no gap.
constexpr Nanos kGap = std::chrono::milliseconds(100);

}  // namespace

void AnchorClock::observe(MediaTime media, Time arrival) {
    const Nanos offset = arrival.time_since_epoch() - media;
    while (!minima_.empty() && minima_.back().offset >= offset) minima_.pop_back();
    if (minima_.empty() || arrival - minima_.back().arrival >= kResolution) minima_.push_back({arrival, offset});
    while (minima_.size() > 1 && arrival - minima_.front().arrival > kWindow) minima_.pop_front();

    const Nanos earliest = minima_.front().offset;
    if (!offset_ || earliest <= *offset_) {
        offset_ = earliest;
    } else {
        follow_later(earliest, arrival);
    }
    if (earliest <= *offset_ + kStep) late_since_.reset();
    updated_ = arrival;
}

void AnchorClock::follow_later(Nanos earliest, Time arrival) {
    const Nanos drift = std::max(Nanos(0), arrival - updated_) * kMaxDriftPpm / 1'000'000;
    offset_ = std::min(earliest, *offset_ + drift);
    if (earliest <= *offset_ + kStep) return;
    if (!late_since_) late_since_ = arrival;
    if (arrival - *late_since_ >= kWindow) offset_ = earliest;
}

std::optional<Time> AnchorClock::wall_at(MediaTime media) const {
    if (!offset_) return std::nullopt;
    return Time(media + *offset_);
}

void correct_anchors(std::span<SegmentInfo> segments) {
    for (std::size_t i = segments.size(); i-- > 1;) {
        SegmentInfo& info = segments[i - 1];
        const SegmentInfo& next = segments[i];
        if (next.discontinuity || next.start() != info.end()) continue;
        const Nanos drift = info.duration * AnchorClock::kMaxDriftPpm / 1'000'000;
        info.anchor.wall = std::min(info.anchor.wall, next.anchor.wall - info.duration + drift);
    }
    for (std::size_t i = 1; i < segments.size(); ++i) {
        const SegmentInfo& before = segments[i - 1];
        const Time earliest = before.anchor.wall + (segments[i].discontinuity ? before.duration : Nanos(0));
        segments[i].anchor.wall = std::max(segments[i].anchor.wall, earliest);
    }
}

TimelinePosition media_time_at(std::span<const Anchor> anchors, MediaTime end, Time wall) {
    if (anchors.empty()) return {};
    const auto after = std::ranges::upper_bound(anchors, wall, {}, &Anchor::wall);
    if (after == anchors.begin()) return {.media = anchors.front().media, .recorded = false};
    const Anchor& anchor = *std::prev(after);
    const MediaTime media = anchor.media + (wall - anchor.wall);
    if (after == anchors.end()) return {.media = std::min(media, end), .recorded = media < end};
    return {.media = std::min(media, after->media), .recorded = media < after->media + kGap};
}

Time wall_time_at(std::span<const Anchor> anchors, MediaTime end, MediaTime media) {
    if (anchors.empty()) return {};
    media = std::clamp(media, anchors.front().media, std::max(end, anchors.front().media));
    const auto after = std::ranges::upper_bound(anchors, media, {}, &Anchor::media);
    const Anchor& anchor = *std::prev(after);
    const Time wall = anchor.wall + (media - anchor.media);
    return after == anchors.end() ? wall : std::min(wall, after->wall);
}

}  // namespace spanreel::media::mp4
