// SPDX-License-Identifier: Apache-2.0
#include "live/clip_writer.hpp"

#include "live/asset_description.hpp"
#include "media/cut/clip.hpp"
#include "media/mp4/init_segment.hpp"

namespace spanreel::live {

using media::cut::Clip;
using media::cut::ClipSegment;
using media::mp4::RecordingIndex;

namespace {

Result<void> write_clip_segment(store::MediaStore& media, const std::string& source, const std::string& target,
                                const ClipSegment& wanted) {
    const std::uint64_t number = wanted.segment.info.number;
    SPANREEL_TRY(const auto file, media.append_to(target, media::mp4::open_segment_name(number)));
    SPANREEL_CHECK(file->append(as_bytes(wanted.head)));
    for (const auto& extent : wanted.payload)
        SPANREEL_CHECK(
            media.copy(source, media::mp4::segment_name(extent.segment), extent.offset, extent.length, *file));
    return file->seal(media::mp4::segment_name(number));
}

RecordingIndex index_of(Clip clip) {
    RecordingIndex index{.inits = std::move(clip.inits)};
    for (ClipSegment& part : clip.segments) index.segments.push_back(std::move(part.segment));
    return index;
}

}  // namespace

Result<void> write_clip(store::MediaStore& media, const std::string& source_directory, const RecordingIndex& source,
                        media::mp4::MediaTime start, media::mp4::MediaTime end, Asset& asset) {
    SPANREEL_TRY(const media::cut::Cut cut, media::cut::cut_segments(source.segments, start, end));
    SPANREEL_TRY(Clip clip, media::cut::plan_clip(cut, source.inits));
    const std::string& target = asset.media_directory;
    SPANREEL_CHECK(media.remove_directory(target));
    SPANREEL_CHECK(media.create_directory(target));
    for (const auto& init : clip.inits)
        SPANREEL_CHECK(
            media.write(target, media::mp4::init_name(init.number), as_bytes(media::mp4::init_segment(init))));
    for (const ClipSegment& part : clip.segments)
        SPANREEL_CHECK(write_clip_segment(media, source_directory, target, part));

    const media::mp4::Window window = clip.window;
    const RecordingIndex index = index_of(std::move(clip));
    std::string records = media::mp4::index_header();
    for (const auto& init : index.inits) records += media::mp4::encode_index_record(init);
    for (const auto& segment : index.segments) records += media::mp4::encode_index_record(segment);
    SPANREEL_CHECK(media.write(target, media::mp4::kIndexName, as_bytes(records)));
    return describe(asset, index, window);
}

}  // namespace spanreel::live
