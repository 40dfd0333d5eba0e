// SPDX-License-Identifier: Apache-2.0
// Who calls (contract, livepeer 1.1). Functions block only for the time of a key lookup; any thread.
#pragma once
#include "api/livepeer/services.hpp"
#include "base/error.hpp"
#include "live/scope.hpp"
#include "net/http_message.hpp"

namespace spanreel::api::livepeer {

struct Caller {
    std::string user_id;  ///< Workspace::user_id
    live::Scope scope;
    KeyScopes scopes;
    KeyCors cors;
};

/// Whether a key of web pages without full access may make this call (contract, livepeer 1.2). `pattern` as the route
/// is added.
bool is_for_visitors(net::Method method, std::string_view pattern);

/// `unauthorized` without a key or a user's token, or with one that is not good.
Result<Caller> authenticate(const Services& services, const net::Request& request);
/// Nothing for a request without a credential.
Result<std::optional<Caller>> authenticate_if_given(const Services& services, const net::Request& request);

}  // namespace spanreel::api::livepeer
