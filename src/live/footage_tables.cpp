// SPDX-License-Identifier: Apache-2.0
#include "live/footage_tables.hpp"

#include "base/log.hpp"
#include "media/mp4/fragment.hpp"

namespace spanreel::live {

using media::mp4::Init;
using media::mp4::Segment;
using media::mp4::SegmentInfo;

namespace {

/// Far above what the fastest publisher makes in the time of a segment.
constexpr std::uint64_t kMaxSegmentBytes = 256 << 20;

std::uint64_t number_of(const Segment& segment) { return segment.info.number; }

}  // namespace

std::unexpected<Error> unreadable(const Error& error) {
    log::warning("picture not read", {{"error", error.message}});
    return fail(error.code, "The recording of that moment cannot be read.");
}

Result<void> FootageTables::read_index() {
    if (index_) return {};
    auto index = recordings_.index(footage_.media_directory);
    if (!index) return unreadable(index.error());
    index_ = *std::move(index);
    return {};
}

/// Playlists keep the newest one; a session that changed its format has more, which the index tells.
Result<Init> FootageTables::init(std::uint32_t number) {
    const auto& newest = footage_.view->init;
    if (newest && newest->number == number) return *newest;
    SPANREEL_CHECK(read_index());
    const auto found = std::ranges::find(index_->inits, number, &Init::number);
    if (found == index_->inits.end()) return fail(Code::corrupt, fmt::format("init {} is not in the index", number));
    return *found;
}

Result<Segment> FootageTables::segment(std::size_t place) {
    const SegmentInfo& info = footage_.view->segments[place];
    if (index_) {
        const auto found = std::ranges::lower_bound(index_->segments, info.number, {}, number_of);
        if (found != index_->segments.end() && found->info.number == info.number) return *found;
    }
    SPANREEL_TRY(const Init tracks, init(info.init));
    const std::string name = media::mp4::segment_name(info.number);
    const auto file = media_.read_all(footage_.media_directory, name, kMaxSegmentBytes);
    if (!file) return unreadable(file.error());
    auto fragments = media::mp4::read_fragments(as_bytes(*file), tracks);
    if (fragments.damage || fragments.complete_length < info.size)
        return fail(Code::unprocessable, "The recording is damaged at that moment.");
    return Segment{.info = info, .tracks = std::move(fragments.tracks)};
}

Result<media::TrackConfig> FootageTables::video(std::uint32_t number) {
    SPANREEL_TRY(const Init tracks, init(number));
    const media::TrackConfig* video = tracks.find(media::TrackKind::video);
    if (!video) return fail(Code::not_found, "There is no video at that moment.");
    return *video;
}

}  // namespace spanreel::live
