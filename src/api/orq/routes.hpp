// SPDX-License-Identifier: Apache-2.0
// The Orq API under /v2/traces/sessions, /v2/sessions and /v3/traces. What this version does not do yet is answered
// with 501 by name.
#pragma once
#include "access/key_ring.hpp"
#include "net/router.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::orq {

/// Adds mounts and routes. The arguments must outlive the router. `max_body`: bytes of a request's JSON.
void add_routes(net::Router& router, access::KeyRing& keys, trace::Recorder& recorder, std::size_t max_body = 1u << 20);

}  // namespace spanreel::api::orq
