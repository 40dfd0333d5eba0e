// SPDX-License-Identifier: Apache-2.0
// One publisher's hold on a stream session, whatever protocol it speaks: takes its packets, makes segments of them
// and hands these to the session's writer in order. Shared by the connection and the session; any thread, though
// packets come from one strand.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "live/ingest_health.hpp"
#include "media/mp4/segmenter.hpp"
#include "media/packet.hpp"

namespace spanreel::live {

/// What a publisher brought since the last report.
struct IngestReport {
    std::uint64_t bytes = 0;  ///< of packets
    std::uint64_t packets = 0;
    Time last_packet{};  ///< epoch: none yet
    std::vector<std::string> issues;
};

class Publication {
  public:
    /// `deliver` is called in the order of the events, never twice at once; it must not block. `bytes` are to be
    /// given back by written().
    using Deliver = std::function<void(media::mp4::SegmenterEvents events, std::uint64_t bytes, bool last)>;
    Publication(media::mp4::Segmenter segmenter, Deliver deliver, Time begun);

    /// Which tracks will come, where the publisher says so.
    void announce(bool video, bool audio);
    void configure(const media::TrackConfig& config);
    /// Fails with the reason once the publisher must go.
    Result<void> push(media::Packet packet, Time arrival);
    /// Bytes handed to the writer and not yet on the disk: who reads a socket waits while they are many.
    std::uint64_t backlog() const { return backlog_.load(std::memory_order_relaxed); }
    /// The publisher has gone. What it brought is delivered; later packets are refused.
    void end();

    /// Called once, by any thread, when the publisher must go; at once if that is so already.
    void on_dropped(std::function<void(const std::string& reason)> handler);

    // For the session:
    void drop(std::string reason);
    void written(std::uint64_t bytes) { backlog_.fetch_sub(bytes, std::memory_order_relaxed); }
    Time last_packet() const;
    IngestReport take_report(Time now);
    std::chrono::seconds target_duration() const;

  private:
    void hand_over(media::mp4::SegmenterEvents events, bool last);

    mutable std::mutex mutex_;
    media::mp4::Segmenter segmenter_;
    Deliver deliver_;
    IngestHealth health_;
    std::uint64_t bytes_ = 0;
    std::uint64_t packets_ = 0;
    Time last_packet_;
    bool ended_ = false;
    std::optional<std::string> dropped_;
    std::function<void(const std::string&)> on_dropped_;
    std::atomic<std::uint64_t> backlog_{0};
};

}  // namespace spanreel::live
