// SPDX-License-Identifier: Apache-2.0
// What HTTP listeners count: requests by route pattern, method and status class. Made before the first connection;
// then any thread may count.
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

#include "net/metrics.hpp"
#include "net/router.hpp"

namespace spanreel::net {

class HttpMetrics {
  public:
    HttpMetrics(Metrics& metrics, const Router& router);

    /// `route` is null for requests that no route took.
    void count(const Route* route, unsigned status, std::chrono::nanoseconds duration);

    prometheus::Gauge& connections;
    prometheus::Gauge& in_flight;
    prometheus::Counter& refused_connections;
    prometheus::Counter& received_bytes;
    prometheus::Counter& sent_bytes;

  private:
    static constexpr std::size_t kStatusClasses = 5;
    struct RouteMetrics {
        std::array<prometheus::Counter*, kStatusClasses> requests{};
        prometheus::Histogram* duration = nullptr;
    };
    static RouteMetrics make(Metrics& metrics, const std::string& pattern, const std::string& method);

    std::vector<RouteMetrics> routes_;
    RouteMetrics unmatched_;
};

}  // namespace spanreel::net
