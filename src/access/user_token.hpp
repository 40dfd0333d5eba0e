// SPDX-License-Identifier: Apache-2.0
// Tokens by which an operator's own service lets its users in: JSON Web Tokens (RFC 7519), signed by HS256 (RFC 7518
// section 3.2) with a secret that both know. Any thread; microseconds. Neither tokens nor the secret are logged.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spanreel::access {

struct TokenSettings {
    std::string secret;                        ///< of kMinTokenSecret to kMaxTokenSecret bytes
    std::string audience;                      ///< what a token's `aud` must name
    std::vector<std::string> allowed_origins;  ///< of web pages that may send tokens; empty: none
};

/// As long as the hash, which RFC 7518 demands of a key.
inline constexpr std::size_t kMinTokenSecret = 32;
inline constexpr std::size_t kMaxTokenSecret = 4096;
/// A longer token is refused unread.
inline constexpr std::size_t kMaxTokenLength = 4096;
/// By how much the clocks of this server and of the service may differ.
inline constexpr std::chrono::seconds kTokenLeeway{30};

/// The subject of a token that is signed, meant for this server and valid now: with `sub`, `aud` and `exp`, and `nbf`
/// if it has one. `unauthorized` says what is wrong with any other.
Result<std::string> verify_token(const TokenSettings& settings, std::string_view token, Time now);

}  // namespace spanreel::access
