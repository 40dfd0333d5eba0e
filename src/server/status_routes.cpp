// SPDX-License-Identifier: Apache-2.0
#include "server/status_routes.hpp"

#include <boost/json.hpp>

namespace spanreel::server {

namespace {

net::Response health_response(const HealthSources& sources) {
    boost::json::object body;
    Result<void> healthy = sources.healthy();
    body["ok"] = healthy.has_value();
    if (!healthy) body["error"] = healthy.error().message;
    std::vector<std::string> damage = sources.damage();
    if (!damage.empty()) body["damage"] = boost::json::array(damage.begin(), damage.end());
    return net::json_response(healthy ? 200 : 503, boost::json::serialize(body));
}

}  // namespace

void add_status_routes(net::Router& router, HealthSources sources, const net::Metrics& metrics) {
    router.add(net::Method::get, "/healthz", net::RunOn::io_thread,
               [sources = std::move(sources)](const net::Request&) { return health_response(sources); });
    router.add(net::Method::get, "/metrics", net::RunOn::blocking_pool, [&metrics](const net::Request&) {
        net::Response response = net::text_response(200, metrics.text());
        response.headers.set("Content-Type", net::Metrics::kContentType);
        return response;
    });
}

}  // namespace spanreel::server
