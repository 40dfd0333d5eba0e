// SPDX-License-Identifier: Apache-2.0
// Web origins (RFC 6454) as keys and settings name them. Pure functions.
#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"

namespace spanreel::access {

/// Origins that a key, or the settings, may name, and characters of each.
inline constexpr std::size_t kMaxOrigins = 20;
inline constexpr std::size_t kMaxOriginLength = 256;

/// `invalid` names what is neither an origin as browsers send it nor `*`, or says that there are too many.
Result<void> check_origins(const std::vector<std::string>& origins);

}  // namespace spanreel::access
