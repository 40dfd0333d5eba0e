// SPDX-License-Identifier: Apache-2.0
// Images of streams, sessions and assets, below the prefixes of routes.hpp and with their rules:
//
//   /hls or /recordings/<playback id>/thumbnail.jpg or .png   a picture of a live stream or an asset
//   /hls/<stream playback id>/<session>/thumbnail.jpg or .png a picture of one session
//   /hls or /recordings/<asset playback id>/thumbnails.vtt    WebVTT track of what is on sprite.jpg
//
// picture_query.hpp reads what the URL asks for.
#pragma once
#include <string>

#include "live/pictures.hpp"
#include "net/router.hpp"

namespace spanreel::api::playback {

/// Below one prefix that is mounted; `pictures` outlives the router.
void add_picture_routes(net::Router& router, const std::string& prefix, live::Pictures& pictures);
void add_session_picture_routes(net::Router& router, const std::string& prefix, live::Pictures& pictures);

}  // namespace spanreel::api::playback
