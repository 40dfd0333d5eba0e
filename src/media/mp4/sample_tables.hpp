// SPDX-License-Identifier: Apache-2.0
// Collects one track of a progressive MP4: stts, ctts, stss, stsz, stsc and stco (ISO 14496-12 8.6, 8.7), run by run
// as segments come, so that a long recording costs a few bytes per sample. Used by virtual_mp4 alone.
#pragma once
#include <cstdint>
#include <vector>

#include "media/mp4/box_writer.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

class SampleTables {
  public:
    /// Files have one timescale per track: later configurations with another one are converted.
    explicit SampleTables(const TrackConfig& first) : configs_{first} {}

    /// The table's chunks lie at `payload_base` + their offset in the payload.
    void add(const SampleTable& table, const TrackConfig& config, std::uint64_t payload_base);
    /// The boxes after stsd. Chunk offsets have 64 bits if `wide`, and still count from the start of the payload.
    void write(BoxWriter& out, bool wide);
    /// Adds where the payload begins to the chunk offsets written.
    void move_chunks(BoxWriter& out, std::uint64_t payload_start) const;

    const std::vector<TrackConfig>& configs() const { return configs_; }
    std::uint32_t timescale() const { return configs_.front().timescale; }
    bool empty() const { return sizes_.empty(); }
    /// First and one past the last tick shown, on the media time line.
    std::int64_t presentation_start() const { return presentation_start_; }
    std::int64_t presentation_end() const { return presentation_end_; }
    std::uint64_t media_duration() const;
    /// A moment of the media time line as the composition time edit lists name.
    std::int64_t composition_time(std::int64_t ticks) const { return ticks - first_decode_ + composition_shift(); }

  private:
    struct DurationRun {
        std::uint32_t count;
        std::uint32_t duration;
    };
    struct CompositionRun {
        std::uint32_t count;
        std::int32_t offset;
    };
    struct ChunkRun {
        std::uint32_t first_chunk;
        std::uint32_t samples;
        std::uint32_t description;
    };
    std::uint32_t description_index(const TrackConfig& config);
    void add_sample(const Sample& sample, std::int64_t decode, std::int64_t shown, std::int64_t shown_until);
    void add_duration(std::uint32_t duration);
    /// Added to every composition offset, so that none is negative: libavformat shows pictures of a track with
    /// negative ones too late.
    std::int64_t composition_shift() const { return std::max<std::int64_t>(0, -std::int64_t{lowest_composition_}); }

    std::vector<TrackConfig> configs_;
    std::vector<DurationRun> durations_;  ///< of all samples but the last
    std::vector<CompositionRun> compositions_;
    std::vector<std::uint32_t> sizes_;
    std::vector<std::uint32_t> key_samples_;  ///< from 1
    std::vector<ChunkRun> chunk_runs_;
    std::vector<std::uint64_t> chunk_offsets_;
    std::size_t chunks_written_at_ = 0;
    bool wide_ = false;

    std::int64_t first_decode_ = 0;
    std::int64_t last_decode_ = 0;
    std::uint32_t last_duration_ = 0;
    std::int32_t lowest_composition_ = 0;
    std::int64_t presentation_start_ = 0;
    std::int64_t presentation_end_ = 0;
};

}  // namespace spanreel::media::mp4
