// SPDX-License-Identifier: Apache-2.0
#include "api/orq/caller.hpp"

#include "net/authorization.hpp"

namespace spanreel::api::orq {

Result<Caller> caller_of(access::KeyRing& keys, const net::Request& request) {
    net::Credential credential = net::credential_of(request);
    if (credential.secret.empty())
        return fail(Code::unauthorized, "no API key: send the header \"Authorization: Bearer <key>\"");
    SPANREEL_TRY(access::Principal principal, keys.authenticate(credential.secret));
    Caller caller{std::move(principal.workspace), std::nullopt};
    if (!principal.project.empty()) caller.project = std::move(principal.project);
    return caller;
}

}  // namespace spanreel::api::orq
