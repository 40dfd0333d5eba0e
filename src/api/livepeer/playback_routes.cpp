// SPDX-License-Identifier: Apache-2.0
// GET /playback/{id} (contract, livepeer 3.5): what there is to play, for anybody from any origin. Lists only what
// exists: the source as it came, as HLS and, once it is final, as MP4; pictures where there is video.
#include <boost/json/value.hpp>

#include "api/livepeer/handlers.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;
using net::Response;

namespace {

constexpr std::string_view kHlsName = "HLS (TS)";
constexpr std::string_view kHlsType = "html5/application/vnd.apple.mpegurl";

json::object hls_source(std::string url) { return {{"hrn", kHlsName}, {"type", kHlsType}, {"url", std::move(url)}}; }

json::object live_picture(std::string_view format, std::string_view type, std::string url) {
    return {{"hrn", fmt::format("Thumbnail ({})", format)}, {"type", type}, {"url", std::move(url)}};
}

json::object thumbnails(std::string url) {
    return {{"hrn", "Thumbnails"}, {"type", "text/vtt"}, {"url", std::move(url)}};
}

json::object mp4_source(const Asset& asset, const Urls& urls) {
    json::object source{{"hrn", "MP4"},
                        {"type", "html5/video/mp4"},
                        {"url", urls.download(asset.playback_id)},
                        {"size", asset.size},
                        {"bitrate", asset.bitrate}};
    const json::value tracks = stored_json(asset.tracks, json::array{});
    for (const json::value& track : tracks.get_array()) {
        const json::object& known = track.get_object();
        if (!known.contains("width")) continue;
        source["width"] = known.at("width");
        source["height"] = known.at("height");
    }
    return source;
}

/// The recording of what is live now, for its owner.
Result<json::value> dvr_of(const Services& services, const net::Request& request, const Stream& stream,
                           const Urls& urls) {
    SPANREEL_TRY(const std::optional<Caller> caller, authenticate_if_given(services, request));
    if (!caller) return fail(Code::unauthorized, "authentication is required to access recordings");
    SPANREEL_CHECK(check_permission(request, urls, *caller, false));
    if (!caller->scope.sees(stream))
        return fail(Code::unauthorized, "user does not have access to recordings for this content");
    const Result<StreamSession> session = services.meta.newest_session(stream.id);
    if (session && session->state != SessionState::ended)
        if (const Result<Asset> asset = services.meta.asset(session->id); asset && live::plays(*asset))
            return json::array{hls_source(urls.recording(asset->playback_id))};
    return json::array{{{"error", "no running recordings available for this stream."}}};
}

Result<json::object> describe(const Services& services, const net::Request& request, const Stream& stream,
                              const Urls& urls) {
    json::array sources{hls_source(urls.live(stream.playback_id))};
    if (const auto footage = services.playback.footage(stream.playback_id); footage && footage->has_video()) {
        const std::string& id = stream.playback_id;
        sources.push_back(live_picture("JPEG", "image/jpeg", urls.live_picture(id, playback::kJpegName)));
        sources.push_back(live_picture("PNG", "image/png", urls.live_picture(id, playback::kPngName)));
    }
    json::object meta{{"live", stream.is_active ? 1 : 0}, {"source", std::move(sources)}};
    if (!stream.playback_policy.empty()) meta["playbackPolicy"] = stored_json(stream.playback_policy, nullptr);
    if (request.query.get("recordings").value_or("") == "true") {
        SPANREEL_TRY(meta["dvrPlayback"], dvr_of(services, request, stream, urls));
    }
    return json::object{{"type", "live"}, {"meta", std::move(meta)}};
}

Result<json::object> describe(const Services&, const net::Request&, const Asset& asset, const Urls& urls) {
    if (asset.phase != AssetPhase::ready) return fail(Code::unprocessable, "asset is not ready for playback");
    json::object mp4 = mp4_source(asset, urls);
    const bool video = mp4.contains("width");
    json::array sources{std::move(mp4), hls_source(urls.recording(asset.playback_id))};
    if (video) sources.push_back(thumbnails(urls.thumbnails(asset.playback_id)));
    return json::object{{"type", "vod"}, {"meta", {{"playbackPolicy", nullptr}, {"source", std::move(sources)}}}};
}

Result<json::object> describe(const Services&, const net::Request&, const live::PlayableRecording& recording,
                              const Urls& urls) {
    json::array sources{hls_source(urls.recording(recording.asset.playback_id))};
    return json::object{{"type", "recording"}, {"meta", {{"source", std::move(sources)}}}};
}

}  // namespace

void add_playback_routes(net::Router& router, const SharedServices& services) {
    router.add(net::Method::get, "/api/playback/{id}", net::RunOn::blocking_pool,
               [services](const net::Request& request, const std::string& id) -> Result<Response> {
                   SPANREEL_TRY(const live::Playable playable, services->playback.find(id));
                   const Urls urls(services->public_url, request);
                   SPANREEL_TRY(const json::object described,
                                std::visit([&](const auto& known) { return describe(*services, request, known, urls); },
                                           playable));
                   return answer(described);
               });
}

}  // namespace spanreel::api::livepeer
