// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/sample_tables.hpp"

#include <algorithm>
#include <limits>

namespace spanreel::media::mp4 {

void SampleTables::add(const SampleTable& table, const TrackConfig& config, std::uint64_t payload_base) {
    const std::uint32_t description = description_index(config);
    const auto own = [&](std::int64_t ticks) {
        return table.timescale == timescale() ? ticks : rescale(ticks, table.timescale, timescale());
    };
    std::int64_t decode = table.decode_start;
    auto sample = table.samples.begin();
    for (const Chunk& chunk : table.chunks) {
        if (chunk.sample_count == 0) continue;
        chunk_offsets_.push_back(payload_base + chunk.offset);
        if (chunk_runs_.empty() || chunk_runs_.back().samples != chunk.sample_count ||
            chunk_runs_.back().description != description) {
            chunk_runs_.push_back({.first_chunk = static_cast<std::uint32_t>(chunk_offsets_.size()),
                                   .samples = chunk.sample_count,
                                   .description = description});
        }
        for (std::uint32_t i = 0; i < chunk.sample_count; ++i, ++sample) {
            const std::int64_t shown = decode + sample->composition_offset;
            add_sample(*sample, own(decode), own(shown), own(shown + sample->duration));
            decode += sample->duration;
        }
    }
}

std::uint32_t SampleTables::description_index(const TrackConfig& config) {
    auto found = std::ranges::find(configs_, config);
    if (found == configs_.end()) found = configs_.insert(configs_.end(), config);
    return static_cast<std::uint32_t>(found - configs_.begin()) + 1;
}

void SampleTables::add_sample(const Sample& sample, std::int64_t decode, std::int64_t shown, std::int64_t shown_until) {
    if (sizes_.empty()) {
        first_decode_ = decode;
        presentation_start_ = shown;
        presentation_end_ = shown_until;
    } else {
        // What counts is when a picture is shown: decode times that do not grow give way.
        decode = std::max(decode, last_decode_ + 1);
        const std::int64_t duration = decode - last_decode_;
        constexpr std::int64_t kLongest = std::numeric_limits<std::uint32_t>::max();
        add_duration(static_cast<std::uint32_t>(std::min(duration, kLongest)));
    }
    const auto composition = static_cast<std::int32_t>(shown - decode);
    if (compositions_.empty() || compositions_.back().offset != composition) {
        compositions_.push_back({.count = 0, .offset = composition});
    }
    ++compositions_.back().count;
    lowest_composition_ = std::min(lowest_composition_, composition);
    sizes_.push_back(sample.size);
    if (sample.key) key_samples_.push_back(static_cast<std::uint32_t>(sizes_.size()));
    last_decode_ = decode;
    last_duration_ = static_cast<std::uint32_t>(std::max<std::int64_t>(0, shown_until - shown));
    presentation_start_ = std::min(presentation_start_, shown);
    presentation_end_ = std::max(presentation_end_, shown_until);
}

void SampleTables::add_duration(std::uint32_t duration) {
    if (durations_.empty() || durations_.back().duration != duration) {
        durations_.push_back({.count = 0, .duration = duration});
    }
    ++durations_.back().count;
}

std::uint64_t SampleTables::media_duration() const {
    return static_cast<std::uint64_t>(last_decode_ - first_decode_) + last_duration_;
}

void SampleTables::write(BoxWriter& out, bool wide) {
    add_duration(last_duration_);
    out.full_box("stts", 0, 0, [&] {
        out.u32be(static_cast<std::uint32_t>(durations_.size()));
        for (const DurationRun& run : durations_) {
            out.u32be(run.count);
            out.u32be(run.duration);
        }
    });
    if (compositions_.size() > 1 || compositions_.front().offset != 0) {
        out.full_box("ctts", 0, 0, [&] {
            out.u32be(static_cast<std::uint32_t>(compositions_.size()));
            for (const CompositionRun& run : compositions_) {
                out.u32be(run.count);
                out.u32be(static_cast<std::uint32_t>(run.offset + composition_shift()));
            }
        });
    }
    if (key_samples_.size() != sizes_.size()) {  // without the box every sample is a key
        out.full_box("stss", 0, 0, [&] {
            out.u32be(static_cast<std::uint32_t>(key_samples_.size()));
            for (std::uint32_t sample : key_samples_) out.u32be(sample);
        });
    }
    out.full_box("stsc", 0, 0, [&] {
        out.u32be(static_cast<std::uint32_t>(chunk_runs_.size()));
        for (const ChunkRun& run : chunk_runs_) {
            out.u32be(run.first_chunk);
            out.u32be(run.samples);
            out.u32be(run.description);
        }
    });
    out.full_box("stsz", 0, 0, [&] {
        out.u32be(0);  // sizes differ
        out.u32be(static_cast<std::uint32_t>(sizes_.size()));
        for (std::uint32_t size : sizes_) out.u32be(size);
    });
    wide_ = wide;
    out.full_box(wide ? "co64" : "stco", 0, 0, [&] {
        out.u32be(static_cast<std::uint32_t>(chunk_offsets_.size()));
        chunks_written_at_ = out.size();
        out.zeros(chunk_offsets_.size() * (wide ? 8 : 4));
    });
}

void SampleTables::move_chunks(BoxWriter& out, std::uint64_t payload_start) const {
    std::size_t at = chunks_written_at_;
    for (std::uint64_t offset : chunk_offsets_) {
        offset += payload_start;
        if (wide_) {
            out.patch_u32be(at, static_cast<std::uint32_t>(offset >> 32));
            at += 4;
        }
        out.patch_u32be(at, static_cast<std::uint32_t>(offset));
        at += 4;
    }
}

}  // namespace spanreel::media::mp4
