// SPDX-License-Identifier: Apache-2.0
// URLs of requests (WHATWG URL, as far as clients of the services use it).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace spanreel::sdk {

/// A server's address in parts; the path has no slash at its end.
struct ServerUrl {
    std::string origin;  ///< scheme, host and port
    std::string path;
    std::string query;

    /// Nothing unless it is a whole http or https URL. A fragment is left out, which is never sent.
    static std::optional<ServerUrl> parse(std::string_view text);
    /// Of an operation's path on this server.
    std::string with_path(std::string_view path) const;
};

/// Whether a path has a segment "." or "..", for which no spelling is left that is not taken out of a URL.
bool walks_up(std::string_view path);

/// One segment of a path, or a name or value of a query, percent-encoded (encodeURIComponent of ECMA-262).
std::string encode_component(std::string_view text);

/// What a Location or Link says, seen from `base`; nothing when it makes no http or https URL.
std::optional<std::string> resolve_url(const std::string& base, const std::string& reference);
/// Scheme, host and port; empty for what is no URL.
std::string origin_of(const std::string& url);

}  // namespace spanreel::sdk
#pragma GCC visibility pop
