// SPDX-License-Identifier: Apache-2.0
#include "net/dispatch.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>

namespace spanreel::net {

namespace {

Response finish(Result<Response> result, const Mount& mount, const ResponsePolicy& policy) {
    Response response = result ? *std::move(result) : render_error(mount, result.error());
    policy.apply(response);
    return response;
}

Response method_not_allowed(const Mount& mount, const std::vector<Method>& allowed) {
    Response response = render_error(mount, 405, {Code::unsupported, "Method not allowed"});
    std::string names;
    for (Method method : allowed) {
        if (!names.empty()) names += ", ";
        names += to_string(method);
    }
    response.headers.set("Allow", names);
    return response;
}

Result<Response> call_fallback(const RouteMatch& match, const Request& request) {
    const Mount& mount = match.mount->options;
    if (const Error* error = std::get_if<Error>(&match.failure)) return std::unexpected(*error);
    const Unmatched& unmatched = std::get<Unmatched>(match.failure);
    if (mount.fallback) return mount.fallback(request, unmatched);
    if (unmatched.allowed.empty()) return fail(Code::not_found, "Not found");
    return method_not_allowed(mount, unmatched.allowed);
}

}  // namespace

bool answers_at_once(const RouteMatch& match) {
    return !match.route ||
           (match.route->run_on == RunOn::io_thread && std::holds_alternative<PlainHandler>(match.route->handler));
}

Response call_plain(const RouteMatch& match, const Request& request, const ResponsePolicy& policy) {
    Result<Response> result;
    try {
        result = match.route ? std::get<PlainHandler>(match.route->handler)(request, match.arguments)
                             : call_fallback(match, request);
    } catch (...) {
        result = std::unexpected(thrown_error(std::current_exception()));
    }
    return finish(std::move(result), match.mount->options, policy);
}

void call_later(RouteMatch match, Request request, ResponsePolicy policy, boost::asio::thread_pool& pool,
                Responder responder) {
    if (std::holds_alternative<PlainHandler>(match.route->handler)) {
        boost::asio::post(pool, [match = std::move(match), request = std::move(request), policy = std::move(policy),
                                 responder = std::move(responder)] { responder(call_plain(match, request, policy)); });
        return;
    }
    const Mount& mount = match.mount->options;
    Responder finishing([&mount, policy = std::move(policy), responder](Result<Response> result) {
        responder(finish(std::move(result), mount, policy));
    });
    try {
        std::get<AsyncHandler>(match.route->handler)(std::move(request), finishing, match.arguments);
    } catch (...) {
        finishing.give_up(std::current_exception());
    }
}

}  // namespace spanreel::net
