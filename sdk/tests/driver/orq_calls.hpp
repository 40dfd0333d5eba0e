// SPDX-License-Identifier: Apache-2.0
// Orq's operations by their names, asked for in JSON: so that a test can ask two libraries the same.
#pragma once
#include <boost/json/value.hpp>

#include <string_view>

#include "outcome.hpp"
#include "spanreel/sdk/options.hpp"

namespace spanreel::sdk::driver {

/// `operation` is the name of the function, like "sessions_create". `request` has the members of its request structure
/// with the names that they have on the wire ("session_id", "request_body" with an update's body); null where an
/// operation is called without one. What does not fit a structure is `input_validation`, an unknown operation too.
Outcome run_orq(std::string_view operation, const boost::json::value& request, const ClientOptions& client,
                const CallOptions& options);

}  // namespace spanreel::sdk::driver
