// SPDX-License-Identifier: Apache-2.0
#include "live/recordings.hpp"

#include "live/asset_description.hpp"
#include "live/stream_sessions.hpp"

namespace spanreel::live {

using media::mp4::Anchor;
using media::mp4::MediaTime;
using media::mp4::RecordingIndex;
using media::mp4::SegmentInfo;

namespace {

/// A day of video at a few hundred samples a segment stays far below.
constexpr std::uint64_t kMaxIndexBytes = 1u << 30;

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

Result<Recordings::Mp4> Recordings::mp4(const Asset& asset) {
    {
        std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(kept_, asset.id, [](const auto& entry) -> auto& { return entry.first; });
        if (found != kept_.end()) {
            kept_.splice(kept_.begin(), kept_, found);
            return found->second;
        }
    }
    SPANREEL_TRY(const RecordingIndex read, index(asset.media_directory));
    SPANREEL_TRY(media::mp4::VirtualMp4 file, build_mp4(read, window_of(asset)));
    const std::size_t segments = read.segments.size();
    Mp4 made{.file = std::make_shared<const media::mp4::VirtualMp4>(std::move(file)),
             .media_directory = asset.media_directory,
             .etag = fmt::format("\"{}-{}\"", asset.id, segments)};
    if (asset.phase != AssetPhase::ready) return made;
    std::lock_guard lock(mutex_);
    kept_.emplace_front(asset.id, made);
    if (kept_.size() > kKeptFiles) kept_.pop_back();
    return made;
}

std::optional<media::mp4::Window> window_of(const Asset& asset) {
    if (asset.source != AssetSource::clip) return std::nullopt;
    return media::mp4::Window{.start = from_model_ticks(asset.window_start), .end = from_model_ticks(asset.window_end)};
}

}  // namespace spanreel::live
