// SPDX-License-Identifier: Apache-2.0
// Who asks, and what it may see. Any thread.
#pragma once
#include "access/key_ring.hpp"
#include "live/scope.hpp"
#include "net/http_message.hpp"

namespace spanreel::api::spanreel {

/// By Bearer, Basic or `x-api-key`.
Result<live::Scope> scope_of(access::KeyRing& keys, const net::Request& request);

}  // namespace spanreel::api::spanreel
