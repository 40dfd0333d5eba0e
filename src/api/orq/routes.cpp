// SPDX-License-Identifier: Apache-2.0
#include "api/orq/routes.hpp"

#include "api/orq/caller.hpp"
#include "api/orq/errors.hpp"
#include "api/orq/session_handlers.hpp"
#include "api/orq/trace_handlers.hpp"
#include "api/orq/trace_search_handlers.hpp"

namespace spanreel::api::orq {

namespace {

using net::Method;
using net::Request;
using net::RunOn;

/// How requests to a prefix are taken.
net::Mount mount_of(std::size_t max_body) {
    return {.max_body = max_body, .max_encoded_body = max_body, .render_error = error_response};
}

void add_sessions(net::Router& router, const std::string& base, std::shared_ptr<const SessionHandlers> handlers,
                  std::size_t max_body) {
    std::string one = base + "/{session_id}";
    router.mount(base, mount_of(max_body));
    router.add(Method::post, base, RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->create(request); });
    router.add(Method::post, base + "/query", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->list(request); });
    router.add(Method::post, base + "/count", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->count(request); });
    router.add(Method::get, one, RunOn::blocking_pool,
               [handlers](const Request& request, std::string id) { return handlers->get(request, id); });
    router.add(Method::patch, one, RunOn::blocking_pool,
               [handlers](const Request& request, std::string id) { return handlers->update(request, id); });
    router.add(Method::delete_, one, RunOn::blocking_pool,
               [handlers](const Request& request, std::string id) { return handlers->remove(request, id); });
}

void add_traces(net::Router& router, std::shared_ptr<const TraceHandlers> handlers, std::size_t max_body) {
    router.mount("/v3/traces", mount_of(max_body));
    router.add(Method::get, "/v3/traces/{trace_id}", RunOn::blocking_pool,
               [handlers](const Request& request, std::string id) { return handlers->get(request, id); });
    router.add(Method::get, "/v3/traces/{trace_id}/spans", RunOn::blocking_pool,
               [handlers](const Request& request, std::string id) { return handlers->list_spans(request, id); });
    router.add(Method::get, "/v3/traces/{trace_id}/spans/{span_id}", RunOn::blocking_pool,
               [handlers](const Request& request, std::string id, std::string span_id) {
                   return handlers->get_span(request, id, span_id);
               });
}

void add_trace_search(net::Router& router, std::shared_ptr<const TraceSearchHandlers> handlers) {
    router.add(Method::post, "/v3/traces/search", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->search(request); });
    router.add(Method::post, "/v3/traces/query", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->query(request); });
    router.add(Method::post, "/v3/traces/aggregate", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->aggregate(request); });
    router.add(Method::get, "/v3/traces/facets", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->facets(request); });
    router.add(
        Method::get, "/v3/traces/facets/{field}", RunOn::blocking_pool,
        [handlers](const Request& request, std::string field) { return handlers->facet_values(request, field); });
    router.add(Method::get, "/v3/traces/fields", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->fields(request); });
}

Result<net::Response> unavailable(access::KeyRing& keys, const Request& request, std::string_view call) {
    SPANREEL_CHECK(caller_of(keys, request, KeyScope::read));
    return fail(Code::unsupported, fmt::format("{} is not available yet", call));
}

void add_unavailable(net::Router& router, access::KeyRing& keys) {
    constexpr std::string_view kLogs = "/v3/traces/{trace_id}/logs";
    router.add(Method::get, kLogs, RunOn::blocking_pool, [&keys, kLogs](const Request& request, std::string) {
        return unavailable(keys, request, fmt::format("GET {}", kLogs));
    });
}

}  // namespace

void add_routes(net::Router& router, access::KeyRing& keys, trace::Recorder& recorder, std::size_t max_body) {
    add_sessions(router, "/v2/traces/sessions",
                 std::make_shared<const SessionHandlers>(Generation::first, keys, recorder), max_body);
    auto second = std::make_shared<const SessionHandlers>(Generation::second, keys, recorder);
    add_sessions(router, "/v2/sessions", second, max_body);
    router.add(Method::get, "/v2/sessions/tags", RunOn::blocking_pool,
               [second](const Request& request) { return second->tags(request); });
    add_traces(router, std::make_shared<const TraceHandlers>(keys, recorder), max_body);
    add_trace_search(router, std::make_shared<const TraceSearchHandlers>(keys, recorder));
    add_unavailable(router, keys);
}

}  // namespace spanreel::api::orq
