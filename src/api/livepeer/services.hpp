// SPDX-License-Identifier: Apache-2.0
// What the handlers of this API work with. Owned by the wiring; outlives the router.
#pragma once
#include <optional>
#include <string>

#include "access/key_ring.hpp"
#include "access/user_token.hpp"
#include "live/asset_service.hpp"
#include "live/clip_service.hpp"
#include "live/clock.hpp"
#include "live/playback.hpp"
#include "live/stream_service.hpp"
#include "store/meta_store.hpp"

namespace spanreel::api::livepeer {

struct Services {
    access::KeyRing& keys;
    store::MetaStore& meta;
    live::StreamService& streams;
    live::ClipService& clips;
    live::AssetService& assets;
    live::Playback& playback;
    std::string public_url;                         ///< empty: as the request came
    std::optional<access::TokenSettings> tokens{};  ///< nothing: users' tokens are not taken
    live::Clock clock = now;
};

}  // namespace spanreel::api::livepeer
