// SPDX-License-Identifier: Apache-2.0
#include "push/publisher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace spanreel::push {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstWait = 500ms;
constexpr std::chrono::milliseconds kLongestWait = 8s;
/// How soon a signal is noticed.
constexpr std::chrono::milliseconds kStopCheck = 100ms;
/// Of a group that is larger, only the end is kept: the server goes on with the next one.
constexpr std::size_t kMostGroupBytes = 64u << 20;

/// Without the stream key, which stands last.
std::string place_of(std::string_view url) { return std::string(url.substr(0, url.rfind('/'))); }

}  // namespace

Result<void> Publisher::run() {
    Result<std::unique_ptr<RtmpOutput>> output = RtmpOutput::open(options_.url, file_, stop_);
    if (!output) return std::unexpected(not_begun(std::move(output).error()));
    output_ = *std::move(output);
    if (events_.started) events_.started();
    zero_ = Clock::now();
    Result<void> done = publish();
    Result<void> finished = output_ ? output_->finish() : Result<void>();
    return done ? finished : done;
}

Error Publisher::not_begun(Error why) const {
    const std::string place = place_of(options_.url);
    if (why.code == Code::forbidden)
        why.message =
            fmt::format("{} refuses the stream: {}. Is it the RTMP address of the same server?", place, why.message);
    else
        why.message = fmt::format("{} is not reached: {}. Name another address with --rtmp-url", place, why.message);
    return why;
}

Result<void> Publisher::publish() {
    while (!stop_) {
        SPANREEL_TRY(std::optional<Packet> packet, next());
        if (!packet) return {};
        Result<void> sent = send_when_due(*packet);
        keep(*std::move(packet));
        if (sent) continue;
        if (sent.error().code == Code::unsupported) return sent;  // no connection helps
        SPANREEL_CHECK(reconnect(std::move(sent).error()));
    }
    return {};
}

Result<std::optional<Packet>> Publisher::next() {
    if (!again_.empty()) {
        Packet packet = std::move(again_.front());
        again_.pop_front();
        return packet;
    }
    SPANREEL_TRY(std::optional<Packet> packet, file_.next());
    if (packet || !options_.loop) return packet;
    SPANREEL_CHECK(file_.rewind());
    return file_.next();
}

Result<void> Publisher::send_when_due(const Packet& packet) {
    if (!options_.fast && !wait_until(zero_ + packet.dts())) return {};
    SPANREEL_CHECK(output_->send(packet));
    sent_.position = std::max(sent_.position, Micros(packet.data->dts + packet.data->duration));
    sent_.pictures += packet.track == Track::video ? 1 : 0;
    sent_.bytes += static_cast<std::uint64_t>(packet.data->size);
    if (events_.sent) events_.sent(sent_);
    return {};
}

void Publisher::keep(Packet packet) {
    const bool audio_alone = file_.parameters(Track::video) == nullptr;
    if (packet.begins_group() || audio_alone || group_bytes_ > kMostGroupBytes) {
        group_.clear();
        group_bytes_ = 0;
    }
    group_bytes_ += packet.bytes();
    group_.push_back(std::move(packet));
}

/// Until it is there again, the server says no for too long, or somebody stops it.
Result<void> Publisher::reconnect(Error why) {
    output_.reset();
    const Clock::time_point give_up = Clock::now() + options_.retry;
    for (std::chrono::milliseconds wait = kFirstWait;; wait = std::min(wait * 2, kLongestWait)) {
        if (Clock::now() + wait > give_up) {
            why.message = fmt::format("the connection was lost and did not come back in {} s: {}",
                                      options_.retry.count(), why.message);
            return std::unexpected(std::move(why));
        }
        if (events_.disconnected) events_.disconnected(why, wait);
        if (!wait_until(Clock::now() + wait)) return {};
        Result<std::unique_ptr<RtmpOutput>> output = RtmpOutput::open(options_.url, file_, stop_);
        if (output) {
            output_ = *std::move(output);
            break;
        }
        if (stop_) return {};
        why = std::move(output).error();
    }
    ++sent_.reconnects;
    again_.insert(again_.begin(), std::move_iterator(group_.begin()), std::move_iterator(group_.end()));
    group_.clear();
    group_bytes_ = 0;
    if (!again_.empty()) zero_ = Clock::now() - again_.front().dts();
    if (events_.reconnected) events_.reconnected();
    return {};
}

bool Publisher::wait_until(Clock::time_point when) const {
    for (Clock::time_point now; !stop_ && (now = Clock::now()) < when;)
        std::this_thread::sleep_until(std::min(when, now + kStopCheck));
    return !stop_;
}

}  // namespace spanreel::push
