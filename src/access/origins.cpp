// SPDX-License-Identifier: Apache-2.0
#include "access/origins.hpp"

#include <string_view>

namespace spanreel::access {

namespace {

/// Scheme, host and port as browsers send them: in lower case, without a port that is the scheme's own; or "*".
bool is_origin(std::string_view text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
    if (text == "*") return true;
    auto scheme = text.find("://");
    if (scheme == std::string_view::npos || scheme == 0) return false;
    std::string_view host = text.substr(scheme + 3);
    if (text.substr(0, scheme).find_first_not_of(kLetters) != std::string_view::npos) return false;
    if (host.empty() || host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._:[]") != std::string_view::npos)
        return false;
    return !(text.starts_with("http://") && host.ends_with(":80")) &&
           !(text.starts_with("https://") && host.ends_with(":443"));
}

}  // namespace

Result<void> check_origins(const std::vector<std::string>& origins) {
    constexpr std::string_view kField = "allowed_origins";
    if (origins.size() > kMaxOrigins)
        return fail(Code::invalid, fmt::format("more than {} allowed origins", kMaxOrigins), std::string(kField));
    for (const std::string& origin : origins)
        if (origin.size() > kMaxOriginLength || !is_origin(origin))
            return fail(
                Code::invalid,
                fmt::format("not an origin as browsers send it, like https://example.com, nor *: \"{}\"", origin),
                std::string(kField));
    return {};
}

}  // namespace spanreel::access
