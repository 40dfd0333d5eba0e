// SPDX-License-Identifier: Apache-2.0
#include "api/caller/caller.hpp"

#include "net/authorization.hpp"

namespace spanreel::api {

Result<access::Principal> principal_of(access::KeyRing& keys, const net::Request& request) {
    const net::Credential credential = net::credential_of(request);
    if (credential.secret.empty())
        return fail(Code::unauthorized, "no API key: send the header \"Authorization: Bearer <key>\"");
    return keys.authenticate(credential.secret);
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
