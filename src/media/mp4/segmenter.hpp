// SPDX-License-Identifier: Apache-2.0
// Packets in, fMP4 out: makes parts of about half a second and segments of about two out of one stream session,
// across reconnects, on one media time line. One owner, one thread at a time; times are arguments; no I/O: the
// caller writes what the events carry, in their order.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "media/mp4/recording.hpp"
#include "media/packet.hpp"

namespace spanreel::media::mp4 {

struct SegmenterLimits {
    Nanos part = std::chrono::milliseconds(500);
    Nanos segment = std::chrono::seconds(2);  ///< cut at the first key frame from here on
    /// A segment without a key frame is cut here. Once the first segment is closed the limit falls to its duration
    /// rounded to seconds (at least `segment`), so that EXT-X-TARGETDURATION never has to change.
    Nanos longest_segment = std::chrono::seconds(10);
    Nanos track_wait = std::chrono::seconds(2);         ///< media time to wait for a track that is missing at the start
    Nanos interleave = std::chrono::milliseconds(500);  ///< longest time one track waits for the other later on
    Nanos forward_jump = std::chrono::seconds(10);      ///< timestamps further ahead than this are a discontinuity
    Nanos backward_jump = std::chrono::seconds(1);      ///< likewise further back
    std::uint64_t part_bytes = 16u << 20;               ///< a part is closed at this size whatever its duration
    std::uint64_t segment_bytes = 256u << 20;           ///< likewise a segment
    std::size_t segment_samples = 60'000;               ///< likewise
    std::uint64_t packet_bytes = 16u << 20;             ///< a larger packet is dropped
    std::uint64_t queue_bytes = 32u << 20;              ///< packets held back for interleaving or at the start
};

/// The init that the segments after it refer to: write `bytes` as init_name(init.number), append `init` to the index.
struct InitStarted {
    Init init;
    std::string bytes;
};

/// A segment begins: append to the index, so that a crash finds what the open file belongs to.
struct SegmentStarted {
    SegmentInfo info;  ///< duration and size are 0, the anchor a first estimate
};

/// Append `bytes` to the open segment file.
struct PartClosed {
    std::uint64_t segment = 0;
    std::uint32_t index = 0;  ///< within the segment
    Part part;
    std::vector<SampleTable> tracks;  ///< offsets are those in the segment file
    std::string bytes;
};

/// Rename the open file, then append `segment` to the index.
struct SegmentClosed {
    Segment segment;
};

using SegmenterEvent = std::variant<InitStarted, SegmentStarted, PartClosed, SegmentClosed>;
using SegmenterEvents = std::vector<SegmenterEvent>;

/// Where a session stands, for a segmenter that continues it after a restart.
struct SegmenterResume {
    std::uint64_t next_segment = 0;
    std::optional<Init> init;         ///< the newest
    std::optional<SegmentInfo> last;  ///< the newest segment
    Nanos longest_segment{};          ///< of those recorded
};

class Segmenter {
  public:
    explicit Segmenter(SegmenterLimits limits = {}, SegmenterResume resume = {});
    ~Segmenter();
    Segmenter(Segmenter&&) noexcept;
    Segmenter& operator=(Segmenter&&) noexcept;

    /// A publisher connects: what was open is closed, the next packet starts a discontinuity.
    SegmenterEvents begin_connection();
    /// What the publisher says it will send, if it says so: only announced tracks are waited for. Per connection.
    void announce(bool video, bool audio);
    /// A track's configuration, before its packets. One that differs from the current one starts a new init at the
    /// next key frame; the same one again does nothing.
    void configure(const TrackConfig& config);
    /// Packets of a track come in decode order. Those of unconfigured tracks, empty ones and ones over the limit are
    /// dropped.
    SegmenterEvents push(Packet packet, Time arrival);
    /// The publisher has gone: closes the open part and segment.
    SegmenterEvents end_connection();

    /// End of the media time line so far.
    MediaTime end() const;
    /// What EXT-X-TARGETDURATION may promise for good; longest_segment until the first segment is closed.
    std::chrono::seconds target_duration() const;
    std::uint64_t dropped_packets() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spanreel::media::mp4
