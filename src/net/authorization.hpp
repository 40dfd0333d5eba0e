// SPDX-License-Identifier: Apache-2.0
// The credential a request carries (RFC 9110 section 11.6.2), not yet looked up: `Authorization`, else `x-api-key`.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_message.hpp"

namespace spanreel::net {

enum class Scheme : std::uint8_t {
    none,     ///< no header, an empty one, or `Bearer` with nothing after it
    bearer,   ///< secret
    basic,    ///< user and secret; both empty when they do not decode
    jwt,      ///< secret is the token
    api_key,  ///< secret, from `x-api-key`
    other,    ///< scheme_name tells which
};

struct Credential {
    Scheme scheme = Scheme::none;
    std::string scheme_name;  ///< as sent
    std::string user;
    std::string secret;
};

/// Schemes in any case.
Credential parse_authorization(std::string_view header);
/// Of a request: its Authorization header when that is not empty, else its `x-api-key`.
Credential credential_of(const Request& request);

}  // namespace spanreel::net
