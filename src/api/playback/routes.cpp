// SPDX-License-Identifier: Apache-2.0
#include "api/playback/routes.hpp"

#include "api/playback/picture_routes.hpp"
#include "net/range.hpp"

namespace spanreel::api::playback {

using live::Playback;
using net::Request;
using net::Response;

namespace {

constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";
constexpr std::string_view kImmutable = "public, max-age=31536000, immutable";
/// A playlist that changes must not be kept; one that is final may, but not for ever: assets can be deleted.
constexpr std::string_view kNotKept = "no-store";
constexpr std::string_view kKeptShortly = "public, max-age=60";

Result<Response> playlist_response(Result<Playback::Playlist> playlist) {
    if (!playlist) return fail(std::move(playlist));
    Response response = net::text_response(200, std::move(playlist->text));
    response.headers.set("Content-Type", std::string(kPlaylistType));
    response.headers.set("Cache-Control", std::string(playlist->growing ? kNotKept : kKeptShortly));
    return response;
}

Result<Response> file_response(const Request& request, Playback& playback, Result<live::MediaFile> file) {
    if (!file) return fail(std::move(file));
    const std::string type = file->name.ends_with(".m4s") ? "video/iso.segment" : "video/mp4";
    const std::string etag = fmt::format("\"{}-{}\"", file->media_directory, file->name);
    net::StreamedBody body{.length = file->size,
                           .read = [&playback, known = *file](std::uint64_t offset, std::size_t max) {
                               return playback.read(known, offset, max);
                           }};
    Response response = net::range_response(request, std::move(body), type, etag);
    response.headers.set("Cache-Control", std::string(kImmutable));
    return response;
}

Result<Response> mp4_response(const Request& request, Playback& playback, const std::string& playback_id) {
    SPANREEL_TRY(const live::Recordings::Mp4 mp4, playback.mp4(playback_id));
    net::StreamedBody body{.length = mp4.file->size(), .read = [&playback, mp4](std::uint64_t offset, std::size_t max) {
                               return playback.read(mp4, offset, max);
                           }};
    Response response = net::range_response(request, std::move(body), "video/mp4", mp4.etag);
    // To be asked about again: an asset can be deleted, and another version may lay out the same one differently.
    response.headers.set("Cache-Control", "no-cache");
    return response;
}

Result<Response> asset_response(const Request& request, Playback& playback, const std::string& playback_id,
                                const std::string& name) {
    if (name == "index.m3u8") return playlist_response(playback.multivariant(playback_id));
    if (name == "media.m3u8") return playlist_response(playback.recording_playlist(playback_id));
    if (name == "video.mp4") return mp4_response(request, playback, playback_id);
    return file_response(request, playback, playback.asset_file(playback_id, name));
}

}  // namespace

void add_routes(net::Router& router, Playback& playback, live::Pictures& pictures) {
    for (const std::string prefix : {"/hls", "/recordings"}) {
        router.mount(prefix, {.cors = net::Cors::any_origin});
        router.add(net::Method::get, prefix + "/{playback_id}/{name}", net::RunOn::blocking_pool,
                   [&playback](const Request& request, const std::string& playback_id, const std::string& name) {
                       return asset_response(request, playback, playback_id, name);
                   });
        add_picture_routes(router, prefix, pictures);
    }
    add_session_picture_routes(router, "/hls", pictures);
    router.add(net::Method::get, "/hls/{playback_id}/{session_id}/{name}", net::RunOn::blocking_pool,
               [&playback](const Request& request, const std::string& playback_id, const std::string& session_id,
                           const std::string& name) -> Result<Response> {
                   if (name == "index.m3u8") return playlist_response(playback.live_playlist(playback_id, session_id));
                   return file_response(request, playback, playback.session_file(playback_id, session_id, name));
               });
}

}  // namespace spanreel::api::playback
