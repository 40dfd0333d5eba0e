// SPDX-License-Identifier: Apache-2.0
#include "net/authorization.hpp"

#include "base/encoding.hpp"

namespace spanreel::net {

namespace {

std::string_view strip_blanks(std::string_view text) {
    std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void read_basic(std::string_view encoded, Credential& into) {
    auto pair = from_base64(encoded);
    if (!pair) return;
    std::size_t colon = pair->find(':');
    if (colon == std::string::npos) return;
    into.user = pair->substr(0, colon);
    into.secret = pair->substr(colon + 1);
}

}  // namespace

Credential parse_authorization(std::string_view header) {
    header = strip_blanks(header);
    std::string_view name = header.substr(0, header.find_first_of(" \t"));
    std::string_view rest = strip_blanks(header.substr(name.size()));
    Credential credential;
    if (name.empty()) return credential;
    credential.scheme_name = name;
    if (equal_ignoring_case(name, "bearer")) {
        credential.scheme = rest.empty() ? Scheme::none : Scheme::bearer;
        credential.secret = rest;
    } else if (equal_ignoring_case(name, "basic")) {
        credential.scheme = Scheme::basic;
        read_basic(rest, credential);
    } else if (equal_ignoring_case(name, "jwt")) {
        credential.scheme = Scheme::jwt;
        credential.secret = rest;
    } else {
        credential.scheme = Scheme::other;
        credential.secret = rest;
    }
    return credential;
}

Credential credential_of(const Request& request) {
    Credential credential = parse_authorization(request.headers.get("authorization").value_or(""));
    if (credential.scheme != Scheme::none) return credential;
    std::string_view key = strip_blanks(request.headers.get("x-api-key").value_or(""));
    if (key.empty()) return credential;
    return {Scheme::api_key, {}, {}, std::string(key)};
}

}  // namespace spanreel::net
