// SPDX-License-Identifier: Apache-2.0
#include "live/live_window.hpp"

#include <algorithm>
#include <functional>

#include "media/hls/playlist.hpp"

namespace spanreel::live {

using media::mp4::Init;
using media::mp4::MediaTime;
using media::mp4::Segment;
using media::mp4::SegmentInfo;

namespace {

std::size_t first_within(const std::vector<SegmentInfo>& segments, std::chrono::seconds length) {
    std::size_t first = segments.size();
    MediaTime covered{};
    while (first > 0 && covered < length) covered += segments[--first].duration;
    return first;
}

/// Of the segments before `first`, and of that one: its tag is not in the playlist either (RFC 8216 6.2.2).
std::uint64_t discontinuities_through(const std::vector<SegmentInfo>& segments, std::size_t first) {
    const auto end = segments.begin() + static_cast<std::ptrdiff_t>(std::min(first + 1, segments.size()));
    return static_cast<std::uint64_t>(std::count_if(segments.begin(), end, std::mem_fn(&SegmentInfo::discontinuity)));
}

}  // namespace

WindowView last_of(const WindowView& view, std::chrono::seconds length) {
    const std::size_t first = first_within(view.segments, length);
    WindowView last{.segments = {view.segments.begin() + static_cast<std::ptrdiff_t>(first), view.segments.end()},
                    .init = view.init,
                    .discontinuity_sequence = view.discontinuity_sequence,
                    .target_duration = view.target_duration,
                    .frame_rate = view.frame_rate,
                    .ended = view.ended};
    if (first > 0)
        last.discontinuity_sequence +=
            discontinuities_through(view.segments, first) - discontinuities_through(view.segments, 0);
    return last;
}

LiveWindow::LiveWindow(std::string session_id, std::string media_directory, std::chrono::seconds dvr_window)
    : session_id_(std::move(session_id)), media_directory_(std::move(media_directory)), dvr_window_(dvr_window) {}

WindowView LiveWindow::live() const {
    std::lock_guard lock(mutex_);
    return view_from(first_within(segments_, dvr_window_));
}

WindowView LiveWindow::whole() const {
    std::lock_guard lock(mutex_);
    return view_from(0);
}

void LiveWindow::resume(std::uint64_t forgotten_discontinuities) {
    std::lock_guard lock(mutex_);
    forgotten_discontinuities_ = forgotten_discontinuities;
}

void LiveWindow::add(const Init& init) {
    std::lock_guard lock(mutex_);
    init_ = init;
}

void LiveWindow::add(const Segment& segment, std::chrono::seconds target_duration) {
    const double rate = media::hls::frame_rate(segment);
    std::lock_guard lock(mutex_);
    segments_.push_back(segment.info);
    target_duration_ = target_duration;
    frame_rate_ = rate;
}

std::vector<std::uint64_t> LiveWindow::forget_old() {
    std::lock_guard lock(mutex_);
    const auto kept = segments_.begin() + static_cast<std::ptrdiff_t>(first_within(segments_, dvr_window_));
    std::vector<std::uint64_t> numbers;
    for (auto segment = segments_.begin(); segment != kept; ++segment) {
        numbers.push_back(segment->number);
        forgotten_discontinuities_ += segment->discontinuity;
    }
    segments_.erase(segments_.begin(), kept);
    return numbers;
}

void LiveWindow::end() {
    std::lock_guard lock(mutex_);
    ended_ = true;
}

WindowView LiveWindow::view_from(std::size_t first) const {
    return {.segments = {segments_.begin() + static_cast<std::ptrdiff_t>(first), segments_.end()},
            .init = init_,
            .discontinuity_sequence = forgotten_discontinuities_ + discontinuities_through(segments_, first),
            .target_duration = target_duration_,
            .frame_rate = frame_rate_,
            .ended = ended_};
}

}  // namespace spanreel::live
