// SPDX-License-Identifier: Apache-2.0
// Publishes a file as an encoder would publish what it films: each packet when it is due, and when the connection is
// lost, again from the last picture that can be decoded alone. One thread.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "push/media_file.hpp"
#include "push/rtmp_output.hpp"

namespace spanreel::push {

struct PublishOptions {
    std::string url;  ///< with the stream key
    bool loop = false;
    bool fast = false;  ///< as fast as the server takes it
    /// How long a lost connection is tried again.
    std::chrono::seconds retry{60};
};

/// What was sent so far.
struct Sent {
    Micros position{};  ///< on the time line
    std::uint64_t pictures = 0;
    std::uint64_t bytes = 0;
    std::uint32_t reconnects = 0;
};

class Publisher {
  public:
    struct Events {
        std::function<void()> started;
        std::function<void(const Sent&)> sent;  ///< after each packet
        std::function<void(const Error&, std::chrono::milliseconds until_next_try)> disconnected;
        std::function<void()> reconnected;
    };

    /// All outlive this. `stop` ends the publication in order, as the end of the file does.
    Publisher(MediaFile& file, const PublishOptions& options, const Events& events, const std::atomic<bool>& stop)
        : file_(file), options_(options), events_(events), stop_(stop) {}

    Result<void> run();
    const Sent& sent() const { return sent_; }

  private:
    using Clock = std::chrono::steady_clock;

    Error not_begun(Error why) const;
    Result<void> publish();
    Result<std::optional<Packet>> next();
    Result<void> send_when_due(const Packet& packet);
    Result<void> reconnect(Error why);
    void keep(Packet packet);
    /// False when stopped.
    bool wait_until(Clock::time_point when) const;

    MediaFile& file_;
    const PublishOptions& options_;
    const Events& events_;
    const std::atomic<bool>& stop_;
    std::unique_ptr<RtmpOutput> output_;
    Clock::time_point zero_;    ///< when the time line began, were it never interrupted
    std::deque<Packet> group_;  ///< sent since the last picture that can be decoded alone
    std::size_t group_bytes_ = 0;
    std::deque<Packet> again_;  ///< to be sent once more
    Sent sent_;
};

}  // namespace spanreel::push
