// SPDX-License-Identifier: Apache-2.0
// Who calls, for every API: the key of a request, and what it may see of streams, sessions and assets. Any thread;
// blocks only for the time of a key lookup.
#pragma once
#include "access/key_ring.hpp"
#include "live/scope.hpp"
#include "net/http_message.hpp"

namespace spanreel::api {

/// By Bearer, Basic or `x-api-key`; cookies are not looked at. `unauthorized` without a key, or with one that is not
/// good.
Result<access::Principal> principal_of(access::KeyRing& keys, const net::Request& request);

live::Scope scope_of(const access::Principal& principal);

}  // namespace spanreel::api
