// SPDX-License-Identifier: Apache-2.0
#include "push/interleaver.hpp"

namespace spanreel::push {

void Interleaver::push(Packet packet) {
    bytes_ += packet.bytes();
    queue(packet.track).push_back(std::move(packet));
}

bool Interleaver::is_ready() const {
    if (bytes_ > kMostBytes) return true;
    const auto known = [this](Track track) {
        return !takes_part_[static_cast<std::size_t>(track)] || !queue(track).empty();
    };
    return (known(Track::video) && known(Track::audio)) || has_waited(Track::video) || has_waited(Track::audio);
}

bool Interleaver::has_waited(Track track) const {
    const std::deque<Packet>& waiting = queue(track);
    return !waiting.empty() && waiting.back().dts() - waiting.front().dts() >= kLongestWait;
}

std::optional<Packet> Interleaver::pop() {
    const std::deque<Packet>& video = queue(Track::video);
    const std::deque<Packet>& audio = queue(Track::audio);
    if (video.empty() && audio.empty()) return std::nullopt;
    const bool is_video = audio.empty() || (!video.empty() && video.front().dts() <= audio.front().dts());
    std::deque<Packet>& first = queue(is_video ? Track::video : Track::audio);
    Packet packet = std::move(first.front());
    first.pop_front();
    bytes_ -= packet.bytes();
    return packet;
}

}  // namespace spanreel::push
