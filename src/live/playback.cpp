// SPDX-License-Identifier: Apache-2.0
#include "live/playback.hpp"

#include "live/stream_sessions.hpp"
#include "media/hls/playlist.hpp"

namespace spanreel::live {

using media::hls::PlaylistKind;

namespace {

constexpr std::string_view kMediaPlaylistName = "media.m3u8";

std::unexpected<Error> nothing_at(std::string_view id) {
    return fail(Code::not_found, fmt::format("No playback URL found for {}", id));
}

bool digits_only(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `init-<number>.mp4` or `<number>.m4s`, as recordings name their files.
bool is_media_name(std::string_view name) {
    constexpr std::string_view kInit = "init-";
    constexpr std::string_view kInitEnd = ".mp4";
    constexpr std::string_view kSegmentEnd = ".m4s";
    constexpr std::size_t kLongest = 32;
    if (name.size() > kLongest) return false;
    if (name.starts_with(kInit) && name.ends_with(kInitEnd))
        return digits_only(name.substr(kInit.size(), name.size() - kInit.size() - kInitEnd.size()));
    return name.ends_with(kSegmentEnd) && digits_only(name.substr(0, name.size() - kSegmentEnd.size()));
}

/// One variant: the source as it came.
std::string single_variant(std::string uri, const WindowView& view) {
    const media::hls::Variant variant{
        .uri = std::move(uri),
        .tracks = view.init ? std::span(view.init->tracks) : std::span<const media::TrackConfig>{},
        .bandwidth = media::hls::measure_bandwidth(view.segments),
        .frame_rate = view.frame_rate};
    return media::hls::multivariant_playlist({&variant, 1});
}

/// Nothing where nothing is; any other failure stays one, lest players take a busy database for the end.
template <class T>
Result<std::optional<T>> if_there(Result<T> found) {
    if (found) return std::optional<T>(*std::move(found));
    if (found.error().code == Code::not_found) return std::optional<T>();
    return std::unexpected(std::move(found).error());
}

}  // namespace

bool plays(const Asset& asset) {
    const bool grows = asset.source == AssetSource::recording && asset.phase == AssetPhase::processing;
    return (grows || asset.phase == AssetPhase::ready) && !asset.deleted && !asset.media_directory.empty();
}

Playback::Playback(store::MetaStore& meta, store::MediaStore& media, StreamSessions& sessions, Recordings& recordings)
    : meta_(meta), media_(media), sessions_(sessions), recordings_(recordings) {}

Result<Playable> Playback::find(std::string_view id) {
    SPANREEL_TRY(std::optional<Stream> stream, if_there(meta_.stream_by_playback_id(id)));
    if (stream && !stream->suspended) return *std::move(stream);
    SPANREEL_TRY(std::optional<Asset> asset, if_there(meta_.asset_by_playback_id(id)));
    if (asset) return *std::move(asset);
    SPANREEL_TRY(std::optional<StreamSession> session, if_there(meta_.session(id)));
    if (!session) return nothing_at(id);
    SPANREEL_TRY(std::optional<Asset> recording, if_there(meta_.asset(session->id)));
    if (!recording || !plays(*recording)) return nothing_at(id);
    return PlayableRecording{*std::move(session), *std::move(recording)};
}

Result<Asset> Playback::playable_asset(std::string_view playback_id) {
    SPANREEL_TRY(std::optional<Asset> asset, if_there(meta_.asset_by_playback_id(playback_id)));
    if (!asset || !plays(*asset)) return nothing_at(playback_id);
    return *std::move(asset);
}

Result<std::shared_ptr<const WindowView>> Playback::view_of(const Asset& asset) {
    const auto window =
        asset.source == AssetSource::recording ? sessions_.window_of_session(asset.source_session_id) : nullptr;
    if (window) return std::make_shared<const WindowView>(window->whole());
    return recordings_.ended(asset.media_directory);
}

Result<Playback::Playlist> Playback::multivariant(std::string_view playback_id) {
    SPANREEL_TRY(const std::optional<Stream> stream, if_there(meta_.stream_by_playback_id(playback_id)));
    if (stream) {
        const auto window = stream->suspended ? nullptr : sessions_.window_of_stream(stream->id);
        const WindowView view = window ? window->live() : WindowView{};
        if (view.segments.empty()) return fail(Code::not_found, "This stream is not live.");
        return Playlist{.text = single_variant(window->session_id() + "/index.m3u8", view), .growing = true};
    }
    SPANREEL_TRY(const Asset asset, playable_asset(playback_id));
    SPANREEL_TRY(const auto view, view_of(asset));
    if (view->segments.empty() || !view->init) return nothing_at(playback_id);
    return Playlist{.text = single_variant(std::string(kMediaPlaylistName), *view), .growing = !view->ended};
}

std::shared_ptr<const LiveWindow> Playback::window_of_ended(const StreamSession& session) {
    if (session.record && session.state == SessionState::ended && session.media_directory.empty()) return nullptr;
    return sessions_.window_of_ended(session.id);
}

Result<WindowView> Playback::live_view(const Stream& stream, std::string_view session_id) {
    const auto window = sessions_.window_of_stream(stream.id);
    if (window && window->session_id() == session_id) return window->live();
    SPANREEL_TRY(const std::optional<StreamSession> session, if_there(meta_.session(session_id)));
    if (!session || session->stream_id != stream.id) return nothing_at(session_id);
    if (const auto last = window_of_ended(*session)) return last->live();
    if (session->state != SessionState::ended || session->media_directory.empty()) return nothing_at(session_id);
    SPANREEL_TRY(const auto whole, recordings_.ended(session->media_directory));
    return last_of(*whole, sessions_.settings().dvr_window);
}

Result<Playback::Playlist> Playback::live_playlist(std::string_view playback_id, std::string_view session_id) {
    SPANREEL_TRY(const std::optional<Stream> stream, if_there(meta_.stream_by_playback_id(playback_id)));
    if (!stream || stream->suspended) return nothing_at(playback_id);
    SPANREEL_TRY(const WindowView view, live_view(*stream, session_id));
    if (view.segments.empty()) return fail(Code::not_found, "This stream is not live.");
    return Playlist{.text = media::hls::media_playlist({.kind = PlaylistKind::live,
                                                        .segments = view.segments,
                                                        .discontinuity_sequence = view.discontinuity_sequence,
                                                        .target_duration = view.target_duration,
                                                        .ended = view.ended}),
                    .growing = !view.ended};
}

Result<Playback::Playlist> Playback::recording_playlist(std::string_view playback_id) {
    SPANREEL_TRY(const Asset asset, playable_asset(playback_id));
    SPANREEL_TRY(const auto view, view_of(asset));
    if (view->segments.empty()) return nothing_at(playback_id);
    media::hls::MediaPlaylist playlist{.kind = view->ended ? PlaylistKind::vod : PlaylistKind::event,
                                       .segments = view->segments,
                                       .target_duration = view->target_duration,
                                       .ended = view->ended};
    if (const auto shown = window_of(asset)) playlist.start_at = shown->start;
    return Playlist{.text = media::hls::media_playlist(playlist), .growing = !view->ended};
}

Result<StreamSession> Playback::shown_session(std::string_view playback_id, std::string_view session_id) {
    SPANREEL_TRY(std::optional<StreamSession> session, if_there(meta_.session(session_id)));
    if (!session || session->playback_id != playback_id) return nothing_at(playback_id);
    SPANREEL_TRY(const std::optional<Stream> stream, if_there(meta_.stream_by_playback_id(playback_id)));
    if (!stream || stream->suspended) return nothing_at(playback_id);
    return *std::move(session);
}

Result<MediaFile> Playback::session_file(std::string_view playback_id, std::string_view session_id,
                                         std::string_view name) {
    SPANREEL_TRY(const StreamSession session, shown_session(playback_id, session_id));
    const auto ended = window_of_ended(session);
    return file_in(ended ? ended->media_directory() : session.media_directory, name);
}

Result<MediaFile> Playback::asset_file(std::string_view playback_id, std::string_view name) {
    SPANREEL_TRY(const Asset asset, playable_asset(playback_id));
    return file_in(asset.media_directory, name);
}

bool Footage::has_video() const { return view->init && view->init->find(media::TrackKind::video); }

Result<Footage> Playback::footage_of(const LiveWindow& window) {
    WindowView view = window.whole();
    if (view.segments.empty()) return fail(Code::not_found, "This stream is not live.");
    media::mp4::correct_anchors(view.segments);
    const media::mp4::Window shown{view.segments.front().start(), view.segments.back().end()};
    return Footage{.media_directory = window.media_directory(),
                   .view = std::make_shared<const WindowView>(std::move(view)),
                   .shown = shown};
}

Result<Footage> Playback::footage(std::string_view playback_id) {
    SPANREEL_TRY(const std::optional<Stream> stream, if_there(meta_.stream_by_playback_id(playback_id)));
    if (stream) {
        const auto window = stream->suspended ? nullptr : sessions_.window_of_stream(stream->id);
        if (!window) return fail(Code::not_found, "This stream is not live.");
        return footage_of(*window);
    }
    SPANREEL_TRY(const Asset asset, playable_asset(playback_id));
    if (asset.source == AssetSource::recording)
        if (const auto window = sessions_.window_of_session(asset.source_session_id)) return footage_of(*window);
    return footage_of(asset.media_directory, window_of(asset), playback_id);
}

Result<Footage> Playback::session_footage(std::string_view playback_id, std::string_view session_id) {
    SPANREEL_TRY(const StreamSession session, shown_session(playback_id, session_id));
    if (const auto window = sessions_.window_of_session(session.id)) return footage_of(*window);
    if (const auto last = window_of_ended(session); last && !session.record) return footage_of(*last);
    if (session.media_directory.empty()) return nothing_at(session_id);
    return footage_of(session.media_directory, std::nullopt, session_id);
}

Result<Footage> Playback::footage_of(const std::string& media_directory, std::optional<media::mp4::Window> shown,
                                     std::string_view id) {
    SPANREEL_TRY(auto view, recordings_.ended(media_directory));
    if (view->segments.empty()) return nothing_at(id);
    const media::mp4::Window all{view->segments.front().start(), view->segments.back().end()};
    return Footage{.media_directory = media_directory,
                   .view = std::move(view),
                   .shown = shown.value_or(all),
                   .origin = shown ? shown->start : media::mp4::MediaTime{}};
}

Result<MediaFile> Playback::file_in(std::string_view media_directory, std::string_view name) {
    if (media_directory.empty() || !is_media_name(name)) return fail(Code::not_found, "not found");
    SPANREEL_TRY(const std::uint64_t size, media_.size(media_directory, name));
    return MediaFile{.media_directory = std::string(media_directory), .name = std::string(name), .size = size};
}

Result<std::string> Playback::read(const MediaFile& file, std::uint64_t offset, std::size_t max) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(max, file.size - std::min(offset, file.size)));
    return media_.read(file.media_directory, file.name, offset, length);
}

Result<Recordings::Mp4> Playback::mp4(std::string_view playback_id) {
    SPANREEL_TRY(const Asset asset, playable_asset(playback_id));
    return recordings_.mp4(asset);
}

Result<std::string> Playback::read(const Recordings::Mp4& mp4, std::uint64_t offset, std::size_t max) {
    std::string bytes;
    for (const auto& range : mp4.file->locate(offset, max)) {
        if (!range.segment) {
            bytes += mp4.file->head().substr(range.offset, range.length);
            continue;
        }
        SPANREEL_TRY(const std::string part, media_.read(mp4.media_directory, media::mp4::segment_name(*range.segment),
                                                         range.offset, range.length));
        bytes += part;
    }
    return bytes;
}

}  // namespace spanreel::live
