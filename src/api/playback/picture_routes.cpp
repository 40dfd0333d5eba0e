// SPDX-License-Identifier: Apache-2.0
#include "api/playback/picture_routes.hpp"

#include "api/playback/paths.hpp"
#include "api/playback/picture_query.hpp"

namespace spanreel::api::playback {

using live::Pictures;
using media::picture::ImageFormat;
using net::Request;
using net::Responder;

namespace {

/// What is live changes; what is recorded does not, but can be deleted.
constexpr std::string_view kNotKept = "no-store";
constexpr std::string_view kKeptShortly = "public, max-age=60";

Pictures::Answer respond_with(Responder responder, std::string_view type, std::string_view kept) {
    return [responder = std::move(responder), type = std::string(type),
            kept = std::string(kept)](Result<Pictures::Image> image) {
        if (!image) return responder(std::unexpected(std::move(image).error()));
        responder(net::Response{.headers = {{"Content-Type", type}, {"Cache-Control", kept}}, .body = **image});
    };
}

Pictures::Answer respond_with(Responder responder, const live::PictureRequest& request) {
    const bool any = std::holds_alternative<live::AnyMoment>(request.moment);
    return respond_with(std::move(responder), request.format == ImageFormat::png ? "image/png" : "image/jpeg",
                        any ? kNotKept : kKeptShortly);
}

constexpr std::pair<std::string_view, ImageFormat> kFormats[] = {{kJpegName, ImageFormat::jpeg},
                                                                 {kPngName, ImageFormat::png}};

}  // namespace

void add_picture_routes(net::Router& router, const std::string& prefix, Pictures& pictures) {
    const std::string asset = prefix + "/{playback_id}/";
    for (const auto& [name, format] : kFormats)
        router.add_async(net::Method::get, asset + std::string(name),
                         [&pictures, format](Request request, Responder responder, std::string playback_id) {
                             const auto wanted = read_picture_query(request.query, format);
                             if (!wanted) return responder(std::unexpected(wanted.error()));
                             pictures.picture(std::move(playback_id), *wanted, respond_with(responder, *wanted));
                         });
    router.add_async(net::Method::get, asset + std::string(kTrackName),
                     [&pictures](Request, Responder responder, std::string playback_id) {
                         pictures.sprite_track(std::move(playback_id), std::string(kSpriteName),
                                               respond_with(responder, "text/vtt", kKeptShortly));
                     });
    router.add_async(net::Method::get, asset + std::string(kSpriteName),
                     [&pictures](Request, Responder responder, std::string playback_id) {
                         pictures.sprite(std::move(playback_id), respond_with(responder, "image/jpeg", kKeptShortly));
                     });
}

void add_session_picture_routes(net::Router& router, const std::string& prefix, Pictures& pictures) {
    for (const auto& [name, format] : kFormats)
        router.add_async(
            net::Method::get, prefix + "/{playback_id}/{session_id}/" + std::string(name),
            [&pictures, format](Request request, Responder responder, std::string playback_id, std::string session_id) {
                const auto wanted = read_picture_query(request.query, format);
                if (!wanted) return responder(std::unexpected(wanted.error()));
                pictures.session_picture(std::move(playback_id), std::move(session_id), *wanted,
                                         respond_with(responder, *wanted));
            });
}

}  // namespace spanreel::api::playback
