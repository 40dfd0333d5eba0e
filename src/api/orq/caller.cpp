// SPDX-License-Identifier: Apache-2.0
#include "api/orq/caller.hpp"

#include "api/caller/caller.hpp"

namespace spanreel::api::orq {

Result<Caller> caller_of(access::KeyRing& keys, const net::Request& request, KeyScope needed) {
    SPANREEL_TRY(access::Principal principal, principal_of(keys, request, needed));
    Caller caller{std::move(principal.workspace), std::nullopt};
    if (!principal.project.empty()) caller.project = std::move(principal.project);
    return caller;
}

}  // namespace spanreel::api::orq
