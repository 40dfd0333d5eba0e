// SPDX-License-Identifier: Apache-2.0
#include "live/recordings.hpp"

#include "base/encoding.hpp"
#include "live/asset_description.hpp"
#include "live/stream_sessions.hpp"
#include "media/hls/playlist.hpp"

namespace spanreel::live {

using media::mp4::Anchor;
using media::mp4::MediaTime;
using media::mp4::RecordingIndex;
using media::mp4::SegmentInfo;

namespace {

/// A day of video at a few hundred samples a segment stays far below.
constexpr std::uint64_t kMaxIndexBytes = 1u << 30;
/// What a view takes beside its segments, roughly.
constexpr std::size_t kViewBytes = 4096;
constexpr std::size_t kTagBytes = 16;

std::vector<Anchor> anchors_of(const std::vector<SegmentInfo>& segments) {
    std::vector<Anchor> anchors;
    anchors.reserve(segments.size());
    for (const SegmentInfo& segment : segments) anchors.push_back(segment.anchor);
    return anchors;
}

std::vector<SegmentInfo> infos_of(const RecordingIndex& index) {
    std::vector<SegmentInfo> infos;
    infos.reserve(index.segments.size());
    for (const auto& segment : index.segments) infos.push_back(segment.info);
    return infos;
}

}  // namespace

media::mp4::TimelinePosition SessionTimeline::media_time_at(Time wall) const {
    return media::mp4::media_time_at(anchors_of(segments), end(), wall);
}

Time SessionTimeline::wall_time_at(MediaTime media) const {
    return media::mp4::wall_time_at(anchors_of(segments), end(), media);
}

Recordings::Recordings(store::MetaStore& meta, store::MediaStore& media, const StreamSessions& sessions)
    : meta_(meta), media_(media), sessions_(sessions) {}

Result<SessionTimeline> Recordings::timeline(std::string_view session_id) {
    SPANREEL_TRY(const StreamSession session, meta_.session(session_id));
    return timeline(session);
}

Result<SessionTimeline> Recordings::timeline(const StreamSession& session) {
    if (const auto window = sessions_.window_of_session(session.id)) {
        SessionTimeline growing{.segments = window->whole().segments};
        media::mp4::correct_anchors(growing.segments);
        return growing;
    }
    if (session.media_directory.empty()) return SessionTimeline{.complete = true};
    if (session.state == SessionState::ended) {
        SPANREEL_TRY(const auto view, ended(session.media_directory));
        return SessionTimeline{.segments = view->segments, .complete = true};
    }
    SPANREEL_TRY(const RecordingIndex read, index(session.media_directory));
    return SessionTimeline{.segments = infos_of(read), .complete = true};
}

Result<RecordingIndex> Recordings::index(std::string_view media_directory) {
    SPANREEL_TRY(const std::string bytes, media_.read_all(media_directory, media::mp4::kIndexName, kMaxIndexBytes));
    RecordingIndex read = media::mp4::read_index(as_bytes(bytes));
    std::vector<SegmentInfo> infos = infos_of(read);
    media::mp4::correct_anchors(infos);
    for (std::size_t i = 0; i < infos.size(); ++i) read.segments[i].info.anchor = infos[i].anchor;
    return read;
}

Result<std::shared_ptr<const WindowView>> Recordings::ended(const std::string& media_directory) {
    const auto make = [&]() -> Result<WindowView> {
        SPANREEL_TRY(const RecordingIndex read, index(media_directory));
        WindowView view{.segments = infos_of(read), .ended = true};
        view.target_duration = media::hls::longest_target(view.segments);
        if (!view.segments.empty()) {
            view.discontinuity_sequence = view.segments.front().discontinuity;
            view.frame_rate = media::hls::frame_rate(read.segments.back());
        }
        if (!read.inits.empty()) view.init = read.inits.back();
        return view;
    };
    return views_.get(media_directory, make,
                      [](const WindowView& view) { return kViewBytes + view.segments.size() * sizeof(SegmentInfo); });
}

Result<Recordings::Mp4> Recordings::mp4(const Asset& asset) {
    if (asset.phase != AssetPhase::ready)
        return fail(Code::not_found, "The MP4 is there when the recording is complete.");
    const auto make = [&]() -> Result<TaggedMp4> {
        SPANREEL_TRY(const RecordingIndex read, index(asset.media_directory));
        SPANREEL_TRY(media::mp4::VirtualMp4 file, build_mp4(read, window_of(asset)));
        // Of the head, not of the asset: a version of the program that lays it out differently must not continue a
        // download that another one began.
        std::string etag = fmt::format("\"{}\"", to_hex(as_bytes(sha256(as_bytes(file.head())).substr(0, kTagBytes))));
        return TaggedMp4{.file = std::move(file), .etag = std::move(etag)};
    };
    SPANREEL_TRY(const std::shared_ptr<const TaggedMp4> made, mp4s_.get(asset.id, make, [](const TaggedMp4& mp4) {
        return mp4.file.head().size() + mp4.file.extents().size() * sizeof(media::mp4::Extent);
    }));
    return Mp4{.file = {made, &made->file}, .media_directory = asset.media_directory, .etag = made->etag};
}

std::optional<media::mp4::Window> window_of(const Asset& asset) {
    if (asset.source != AssetSource::clip) return std::nullopt;
    return media::mp4::Window{.start = from_model_ticks(asset.window_start), .end = from_model_ticks(asset.window_end)};
}

}  // namespace spanreel::live
