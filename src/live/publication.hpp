// SPDX-License-Identifier: Apache-2.0
// One publisher's hold on a stream session, whatever protocol it speaks: takes its packets, makes segments of them
// and hands these to the session's writer in order. Shared by the connection and the session; any thread, though
// packets come from one strand.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "live/ingest_health.hpp"
#include "media/mp4/segmenter.hpp"
#include "media/packet.hpp"

namespace spanreel::live {

/// What the disk has to do for an event besides taking its bytes, as bytes of the backlog: many small events cost as
/// much as few large ones.
inline constexpr std::uint64_t kEventCost = 4 << 10;
/// Likewise for an event whose file is synced and renamed.
inline constexpr std::uint64_t kSyncedEventCost = 128 << 10;

/// A publisher whose timestamps, or format, break off more often than this is dropped: each time begins a segment.
inline constexpr std::size_t kMaxJumps = 20;
inline constexpr std::chrono::seconds kJumpPeriod{10};

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

    void configure(const media::TrackConfig& config);
    /// Fails with the reason once the publisher must go.
    Result<void> push(media::Packet packet, Time arrival);
    /// Frames came that cannot be used.
    void lose_frames();
    /// What was handed to the writer and is not yet on the disk, in bytes, events at their cost: who reads a socket
    /// waits while they are many.
    std::uint64_t backlog() const { return backlog_.load(std::memory_order_relaxed); }
    /// The publisher has gone. What it brought is delivered; later packets are refused.
    void end();

    /// Called once, by any thread, when the publisher must go; at once if that is so already.
    void on_dropped(std::function<void(const std::string& reason)> handler);

    // For the session:
    void drop(const std::string& reason);
    void written(std::uint64_t bytes) { backlog_.fetch_sub(bytes, std::memory_order_relaxed); }
    Time last_packet() const;
    IngestReport take_report(Time now);
    std::chrono::seconds target_duration() const;

  private:
    void hand_over(media::mp4::SegmenterEvents events, bool last);
    bool jumps_too_often(std::size_t jumps, Time arrival);

    mutable std::mutex mutex_;
    media::mp4::Segmenter segmenter_;
    Deliver deliver_;
    IngestHealth health_;
    std::uint64_t bytes_ = 0;
    std::uint64_t packets_ = 0;
    Time last_packet_;
    std::deque<Time> jumps_;  ///< arrivals of the last ones, at most kMaxJumps
    bool ended_ = false;
    std::optional<std::string> dropped_;
    std::function<void(const std::string&)> on_dropped_;
    std::atomic<std::uint64_t> backlog_{0};
};

}  // namespace spanreel::live
