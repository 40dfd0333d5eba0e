// SPDX-License-Identifier: Apache-2.0
#include "live/publication.hpp"

#include <algorithm>

namespace spanreel::live {

using media::mp4::InitStarted;
using media::mp4::PartClosed;
using media::mp4::SegmentClosed;
using media::mp4::SegmenterEvent;
using media::mp4::SegmenterEvents;
using media::mp4::SegmentStarted;

namespace {

constexpr std::string_view kClockJumps =
    "The encoder's clock jumps: its timestamps broke off more than 20 times in 10 seconds.";
static_assert(kMaxJumps == 20 && kJumpPeriod == std::chrono::seconds(10));

std::uint64_t cost_of(const SegmenterEvent& event) {
    if (const auto* part = std::get_if<PartClosed>(&event)) return kEventCost + part->bytes.size();
    const bool synced = std::holds_alternative<SegmentClosed>(event) || std::holds_alternative<InitStarted>(event);
    return synced ? kSyncedEventCost : kEventCost;
}

std::size_t count_jumps(const SegmenterEvents& events) {
    return static_cast<std::size_t>(std::ranges::count_if(events, [](const SegmenterEvent& event) {
        const auto* started = std::get_if<SegmentStarted>(&event);
        return started && started->info.discontinuity;
    }));
}

}  // namespace

Publication::Publication(media::mp4::Segmenter segmenter, Deliver deliver, Time begun)
    : segmenter_(std::move(segmenter)), deliver_(std::move(deliver)), health_(begun), last_packet_(begun) {
    hand_over(segmenter_.begin_connection(), false);
}

void Publication::configure(const media::TrackConfig& config) {
    std::lock_guard lock(mutex_);
    health_.configure(config);
    segmenter_.configure(config);
}

Result<void> Publication::push(media::Packet packet, Time arrival) {
    {
        std::lock_guard lock(mutex_);
        if (dropped_) return fail(Code::unavailable, *dropped_);
        if (ended_) return fail(Code::internal, "This publication has ended.");
        health_.observe(packet, arrival);
        bytes_ += packet.payload.size();
        ++packets_;
        last_packet_ = arrival;
        SegmenterEvents events = segmenter_.push(std::move(packet), arrival);
        const std::size_t jumps = count_jumps(events);
        hand_over(std::move(events), false);
        if (!jumps_too_often(jumps, arrival)) return {};
    }
    drop(std::string(kClockJumps));
    return fail(Code::invalid, std::string(kClockJumps));
}

void Publication::lose_frames() {
    std::lock_guard lock(mutex_);
    health_.lose_frames();
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

void Publication::drop(const std::string& reason) {
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
    for (const auto& event : events) bytes += cost_of(event);
    backlog_.fetch_add(bytes, std::memory_order_relaxed);
    deliver_(std::move(events), bytes, last);
}

bool Publication::jumps_too_often(std::size_t jumps, Time arrival) {
    for (; jumps > 0; --jumps) {
        if (jumps_.size() == kMaxJumps) {
            const bool too_often = arrival - jumps_.front() <= kJumpPeriod;
            jumps_.pop_front();
            if (too_often) return true;
        }
        jumps_.push_back(arrival);
    }
    return false;
}

}  // namespace spanreel::live
