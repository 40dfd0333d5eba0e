// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/handlers.hpp"

#include "api/json/json_parse.hpp"
#include "api/json/json_text.hpp"
#include "api/livepeer/errors.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;

namespace {

/// No key has CORS settings yet, so none may be used from a page of another origin.
Result<void> check_origin(const net::Request& request, const Urls& urls) {
    const auto origin = request.headers.get("Origin");
    if (!origin || *origin == urls.base()) return {};
    return fail(Code::forbidden, fmt::format("credential disallows CORS access from origin {}", *origin));
}

}  // namespace

Result<Call> begin_call(const Services& services, const net::Request& request) {
    SPANREEL_TRY(Caller caller, authenticate(services.keys, request));
    Urls urls(services.public_url, request);
    SPANREEL_CHECK(check_origin(request, urls));
    return Call{.services = services,
                .request = request,
                .caller = std::move(caller),
                .urls = std::move(urls),
                .now = std::chrono::floor<Millis>(services.clock())};
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

net::Response answer(const json::array& array) { return json_answer(200, to_text(json::value(array))); }

net::Response no_content() { return net::empty_response(204); }

}  // namespace spanreel::api::livepeer
