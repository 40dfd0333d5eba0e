// SPDX-License-Identifier: Apache-2.0
// JSON text (RFC 8259) as a value, for the bodies strangers send: nesting is bounded, and a number is read as the
// double nearest to what is written, so that it is given back as it came (Boost 1.81's own parser is often one unit in
// the last place off). Pure; any thread.
#pragma once
#include <boost/json/value.hpp>

#include <string_view>

#include "base/error.hpp"

namespace spanreel::api {

/// Arrays and objects in each other.
inline constexpr std::size_t kMaxJsonNesting = 32;

/// `invalid` says at which byte the text stops being JSON. A number beyond a double's range is `invalid` too.
Result<boost::json::value> parse_json(std::string_view text);

}  // namespace spanreel::api
