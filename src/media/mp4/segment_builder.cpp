// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/segment_builder.hpp"

#include <algorithm>
#include <utility>

#include "media/mp4/fragment.hpp"

namespace spanreel::media::mp4 {

SegmentBuilder::SegmentBuilder(const SegmentInfo& info, const Init& init)
    : has_video_(init.find(TrackKind::video) != nullptr), part_start_(info.start()) {
    segment_.info = info;
    for (TrackKind kind : {TrackKind::video, TrackKind::audio}) {
        Lane& lane = lanes_[static_cast<std::size_t>(kind)];
        lane.table.kind = kind;
        if (const TrackConfig* track = init.find(kind)) lane.table.timescale = track->timescale;
    }
}

void SegmentBuilder::add(TimedPacket timed) {
    Packet& packet = timed.packet;
    Lane& lane = lanes_[static_cast<std::size_t>(packet.kind)];
    if (lane.table.samples.empty()) lane.table.decode_start = packet.dts;
    lane.table.samples.push_back({.duration = timed.duration,
                                  .size = static_cast<std::uint32_t>(packet.payload.size()),
                                  .composition_offset = static_cast<std::int32_t>(packet.pts - packet.dts),
                                  .key = packet.key});
    part_bytes_ += packet.payload.size();
    ++sample_count_;
    lane.payloads.push_back(std::move(packet.payload));
}

std::optional<PartClosed> SegmentBuilder::close_part(MediaTime until) {
    if (part_bytes_ == 0) return std::nullopt;
    PartClosed out{.segment = segment_.info.number, .index = static_cast<std::uint32_t>(segment_.parts.size())};
    std::vector<FragmentRun> runs;
    runs.reserve(lanes_.size());
    for (const Lane& lane : lanes_) {
        runs.push_back(
            {.kind = lane.table.kind, .decode_start = lane.table.decode_start, .samples = lane.table.samples});
    }
    out.bytes = fragment_head(fragment_sequence(out.segment, out.index), runs);
    out.bytes.reserve(out.bytes.size() + part_bytes_);
    for (Lane& lane : lanes_) {
        if (lane.payloads.empty()) continue;
        lane.table.chunks = {{.offset = segment_.info.size + out.bytes.size(),
                              .sample_count = static_cast<std::uint32_t>(lane.payloads.size())}};
        for (const std::string& payload : lane.payloads) out.bytes += payload;
        append(lane.table);
        out.tracks.push_back(lane.table);
        lane.table.samples.clear();
        lane.payloads.clear();
    }
    const SampleTable& first = out.tracks.front();
    out.part = {.offset = segment_.info.size,
                .size = out.bytes.size(),
                .duration = std::max(Nanos(0), until - part_start_),
                .independent = !has_video_ || (first.kind == TrackKind::video && first.samples.front().key)};
    segment_.parts.push_back(out.part);
    segment_.info.size += out.bytes.size();
    part_bytes_ = 0;
    part_start_ = until;
    return out;
}

void SegmentBuilder::append(const SampleTable& part) {
    auto found = std::ranges::find(segment_.tracks, part.kind, &SampleTable::kind);
    if (found == segment_.tracks.end()) {
        const bool before_audio = part.kind == TrackKind::video;
        segment_.tracks.insert(before_audio ? segment_.tracks.begin() : segment_.tracks.end(), part);
        return;
    }
    found->samples.insert(found->samples.end(), part.samples.begin(), part.samples.end());
    found->chunks.insert(found->chunks.end(), part.chunks.begin(), part.chunks.end());
}

Segment SegmentBuilder::finish(MediaTime until) {
    segment_.info.duration = std::max(Nanos(0), until - segment_.info.start());
    segment_.info.independent = !segment_.parts.empty() && segment_.parts.front().independent;
    return std::move(segment_);
}

MediaTime SegmentBuilder::presentation_end() const {
    MediaTime end = segment_.info.start();
    for (const SampleTable& table : segment_.tracks) {
        end = std::max(end, to_media_time(table.presentation_end(), table.timescale));
    }
    for (const Lane& lane : lanes_) {
        if (lane.payloads.empty()) continue;
        end = std::max(end, to_media_time(lane.table.presentation_end(), lane.table.timescale));
    }
    return end;
}

}  // namespace spanreel::media::mp4
