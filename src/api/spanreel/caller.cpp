// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/caller.hpp"

#include "net/authorization.hpp"

namespace spanreel::api::spanreel {

Result<live::Scope> scope_of(access::KeyRing& keys, const net::Request& request) {
    const net::Credential credential = net::credential_of(request);
    if (credential.secret.empty())
        return fail(Code::unauthorized, "no API key: send the header \"Authorization: Bearer <key>\"");
    SPANREEL_TRY(access::Principal principal, keys.authenticate(credential.secret));
    live::Scope scope{.workspace = std::move(principal.workspace),
                      .key_name = std::move(principal.key_name),
                      .key_id = std::move(principal.key_id),
                      .default_project = std::move(principal.default_project)};
    if (!principal.project.empty()) scope.project = std::move(principal.project);
    return scope;
}

}  // namespace spanreel::api::spanreel
