// SPDX-License-Identifier: Apache-2.0
#include "live/live_window.hpp"

#include "media/hls/playlist.hpp"

namespace spanreel::live {

using media::mp4::Init;
using media::mp4::MediaTime;
using media::mp4::Segment;
using media::mp4::SegmentInfo;

LiveWindow::LiveWindow(std::string session_id, std::string media_directory, std::chrono::seconds dvr_window)
    : session_id_(std::move(session_id)), media_directory_(std::move(media_directory)), dvr_window_(dvr_window) {}

WindowView LiveWindow::live() const {
    std::lock_guard lock(mutex_);
    return view_from(first_of_dvr());
}

WindowView LiveWindow::whole() const {
    std::lock_guard lock(mutex_);
    return view_from(0);
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
    const auto kept = segments_.begin() + static_cast<std::ptrdiff_t>(first_of_dvr());
    std::vector<std::uint64_t> numbers;
    for (auto segment = segments_.begin(); segment != kept; ++segment) {
        numbers.push_back(segment->number);
        forgotten_discontinuities_ += segment->discontinuity;
    }
    segments_.erase(segments_.begin(), kept);
    return numbers;
}

WindowView LiveWindow::view_from(std::size_t first) const {
    WindowView view{.init = init_,
                    .discontinuity_sequence = forgotten_discontinuities_,
                    .target_duration = target_duration_,
                    .frame_rate = frame_rate_};
    const auto begin = segments_.begin() + static_cast<std::ptrdiff_t>(first);
    view.segments.assign(begin, segments_.end());
    view.discontinuity_sequence += static_cast<std::uint64_t>(
        std::count_if(segments_.begin(), begin, [](const SegmentInfo& s) { return s.discontinuity; }));
    return view;
}

std::size_t LiveWindow::first_of_dvr() const {
    std::size_t first = segments_.size();
    MediaTime covered{};
    while (first > 0 && covered < dvr_window_) covered += segments_[--first].duration;
    return first;
}

}  // namespace spanreel::live
