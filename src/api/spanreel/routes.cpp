// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/routes.hpp"

#include <charconv>

#include "api/caller/caller.hpp"
#include "api/json/json_text.hpp"
#include "api/spanreel/console.hpp"
#include "api/spanreel/errors.hpp"
#include "api/spanreel/key_routes.hpp"
#include "api/spanreel/session_json.hpp"
#include "api/spanreel/span_routes.hpp"

namespace spanreel::api::spanreel {

namespace {

using net::Method;
using net::Request;
using net::RunOn;

constexpr std::size_t kDefaultListed = 50;

/// `limit` of the query, 1 to `max`.
Result<std::size_t> limit_of(const Request& request, std::size_t otherwise, std::size_t max) {
    const auto text = request.query.get("limit");
    if (!text) return otherwise;
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc() || end != text->data() + text->size() || limit < 1 || limit > max)
        return fail(Code::invalid, fmt::format("limit must be 1 to {}", max), "limit");
    return limit;
}

class Handlers {
  public:
    Handlers(access::KeyRing& keys, timeline::Sessions sessions) : keys_(keys), sessions_(sessions) {}

    Result<net::Response> list(const Request& request) const {
        SPANREEL_TRY(const live::Scope scope, scope_for(request));
        SPANREEL_TRY(const std::size_t limit, limit_of(request, kDefaultListed, timeline::kMaxListed));
        SPANREEL_TRY(const auto page, sessions_.list(scope, limit, request.query.get("after").value_or("")));
        return net::json_response(200, to_text(page_json(page)));
    }

    Result<net::Response> get(const Request& request, const std::string& id) const {
        SPANREEL_TRY(const live::Scope scope, scope_for(request));
        SPANREEL_TRY(const timeline::Session session, sessions_.find(scope, id));
        SPANREEL_TRY(const auto joined, sessions_.joined(scope, session));
        return net::json_response(200, to_text(detail_json(session, joined)));
    }

    Result<net::Response> timeline(const Request& request, const std::string& id) const {
        SPANREEL_TRY(const live::Scope scope, scope_for(request));
        SPANREEL_TRY(const std::size_t limit, limit_of(request, timeline::kMaxSpans, timeline::kMaxSpans));
        SPANREEL_TRY(const timeline::Session session, sessions_.find(scope, id));
        SPANREEL_TRY(const auto timeline, sessions_.timeline(scope, session, limit));
        return net::json_response(200, to_text(timeline_json(session, timeline)));
    }

  private:
    Result<live::Scope> scope_for(const Request& request) const {
        SPANREEL_TRY(const access::Principal principal, principal_of(keys_, request, KeyScope::read));
        return scope_of(principal);
    }

    access::KeyRing& keys_;
    timeline::Sessions sessions_;
};

}  // namespace

void add_routes(net::Router& router, access::KeyRing& keys, const trace::Recorder& recorder, store::MetaStore& meta,
                live::Recordings& recordings) {
    const timeline::Sessions sessions(recorder, meta, recordings);
    const auto handlers = std::make_shared<const Handlers>(keys, sessions);
    router.mount("/v1/sessions", {.weak_etags = true, .render_error = error_response});
    router.add(Method::get, "/v1/sessions", RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->list(request); });
    router.add(Method::get, "/v1/sessions/{id}", RunOn::blocking_pool,
               [handlers](const Request& request, const std::string& id) { return handlers->get(request, id); });
    router.add(Method::get, "/v1/sessions/{id}/timeline", RunOn::blocking_pool,
               [handlers](const Request& request, const std::string& id) { return handlers->timeline(request, id); });
    add_span_routes(router, keys, recorder, sessions);
    add_key_routes(router, keys);
    add_console(router);
}

}  // namespace spanreel::api::spanreel
