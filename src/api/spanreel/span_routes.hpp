// SPDX-License-Identifier: Apache-2.0
// GET /v1/spans: spans as they were received (docs/import-export.md).
#pragma once
#include "access/key_ring.hpp"
#include "net/router.hpp"
#include "timeline/sessions.hpp"

namespace spanreel::api::spanreel {

/// The key ring and the recorder outlive the router.
void add_span_routes(net::Router& router, access::KeyRing& keys, const trace::Recorder& recorder,
                     timeline::Sessions sessions);

}  // namespace spanreel::api::spanreel
