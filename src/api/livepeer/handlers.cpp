// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/handlers.hpp"

#include "api/json/json_parse.hpp"
#include "api/json/json_text.hpp"
#include "api/livepeer/errors.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;

namespace {

/// No call of this API reads with another method.
KeyScope scope_by_method(net::Method method) {
    return method == net::Method::get || method == net::Method::head ? KeyScope::read : KeyScope::write;
}

}  // namespace

Result<void> check_permission(const net::Request& request, const Urls& urls, const Caller& caller, bool for_visitors) {
    const auto origin = request.headers.get("Origin");
    if (origin && *origin != urls.base() && !caller.cors.allows(*origin))
        return fail(Code::forbidden, fmt::format("credential disallows CORS access from origin {}", *origin));
    if (caller.cors.for_pages() && !caller.cors.full_access && !for_visitors)
        return fail(Code::forbidden, "access forbidden for CORS-enabled API key with restricted access");
    if (!caller.scopes.include(scope_by_method(request.method)))
        return fail(Code::forbidden, "credential has insufficent privileges");
    return {};
}

Result<Call> begin_call(const Services& services, const net::Request& request, bool for_visitors) {
    SPANREEL_TRY(Caller caller, authenticate(services, request));
    Urls urls(services.public_url, request);
    SPANREEL_CHECK(check_permission(request, urls, caller, for_visitors));
    return Call{.services = services,
                .request = request,
                .caller = std::move(caller),
                .urls = std::move(urls),
                .now = std::chrono::floor<Millis>(services.clock())};
}

net::Response readable_by_page(net::Response response, const net::Request& request) {
    if (const auto origin = request.headers.get("Origin"))
        response.headers.set("Access-Control-Allow-Origin", std::string(*origin));
    return response;
}

Result<Stream> Call::find_stream(const std::string& id) const {
    Result<Stream> stream = services.streams.get(scope(), id);
    return stream ? stream : services.streams.get_by_playback_id(scope(), id);
}

Result<json::object> read_body(const net::Request& request, const Schema& schema) {
    json::value body = json::object{};
    if (request.content_type() == "application/json" && !request.body.empty()) {
        SPANREEL_TRY(body, parse_json(request.body));
        if (!body.is_object() && !body.is_array())
            return fail(Code::invalid, "the body must be a JSON object, not a single value");
    }
    if (const auto failure = schema.find_failure(body)) return fail(Code::unprocessable, *failure);
    return std::move(body.get_object());
}

net::Response answer(const json::object& object, unsigned status) { return json_answer(status, to_text(object)); }

net::Response no_content() { return net::empty_response(204); }

}  // namespace spanreel::api::livepeer
