// SPDX-License-Identifier: Apache-2.0
// The request target (RFC 9112 section 3.2) in origin, absolute and asterisk form. Nothing is normalised: dot segments
// and escapes stay, so that a path means what its sender wrote.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spanreel::net {

struct RequestTarget {
    std::string origin;     ///< path and query
    std::string path;       ///< `*` in asterisk form
    std::string query;      ///< without the question mark
    std::string authority;  ///< of the absolute form; it outranks the Host header
};

Result<RequestTarget> parse_target(std::string_view text);

}  // namespace spanreel::net
