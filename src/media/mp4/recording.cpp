// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/recording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spanreel::media::mp4 {
namespace {

/// 34 years: nanoseconds of it, and sums of a few, stay within 64 bits.
constexpr std::int64_t kLongestSeconds = std::int64_t{1} << 30;

}  // namespace

const TrackConfig* Init::find(TrackKind kind) const {
    const auto found = std::ranges::find(tracks, kind, &TrackConfig::kind);
    return found == tracks.end() ? nullptr : &*found;
}

const SampleTable* Segment::find(TrackKind kind) const {
    const auto found = std::ranges::find(tracks, kind, &SampleTable::kind);
    return found == tracks.end() ? nullptr : &*found;
}

std::int64_t SampleTable::decode_end() const {
    std::int64_t end = decode_start;
    for (const Sample& sample : samples) end += sample.duration;
    return end;
}

std::int64_t SampleTable::presentation_start() const {
    if (samples.empty()) return decode_start;
    std::int64_t decode = decode_start;
    std::int64_t start = decode_start + samples.front().composition_offset;
    for (const Sample& sample : samples) {
        start = std::min(start, decode + sample.composition_offset);
        decode += sample.duration;
    }
    return start;
}

std::int64_t SampleTable::presentation_end() const {
    if (samples.empty()) return decode_start;
    std::int64_t decode = decode_start;
    std::int64_t end = presentation_start();
    for (const Sample& sample : samples) {
        end = std::max(end, decode + sample.composition_offset + sample.duration);
        decode += sample.duration;
    }
    return end;
}

bool is_within_limits(const SampleTable& table) {
    if (table.timescale == 0 || table.timescale > kLargestTimescale) return false;
    const std::int64_t latest = kLongestSeconds * table.timescale;
    // At most 2^32 ticks for each sample: the sum cannot overflow when the start is within the limit.
    return table.decode_start >= -latest && table.decode_start <= latest && table.decode_end() <= latest;
}

std::string init_name(std::uint32_t number) { return fmt::format("init-{}.mp4", number); }
std::string segment_name(std::uint64_t number) { return fmt::format("{:06}.m4s", number); }
std::string open_segment_name(std::uint64_t number) { return segment_name(number) + ".open"; }

}  // namespace spanreel::media::mp4
