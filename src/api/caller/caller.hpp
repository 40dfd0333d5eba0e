// SPDX-License-Identifier: Apache-2.0
// Who calls, for every API: the key of a request, and what it may see of streams, sessions and assets. Any thread;
// blocks only for the time of a key lookup.
#pragma once
#include "access/key_ring.hpp"
#include "live/scope.hpp"
#include "net/http_message.hpp"

namespace spanreel::api {

/// By Bearer, Basic or `x-api-key`; cookies are not looked at. `unauthorized` without a key, or with one that is not
/// good; `forbidden` when the key is not for this: it lacks the scope, comes from a page that it does not allow, or is
/// one of web pages, which may do no more here than send spans.
Result<access::Principal> principal_of(access::KeyRing& keys, const net::Request& request, KeyScope needed);

live::Scope scope_of(const access::Principal& principal);

}  // namespace spanreel::api
