// SPDX-License-Identifier: Apache-2.0
// /healthz and /metrics.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "net/metrics.hpp"
#include "net/router.hpp"

namespace spanreel::server {

struct HealthSources {
    std::function<Result<void>()> healthy;             ///< fails when the store no longer takes writes
    std::function<std::vector<std::string>()> damage;  ///< files found damaged; the rest is served
};

/// GET /healthz: 200 `{"ok":true}`, with `damage` when something is lost, or 503 with the reason.
/// GET /metrics: Prometheus text. All must outlive the router.
void add_status_routes(net::Router& router, HealthSources sources, const net::Metrics& metrics);

}  // namespace spanreel::server
