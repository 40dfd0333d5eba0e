// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/interleaver.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace spanreel::media::mp4 {

void Interleaver::start_track(TrackKind kind, std::uint32_t usual_duration) {
    lane(kind).awaited = true;
    lane(kind).usual_duration = usual_duration;
}

void Interleaver::push(TimedPacket packet) {
    Lane& into = lane(packet.packet.kind);
    into.awaited = true;
    queued_bytes_ += packet.packet.payload.size() + kPacketOverhead;
    into.queue.push_back(std::move(packet));
}

bool Interleaver::must_wait(const Lane& first, const Lane& other) const {
    if (!other.awaited) return false;
    // With fewer than two packets the other lane's next cannot go out; it must not be overtaken.
    if (other.queue.empty()) return true;
    return other.queue.size() < 2 && other.queue.front().time < first.queue.front().time;
}

bool Interleaver::waited_enough(const Lane& waiting) const {
    return waiting.queue.back().time - waiting.queue.front().time > longest_wait_ || queued_bytes_ > most_bytes_;
}

TimedPacket Interleaver::take(Lane& from) {
    TimedPacket packet = std::move(from.queue.front());
    from.queue.pop_front();
    queued_bytes_ -= packet.packet.payload.size() + kPacketOverhead;
    if (!from.queue.empty()) {
        const std::int64_t duration = from.queue.front().packet.dts - packet.packet.dts;
        constexpr std::int64_t kLongest = std::numeric_limits<std::uint32_t>::max();
        packet.duration = static_cast<std::uint32_t>(std::clamp<std::int64_t>(duration, 0, kLongest));
        from.usual_duration = std::min(packet.duration, kLongestLast * packet.timescale);
    } else {
        packet.duration = from.usual_duration;
    }
    return packet;
}

std::optional<TimedPacket> Interleaver::pop() {
    Lane* first = &lanes_[0];
    Lane* other = &lanes_[1];
    if (first->queue.size() < 2 ||
        (other->queue.size() >= 2 && other->queue.front().time < first->queue.front().time)) {
        std::swap(first, other);
    }
    if (first->queue.size() < 2) return std::nullopt;
    if (must_wait(*first, *other)) {
        if (!waited_enough(*first)) return std::nullopt;
        other->awaited = false;
    }
    return take(*first);
}

std::optional<TimedPacket> Interleaver::pop_at_end() {
    Lane* first = &lanes_[0];
    Lane* other = &lanes_[1];
    if (first->queue.empty() || (!other->queue.empty() && other->queue.front().time < first->queue.front().time)) {
        std::swap(first, other);
    }
    if (first->queue.empty()) return std::nullopt;
    return take(*first);
}

}  // namespace spanreel::media::mp4
