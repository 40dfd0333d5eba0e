// SPDX-License-Identifier: Apache-2.0
// Bodies of streams, assets and clips, which fit their schema, as what the domain wants. Pure functions.
#pragma once
#include <boost/json/object.hpp>

#include "base/error.hpp"
#include "live/asset_service.hpp"
#include "live/clip_service.hpp"
#include "live/stream_service.hpp"

namespace spanreel::api::livepeer {

/// `unsupported` names a field whose effect this server does not have yet.
Result<live::NewStream> read_new_stream(const boost::json::object& body);
Result<live::StreamPatch> read_stream_patch(const boost::json::object& body);
Result<live::AssetPatch> read_asset_patch(const boost::json::object& body);
/// Without the URL of what is clipped.
live::NewClip read_new_clip(const boost::json::object& body);

}  // namespace spanreel::api::livepeer
