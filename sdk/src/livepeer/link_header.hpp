// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace spanreel::livepeer {

/// The target of the first link of the relation "next" in the value of a Link header (RFC 8288, section 3). What does
/// not read as a link ends the search.
std::optional<std::string> next_link(std::string_view header);

}  // namespace spanreel::livepeer
