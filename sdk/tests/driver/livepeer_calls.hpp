// SPDX-License-Identifier: Apache-2.0
// Livepeer's operations by name, with requests and answers as JSON.
#pragma once
#include <boost/json/value.hpp>

#include <string_view>

#include "outcome.hpp"
#include "spanreel/sdk/options.hpp"

namespace spanreel::sdk::driver {

/// `request` has the members of the operation's request: those of a payload as on the wire, or
///     {"id"}                             for the operations that take an Id,
///     {"parentId", "record"}             for session_get_recorded,
///     {"streamsonly"}                    for stream_get_all,
///     {"streamPatchPayload", "id"}       for stream_update,
///     {"assetPatchPayload", "assetId"}   for asset_update;
/// it does not matter for the others. What does not fit the request's types is an error of kind `input_validation`, an
/// unknown operation too.
Outcome run_livepeer(std::string_view operation, const boost::json::value& request, const ClientOptions& client,
                     const CallOptions& options);

}  // namespace spanreel::sdk::driver
