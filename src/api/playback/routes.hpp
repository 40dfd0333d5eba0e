// SPDX-License-Identifier: Apache-2.0
// What players fetch: /hls for streams and assets, /recordings for assets and their MP4. No key is needed, any origin
// may ask.
//
//   /hls/<playback id>/index.m3u8                  multivariant playlist
//   /hls/<stream playback id>/<session>/<file>     index.m3u8, init-0.mp4, 000000.m4s of one session
//   /hls or /recordings/<asset playback id>/<file> index.m3u8, media.m3u8, init-0.mp4, 000000.m4s, video.mp4
//
// picture_routes.hpp tells of the images beside them.
#pragma once
#include "live/pictures.hpp"
#include "live/playback.hpp"
#include "net/router.hpp"

namespace spanreel::api::playback {

/// Both outlive the router.
void add_routes(net::Router& router, live::Playback& playback, live::Pictures& pictures);

}  // namespace spanreel::api::playback
