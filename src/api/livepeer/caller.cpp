// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/caller.hpp"

#include <algorithm>
#include <array>

#include "api/caller/caller.hpp"
#include "net/authorization.hpp"

namespace spanreel::api::livepeer {

namespace {

struct VisitorRoute {
    net::Method method;
    std::string_view pattern;
};

constexpr std::array kVisitorRoutes{VisitorRoute{net::Method::get, "/api/stream/{id}"},
                                    VisitorRoute{net::Method::patch, "/api/stream/{id}"},
                                    VisitorRoute{net::Method::post, "/api/stream"},
                                    VisitorRoute{net::Method::get, "/api/stream/{parent_id}/sessions"},
                                    VisitorRoute{net::Method::get, "/api/session/{id}"},
                                    VisitorRoute{net::Method::get, "/api/asset/{id}"},
                                    VisitorRoute{net::Method::patch, "/api/asset/{id}"},
                                    VisitorRoute{net::Method::get, "/api/task/{id}"}};

Result<access::Principal> look_up(access::KeyRing& keys, const std::string& secret, std::string_view user) {
    Result<access::Principal> principal = keys.authenticate(secret);
    if (!principal && principal.error().code != Code::unauthorized) return principal;
    if (principal && (user.empty() || principal->user_id == user)) return principal;
    return fail(Code::unauthorized, fmt::format("no token {} found", secret));
}

/// A user whom the operator's service vouches for; pages of the allowed origins may hold the token.
Result<access::Principal> user_of(const Services& services, const std::string& token) {
    if (!services.tokens)
        return fail(Code::unauthorized,
                    "JWT authorization is not set up: this server's settings name no secret (jwt-secret-file)");
    SPANREEL_TRY(const std::string user_id, access::verify_token(*services.tokens, token, services.clock()));
    SPANREEL_TRY(access::Principal principal, services.keys.principal_of_user(user_id));
    principal.cors = {.allowed_origins = services.tokens->allowed_origins, .full_access = true};
    return principal;
}

Result<access::Principal> principal_of(const Services& services, const net::Credential& credential) {
    switch (credential.scheme) {
        case net::Scheme::none: break;
        case net::Scheme::bearer:
        case net::Scheme::api_key: return look_up(services.keys, credential.secret, "");
        case net::Scheme::basic:
            // An empty user owns no key.
            return look_up(services.keys, credential.user.empty() ? "" : credential.secret, credential.user);
        case net::Scheme::jwt: return user_of(services, credential.secret);
        case net::Scheme::other:
            return fail(Code::unauthorized,
                        fmt::format("unsupported authorization header scheme: {}", credential.scheme_name));
    }
    return fail(Code::unauthorized, "request is not authenticated");
}

}  // namespace

bool is_for_visitors(net::Method method, std::string_view pattern) {
    return std::ranges::any_of(
        kVisitorRoutes, [&](const VisitorRoute& route) { return route.method == method && route.pattern == pattern; });
}

Result<Caller> authenticate(const Services& services, const net::Request& request) {
    SPANREEL_TRY(const access::Principal principal, principal_of(services, net::credential_of(request)));
    if (request.query.contains("projectId")) return fail(Code::invalid, "projectId as query param not supported");
    return Caller{
        .user_id = principal.user_id, .scope = scope_of(principal), .scopes = principal.scopes, .cors = principal.cors};
}

Result<std::optional<Caller>> authenticate_if_given(const Services& services, const net::Request& request) {
    if (net::credential_of(request).scheme == net::Scheme::none) return std::optional<Caller>{};
    SPANREEL_TRY(Caller caller, authenticate(services, request));
    return std::optional<Caller>(std::move(caller));
}

}  // namespace spanreel::api::livepeer
