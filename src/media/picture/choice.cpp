// SPDX-License-Identifier: Apache-2.0
#include "media/picture/choice.hpp"

#include <algorithm>
#include <deque>
#include <optional>

#include "media/picture/picture_job.hpp"

namespace spanreel::media::picture {

namespace {

using mp4::MediaTime;
using mp4::Segment;

struct Picture {
    CodedSample sample;
    std::uint32_t init = 0;
    bool key = false;
    MediaTime from{};
};

void append_pictures(const Segment& segment, std::vector<Picture>& pictures) {
    const mp4::SampleTable* table = segment.find(TrackKind::video);
    if (!table) return;
    auto sample = table->samples.begin();
    std::int64_t decode = table->decode_start;
    for (const mp4::Chunk& chunk : table->chunks) {
        std::uint64_t offset = chunk.offset;
        for (std::uint32_t i = 0; i < chunk.sample_count && sample != table->samples.end(); ++i, ++sample) {
            const std::int64_t shown = decode + sample->composition_offset;
            pictures.push_back({.sample = {.segment = segment.info.number,
                                           .offset = offset,
                                           .size = sample->size,
                                           .shown = mp4::rescale(shown, table->timescale, kVideoTimescale)},
                                .init = segment.info.init,
                                .key = sample->key,
                                .from = mp4::to_media_time(shown, table->timescale)});
            offset += sample->size;
            decode += sample->duration;
        }
    }
}

/// In decode order.
std::vector<Picture> pictures_of(const std::deque<Segment>& segments) {
    std::vector<Picture> pictures;
    for (const Segment& segment : segments) append_pictures(segment, pictures);
    return pictures;
}

/// Whether a later picture is known, so that no segment after these changes the choice.
bool goes_beyond(const std::vector<Picture>& pictures, MediaTime moment) {
    return std::ranges::any_of(pictures, [moment](const Picture& picture) { return picture.from > moment; });
}

using Place = std::vector<Picture>::const_iterator;

/// The last one on the screen at `moment`.
std::optional<Place> last_begun(const std::vector<Picture>& pictures, MediaTime moment, bool key) {
    std::optional<Place> last;
    for (Place at = pictures.begin(); at != pictures.end(); ++at)
        if (at->from <= moment && (at->key || !key) && (!last || at->from >= (*last)->from)) last = at;
    return last;
}

/// Where decoding has to begin. Pictures that follow a key frame in decode order but are shown before it refer to what
/// came before it (ISO 14496-15: an open group of pictures).
std::optional<Place> key_before(const std::vector<Picture>& pictures, Place wanted) {
    for (Place at = wanted;; --at) {
        if (at->init != wanted->init) return std::nullopt;
        if (at->key && at->from <= wanted->from) return at;
        if (at == pictures.begin()) return std::nullopt;
    }
}

std::optional<CodedPicture> choose(const std::vector<Picture>& pictures, MediaTime moment, Choice choice) {
    const auto wanted = last_begun(pictures, moment, choice == Choice::key_frame);
    if (!wanted) return std::nullopt;
    const auto key = key_before(pictures, *wanted);
    if (!key) return std::nullopt;
    CodedPicture coded{.init = (*wanted)->init};
    for (Place at = *key; at <= *wanted; ++at) coded.samples.push_back(at->sample);
    return coded;
}

}  // namespace

Result<CodedPicture> find_picture(std::span<const mp4::SegmentInfo> infos, const LoadSegment& load, MediaTime moment,
                                  Choice choice) {
    if (infos.empty()) return fail(Code::not_found, "Nothing is recorded.");
    moment += kTolerance;
    const auto after = std::ranges::upper_bound(infos, moment, {}, &mp4::SegmentInfo::start);
    auto first = static_cast<std::size_t>(after - infos.begin());
    first -= std::min<std::size_t>(first, 1);
    std::deque<Segment> segments;
    SPANREEL_TRY(segments.emplace_back(), load(first));
    std::vector<Picture> pictures = pictures_of(segments);
    if (!goes_beyond(pictures, moment) && first + 1 < infos.size()) {
        SPANREEL_TRY(segments.emplace_back(), load(first + 1));
        pictures = pictures_of(segments);
    }
    std::optional<CodedPicture> found = choose(pictures, moment, choice);
    while (!found && first > 0 && segments.size() < kMaxSegments) {
        SPANREEL_TRY(segments.emplace_front(), load(--first));
        pictures = pictures_of(segments);
        found = choose(pictures, moment, choice);
    }
    if (!found && first == 0 && !pictures.empty()) {
        const MediaTime begin = std::ranges::min(pictures, {}, &Picture::from).from;
        if (begin > moment) found = choose(pictures, begin, choice);
    }
    if (!found) return fail(Code::not_found, "There is no video at that moment.");
    if (found->samples.size() > kMaxTileSamples)
        return fail(Code::too_large, "The picture at that moment is too far from a key frame to be decoded.");
    return *std::move(found);
}

}  // namespace spanreel::media::picture
