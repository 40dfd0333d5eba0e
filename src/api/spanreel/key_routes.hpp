// SPDX-License-Identifier: Apache-2.0
// /v1/keys: make, list and revoke API keys. For keys with the scope admin; one of a project sees and makes keys of that
// project alone.
#pragma once
#include "access/key_ring.hpp"
#include "net/router.hpp"

namespace spanreel::api::spanreel {

/// POST /v1/keys: 201 with the key and, this once, its `secret`. GET /v1/keys: `{"data": [...]}`, also revoked ones,
/// oldest first. DELETE /v1/keys/{id}: 204; the key ends at once. The key ring outlives the router.
void add_key_routes(net::Router& router, access::KeyRing& keys);

}  // namespace spanreel::api::spanreel
