// SPDX-License-Identifier: Apache-2.0
// What the handlers of the nouns share: the caller, the body, the answer. Handlers run on the blocking pool.
#pragma once
#include <boost/json/object.hpp>

#include <string_view>

#include "api/livepeer/caller.hpp"
#include "api/livepeer/errors.hpp"
#include "api/livepeer/list_params.hpp"
#include "api/livepeer/objects.hpp"
#include "api/livepeer/schema.hpp"
#include "api/livepeer/services.hpp"
#include "net/router.hpp"

namespace spanreel::api::livepeer {

/// One request of a known caller.
struct Call {
    const Services& services;
    const net::Request& request;
    Caller caller;
    Urls urls;
    UnixMillis now;

    Rendering rendering() const { return {.user_id = caller.user_id, .scope = caller.scope, .urls = urls, .now = now}; }
    const live::Scope& scope() const { return caller.scope; }
    /// What the query asks of a list of `noun`.
    Result<store::ListQuery> list_query(store::Noun noun) const {
        return read_list_query(request, scope(), services.meta, noun, now);
    }
    /// By id, else by playback id.
    Result<Stream> find_stream(const std::string& id) const;
};

/// `forbidden` when the caller's key lacks the scope, comes from a page that it does not allow, or is one of pages
/// without full access where that is needed (contract, livepeer 1.1 and 1.2, whose spelling this is). `for_visitors`:
/// as is_for_visitors() says of the route.
Result<void> check_permission(const net::Request& request, const Urls& urls, const Caller& caller, bool for_visitors);

/// With the permission checked.
Result<Call> begin_call(const Services& services, const net::Request& request, bool for_visitors);

/// Lets the page that asked read the answer, which begin_call allowed.
net::Response readable_by_page(net::Response response, const net::Request& request);

/// The body as an object that fits the schema: `unprocessable` with what Ajv says when it does not. A body of another
/// content type than JSON counts as `{}`.
Result<boost::json::object> read_body(const net::Request& request, const Schema& schema);

net::Response answer(const boost::json::object& object, unsigned status = 200);
net::Response no_content();

/// `render(const T&) -> Result<std::string>`: JSON
template <class T, class Render>
Result<net::Response> answer_items(const std::vector<T>& items, Render render) {
    std::string text = "[";
    for (const T& item : items) {
        SPANREEL_TRY(const std::string object, render(item));
        if (text.size() > 1) text += ',';
        text += object;
    }
    text += ']';
    return json_answer(200, std::move(text));
}

/// One page of a list, with its headers.
template <class T, class Render>
Result<net::Response> answer_page(const Call& call, const store::ListQuery& query, const store::Page<T>& page,
                                  Render render) {
    SPANREEL_TRY(net::Response response, answer_items(page.items, render));
    add_page_headers(response, call.request, call.urls, query, page);
    return response;
}

/// Adds a route whose handler is `(Call&, std::string...) -> Result<net::Response>` and needs a caller.
template <class... Path, class Handler>
void add_call(net::Router& router, const std::shared_ptr<const Services>& services, net::Method method,
              std::string_view pattern, Handler handler) {
    const bool for_visitors = is_for_visitors(method, pattern);
    router.add(method, pattern, net::RunOn::blocking_pool,
               [=](const net::Request& request, const Path&... path) -> Result<net::Response> {
                   SPANREEL_TRY(Call call, begin_call(*services, request, for_visitors));
                   Result<net::Response> answer = handler(call, path...);
                   if (!answer) answer = render_error(http_status(answer.error().code), answer.error());
                   return readable_by_page(*std::move(answer), request);
               });
}

using SharedServices = std::shared_ptr<const Services>;

void add_stream_routes(net::Router& router, const SharedServices& services);
void add_session_routes(net::Router& router, const SharedServices& services);
void add_asset_routes(net::Router& router, const SharedServices& services);
void add_clip_routes(net::Router& router, const SharedServices& services);
void add_playback_routes(net::Router& router, const SharedServices& services);
void add_task_routes(net::Router& router, const SharedServices& services);
/// Routes this server knows by name only: 501.
void add_unsupported_routes(net::Router& router, const SharedServices& services);

/// A session with its recording, if there is one.
Result<boost::json::object> render_session(const Call& call, const StreamSession& session);

/// Clips of one session or stream, as both /session/{id}/clips and /clip/{id} show them.
Result<net::Response> list_clips_where(const Call& call, std::string_view field, const std::string& value);

}  // namespace spanreel::api::livepeer
