// SPDX-License-Identifier: Apache-2.0
// Spanreel's own API: /v1/sessions (docs/timeline.md), /v1/spans (docs/import-export.md), /v1/keys (docs/keys.md), and
// the console that uses it: pages at / and /sessions/{id}, their files under /web.
#pragma once
#include "access/key_ring.hpp"
#include "live/recordings.hpp"
#include "net/router.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::spanreel {

/// Adds mounts and routes. The arguments outlive the router.
void add_routes(net::Router& router, access::KeyRing& keys, const trace::Recorder& recorder, store::MetaStore& meta,
                live::Recordings& recordings);

}  // namespace spanreel::api::spanreel
