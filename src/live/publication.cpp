// SPDX-License-Identifier: Apache-2.0
#include "live/publication.hpp"

namespace spanreel::live {

using media::mp4::PartClosed;
using media::mp4::SegmenterEvents;

Publication::Publication(media::mp4::Segmenter segmenter, Deliver deliver, Time begun)
    : segmenter_(std::move(segmenter)), deliver_(std::move(deliver)), health_(begun), last_packet_(begun) {
    hand_over(segmenter_.begin_connection(), false);
}

void Publication::announce(bool video, bool audio) {
    std::lock_guard lock(mutex_);
    segmenter_.announce(video, audio);
}

void Publication::configure(const media::TrackConfig& config) {
    std::lock_guard lock(mutex_);
    health_.configure(config);
    segmenter_.configure(config);
}

Result<void> Publication::push(media::Packet packet, Time arrival) {
    std::lock_guard lock(mutex_);
    if (dropped_) return fail(Code::unavailable, *dropped_);
    if (ended_) return fail(Code::internal, "This publication has ended.");
    health_.observe(packet, arrival);
    bytes_ += packet.payload.size();
    ++packets_;
    last_packet_ = arrival;
    hand_over(segmenter_.push(std::move(packet), arrival), false);
    return {};
}

void Publication::end() {
    std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
    hand_over(segmenter_.end_connection(), true);
}

void Publication::on_dropped(std::function<void(const std::string&)> handler) {
    std::unique_lock lock(mutex_);
    if (!dropped_) {
        on_dropped_ = std::move(handler);
        return;
    }
    const std::string reason = *dropped_;
    lock.unlock();
    handler(reason);
}

void Publication::drop(std::string reason) {
    std::function<void(const std::string&)> handler;
    {
        std::lock_guard lock(mutex_);
        if (dropped_) return;
        dropped_ = reason;
        handler = std::exchange(on_dropped_, nullptr);
    }
    if (handler) handler(reason);
}

Time Publication::last_packet() const {
    std::lock_guard lock(mutex_);
    return last_packet_;
}

IngestReport Publication::take_report(Time now) {
    std::lock_guard lock(mutex_);
    return {.bytes = std::exchange(bytes_, 0),
            .packets = std::exchange(packets_, 0),
            .last_packet = last_packet_,
            .issues = health_.take_issues(now)};
}

std::chrono::seconds Publication::target_duration() const {
    std::lock_guard lock(mutex_);
    return segmenter_.target_duration();
}

void Publication::hand_over(SegmenterEvents events, bool last) {
    if (events.empty() && !last) return;
    std::uint64_t bytes = 0;
    for (const auto& event : events)
        if (const auto* part = std::get_if<PartClosed>(&event)) bytes += part->bytes.size();
    backlog_.fetch_add(bytes, std::memory_order_relaxed);
    deliver_(std::move(events), bytes, last);
}

}  // namespace spanreel::live
