// SPDX-License-Identifier: Apache-2.0
#include "net/http_metrics.hpp"

#include <fmt/format.h>

namespace spanreel::net {

HttpMetrics::HttpMetrics(Metrics& metrics, const Router& router)
    : connections(metrics.gauge("spanreel_http_connections", "Open HTTP connections")),
      in_flight(metrics.gauge("spanreel_http_requests_in_flight", "HTTP requests being answered")),
      refused_connections(
          metrics.counter("spanreel_http_refused_connections_total", "Connections over the limit, told 503")),
      received_bytes(metrics.counter("spanreel_http_received_bytes_total", "Bytes read from HTTP connections")),
      sent_bytes(metrics.counter("spanreel_http_sent_bytes_total", "Bytes written to HTTP connections")),
      unmatched_(make(metrics, "none", "any")) {
    for (const Route& route : router.routes())
        routes_.push_back(make(metrics, route.pattern, std::string(to_string(route.method))));
}

HttpMetrics::RouteMetrics HttpMetrics::make(Metrics& metrics, const std::string& pattern, const std::string& method) {
    RouteMetrics made;
    for (std::size_t i = 0; i < kStatusClasses; ++i)
        made.requests[i] =
            &metrics.counter("spanreel_http_requests_total", "HTTP requests answered",
                             {{"route", pattern}, {"method", method}, {"status", fmt::format("{}xx", i + 1)}});
    // From a cached answer (half a millisecond) to a long poll.
    made.duration = &metrics.histogram("spanreel_http_request_duration_seconds", "From the head to the last byte sent",
                                       {{"route", pattern}, {"method", method}},
                                       {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10});
    return made;
}

void HttpMetrics::count(const Route* route, unsigned status, std::chrono::nanoseconds duration) {
    RouteMetrics& metrics = route ? routes_.at(route->index) : unmatched_;
    if (status >= 100 && status < 600) metrics.requests[status / 100 - 1]->Increment();
    metrics.duration->Observe(std::chrono::duration<double>(duration).count());
}

}  // namespace spanreel::net
