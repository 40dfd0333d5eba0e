// SPDX-License-Identifier: Apache-2.0
#include "api/caller/caller.hpp"

#include "net/authorization.hpp"

namespace spanreel::api {

Result<access::Principal> principal_of(access::KeyRing& keys, const net::Request& request, KeyScope needed) {
    const net::Credential credential = net::credential_of(request);
    if (credential.secret.empty())
        return fail(Code::unauthorized, "no API key: send the header \"Authorization: Bearer <key>\"");
    SPANREEL_TRY(access::Principal principal, keys.authenticate(credential.secret));
    if (!principal.scopes.include(needed))
        return fail(Code::forbidden, fmt::format("this API key lacks the scope \"{}\"", name_of(needed)));
    if (!principal.cors.for_pages()) return principal;
    if (needed != KeyScope::ingest)
        return fail(Code::forbidden, "this API key is for web pages, which may use /api and send spans");
    if (const auto origin = request.headers.get("Origin"); origin && !principal.cors.allows(*origin))
        return fail(Code::forbidden, fmt::format("this API key is not for pages of {}", *origin));
    return principal;
}

live::Scope scope_of(const access::Principal& principal) {
    live::Scope scope{.workspace = principal.workspace,
                      .key_name = principal.key_name,
                      .key_id = principal.key_id,
                      .default_project = principal.default_project};
    if (!principal.project.empty()) scope.project = principal.project;
    return scope;
}

}  // namespace spanreel::api
