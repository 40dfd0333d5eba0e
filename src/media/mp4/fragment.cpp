// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/fragment.hpp"

#include <algorithm>

#include "media/mp4/box_writer.hpp"
#include "media/mp4/fragment_layout.hpp"

namespace spanreel::media::mp4 {
namespace {

std::uint64_t payload_size(const FragmentRun& run) {
    std::uint64_t size = 0;
    for (const Sample& sample : run.samples) size += sample.size;
    return size;
}

/// Returns where the run's data offset has to be filled in.
std::size_t write_run(BoxWriter& out, const FragmentRun& run) {
    const bool video = run.kind == TrackKind::video;
    std::size_t data_offset_at = 0;
    out.full_box("trun", 1, video ? kVideoRunFlags : kAudioRunFlags, [&] {
        out.u32be(static_cast<std::uint32_t>(run.samples.size()));
        data_offset_at = out.size();
        out.u32be(0);
        for (const Sample& sample : run.samples) {
            out.u32be(sample.duration);
            out.u32be(sample.size);
            if (!video) continue;
            out.u32be(sample.key ? kKeySampleFlags : kDependentSampleFlags);
            out.u32be(static_cast<std::uint32_t>(sample.composition_offset));
        }
    });
    return data_offset_at;
}

}  // namespace

std::string fragment_head(std::uint32_t sequence, std::span<const FragmentRun> runs) {
    std::string bytes;
    BoxWriter out(bytes);
    std::vector<std::size_t> data_offsets_at;
    out.box("moof", [&] {
        out.full_box("mfhd", 0, 0, [&] { out.u32be(sequence); });
        for (const FragmentRun& run : runs) {
            if (run.samples.empty()) continue;
            const bool video = run.kind == TrackKind::video;
            out.box("traf", [&] {
                out.full_box("tfhd", 0, video ? kVideoHeaderFlags : kAudioHeaderFlags, [&] {
                    out.u32be(track_id(run.kind));
                    if (!video) out.u32be(kKeySampleFlags);
                });
                out.full_box("tfdt", 1, 0, [&] {
                    out.u64be(static_cast<std::uint64_t>(std::max<std::int64_t>(0, run.decode_start)));
                });
                data_offsets_at.push_back(write_run(out, run));
            });
        }
    });
    // Offsets count from the start of the moof (default-base-is-moof).
    std::uint64_t data_offset = bytes.size() + kBoxHeaderSize;
    std::size_t written = 0;
    for (const FragmentRun& run : runs) {
        if (run.samples.empty()) continue;
        out.patch_u32be(data_offsets_at[written++], static_cast<std::uint32_t>(data_offset));
        data_offset += payload_size(run);
    }
    out.u32be(static_cast<std::uint32_t>(data_offset - bytes.size()));
    out.text("mdat");
    return bytes;
}

}  // namespace spanreel::media::mp4
