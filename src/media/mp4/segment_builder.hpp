// SPDX-License-Identifier: Apache-2.0
// Collects the samples of the open segment and closes its parts: one moof and mdat each. Decides nothing about where
// to cut. Owned by a Segmenter.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/mp4/recording.hpp"
#include "media/mp4/segmenter.hpp"
#include "media/mp4/timed_packet.hpp"

namespace spanreel::media::mp4 {

class SegmentBuilder {
  public:
    /// `info` with duration and size still open; `init` is the one it names.
    SegmentBuilder(const SegmentInfo& info, const Init& init);

    /// In order of time, duration known.
    void add(TimedPacket packet);
    /// The part so far; `until` is where the next one begins. Nothing when it has no sample.
    std::optional<PartClosed> close_part(MediaTime until);
    /// The finished segment, after its last part.
    Segment finish(MediaTime until);

    const SegmentInfo& info() const { return segment_.info; }
    void set_anchor(const Anchor& anchor) { segment_.info.anchor = anchor; }
    MediaTime part_start() const { return part_start_; }
    std::uint64_t part_bytes() const { return part_bytes_; }
    std::uint64_t bytes() const { return segment_.info.size + part_bytes_; }
    std::size_t sample_count() const { return sample_count_; }
    /// The last moment any sample is shown or heard.
    MediaTime presentation_end() const;

  private:
    /// What one track has in the open part.
    struct Lane {
        SampleTable table;
        std::vector<std::string> payloads;
    };
    void append(const SampleTable& part);

    Segment segment_;
    bool has_video_;
    std::array<Lane, 2> lanes_;  ///< video, audio: the order in the file
    std::uint64_t part_bytes_ = 0;
    std::size_t sample_count_ = 0;
    MediaTime part_start_;
};

}  // namespace spanreel::media::mp4
