// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "media/cut/clip.hpp"
#include "media/mp4/fragment.hpp"

namespace spanreel::media::cut {
namespace {

using mp4::Extent;
using mp4::SampleTable;
using mp4::Segment;

/// A clip segment's samples of one track, with where each byte comes from.
struct Source {
    SampleTable table;  ///< without chunks
    std::vector<Extent> payload;
    std::uint64_t size = 0;
};

Source to_source(const SampleTable& table, std::uint64_t segment) {
    Source source{.table = {.kind = table.kind,
                            .timescale = table.timescale,
                            .decode_start = table.decode_start,
                            .samples = table.samples}};
    auto sample = table.samples.begin();
    for (const mp4::Chunk& chunk : table.chunks) {
        Extent extent{.segment = segment, .offset = chunk.offset};
        for (std::uint32_t i = 0; i < chunk.sample_count; ++i) extent.length += (sample++)->size;
        source.size += extent.length;
        source.payload.push_back(extent);
    }
    return source;
}

using Sources = std::vector<Source>;

Sources to_sources(const Segment& segment) {
    Sources sources;
    for (const SampleTable& table : segment.tracks) sources.push_back(to_source(table, segment.info.number));
    return sources;
}

/// The sound that lies in the segment before the clip's first picture goes into the segment of that picture. Sound
/// that does not reach it without a hole is only the decoder's lead-in, and is left out.
void prepend(const Source& sound, Sources& sources) {
    const auto into = std::ranges::find(sources, TrackKind::audio, [](const Source& s) { return s.table.kind; });
    if (into == sources.end()) {
        sources.push_back(sound);
        return;
    }
    if (sound.table.decode_end() != into->table.decode_start) return;
    Source joined = sound;
    joined.table.samples.insert(joined.table.samples.end(), into->table.samples.begin(), into->table.samples.end());
    joined.payload.insert(joined.payload.end(), into->payload.begin(), into->payload.end());
    joined.size += into->size;
    *into = std::move(joined);
}

/// One fragment that holds all samples; its payload is still in the source's files.
ClipSegment make_segment(mp4::SegmentInfo info, Sources sources) {
    std::vector<mp4::FragmentRun> runs;
    for (const Source& source : sources) {
        runs.push_back(
            {.kind = source.table.kind, .decode_start = source.table.decode_start, .samples = source.table.samples});
    }
    ClipSegment out{.segment = {.info = info}, .head = fragment_head(mp4::fragment_sequence(info.number, 0), runs)};
    std::uint64_t size = out.head.size();
    for (Source& source : sources) {
        source.table.chunks = {
            {.offset = size, .sample_count = static_cast<std::uint32_t>(source.table.samples.size())}};
        size += source.size;
        out.payload.insert(out.payload.end(), source.payload.begin(), source.payload.end());
        out.segment.tracks.push_back(std::move(source.table));
    }
    const SampleTable& first = out.segment.tracks.front();
    out.segment.info.independent = first.kind == TrackKind::audio || first.samples.front().key;
    out.segment.info.size = size;
    out.segment.parts = {
        {.offset = 0, .size = size, .duration = info.duration, .independent = out.segment.info.independent}};
    return out;
}

/// Numbers the inits of a clip from 0 in the order they are used.
class InitNumbers {
  public:
    explicit InitNumbers(std::span<const mp4::Init> source) : source_(source) {}

    Result<const mp4::Init*> use(std::uint32_t number) {
        const auto known = numbers_.find(number);
        if (known != numbers_.end()) return &used_[known->second];
        const auto found = std::ranges::find(source_, number, &mp4::Init::number);
        if (found == source_.end()) return fail(Code::corrupt, fmt::format("init {} is not in the index", number));
        const auto own = static_cast<std::uint32_t>(used_.size());
        numbers_.emplace(number, own);
        used_.push_back({.number = own, .tracks = found->tracks});
        return &used_.back();
    }
    std::vector<mp4::Init> take() { return std::move(used_); }

  private:
    std::span<const mp4::Init> source_;
    std::map<std::uint32_t, std::uint32_t> numbers_;
    std::vector<mp4::Init> used_;
};

/// Whether a clip's first segment holds only sound that leads to the picture of the second.
bool leads_in(std::span<const Segment> segments) {
    return segments.size() > 1 && !segments[0].find(TrackKind::video) && segments[1].find(TrackKind::video) &&
           segments[0].info.init == segments[1].info.init && !segments[1].info.discontinuity;
}

}  // namespace

Result<Clip> plan_clip(const Cut& cut, std::span<const mp4::Init> inits) {
    Clip clip{.window = cut.window};
    InitNumbers numbers(inits);
    const std::size_t skipped = leads_in(cut.segments) ? 1 : 0;
    for (std::size_t i = skipped; i < cut.segments.size(); ++i) {
        const Segment& segment = cut.segments[i];
        SPANREEL_TRY(const mp4::Init* init, numbers.use(segment.info.init));
        Sources sources = to_sources(segment);
        if (i == skipped && skipped == 1)
            prepend(to_source(cut.segments[0].tracks[0], cut.segments[0].info.number), sources);
        mp4::SegmentInfo info = segment.info;
        info.number = clip.segments.size();
        info.init = init->number;
        if (clip.segments.empty()) {
            info.discontinuity = false;
            info.duration = segment.info.end() - cut.segments.front().info.start();
            info.anchor = cut.segments.front().info.anchor;
        }
        clip.segments.push_back(make_segment(info, std::move(sources)));
    }
    clip.inits = numbers.take();
    return clip;
}

}  // namespace spanreel::media::cut
