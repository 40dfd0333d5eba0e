// SPDX-License-Identifier: Apache-2.0
// The model's nouns in Livepeer's shapes (contract, livepeer 2). Pure functions.
#pragma once
#include <boost/json/object.hpp>

#include <optional>
#include <string_view>

#include "api/livepeer/urls.hpp"
#include "live/scope.hpp"
#include "model/asset.hpp"
#include "model/stream.hpp"
#include "model/stream_session.hpp"
#include "model/task.hpp"

namespace spanreel::api::livepeer {

/// What objects say besides themselves.
struct Rendering {
    std::string_view user_id;
    const live::Scope& scope;
    const Urls& urls;
    UnixMillis now;
};

enum class StreamSecrets : std::uint8_t { show, hide };

boost::json::object to_json(const Stream& stream, const Rendering& rendering,
                            StreamSecrets secrets = StreamSecrets::show);
/// `recording` is the session's asset, also when deleted; null when there is none.
boost::json::object to_json(const StreamSession& session, const Asset* recording, const Rendering& rendering);

enum class AssetDetails : std::uint8_t { plain, with_tracks };
boost::json::object to_json(const Asset& asset, const Rendering& rendering, AssetDetails details = AssetDetails::plain);
boost::json::object to_json(const Task& task, const Rendering& rendering);

/// JSON text of the model, which is always well-formed; `fallback` when it is empty.
boost::json::value stored_json(std::string_view text, boost::json::value fallback);

}  // namespace spanreel::api::livepeer
