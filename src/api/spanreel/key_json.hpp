// SPDX-License-Identifier: Apache-2.0
// API keys on the wire: what a new one shall be, and what is shown of them. Pure functions.
#pragma once
#include <boost/json/object.hpp>

#include <string_view>

#include "access/key_ring.hpp"

namespace spanreel::api::spanreel {

/// An `invalid` error names the member.
Result<access::KeySpec> read_key_body(std::string_view body);
/// Without the secret, which is known only once.
boost::json::object key_json(const ApiKey& key);

}  // namespace spanreel::api::spanreel
