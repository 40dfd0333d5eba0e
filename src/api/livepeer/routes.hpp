// SPDX-License-Identifier: Apache-2.0
// Livepeer Studio's API below /api (contract, livepeer 3 and 6).
#pragma once
#include "api/livepeer/services.hpp"
#include "net/router.hpp"

namespace spanreel::api::livepeer {

void add_routes(net::Router& router, Services services);

}  // namespace spanreel::api::livepeer
