// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/errors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/json/json_text.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;

namespace {

constexpr unsigned kTooLarge = 413;
constexpr unsigned kServerFault = 500;

}  // namespace

net::Response render_error(unsigned status, const Error& error) {
    std::string text = error.message;
    if (status == kTooLarge) text = "request entity too large";
    // What went wrong inside is for the log.
    if (status == kServerFault) text = "Internal server error: " + std::string(to_string(error.code));
    return json_answer(status, to_text(json::object{{"errors", json::array{json::string(text)}}}));
}

net::Response json_answer(unsigned status, std::string body) {
    net::Response response = net::json_response(status, std::move(body));
    response.headers.set("Content-Type", "application/json; charset=utf-8");
    return response;
}

std::unexpected<Error> not_here_yet(std::string_view what) {
    return fail(Code::unsupported, fmt::format("{} is not supported by this server yet", what));
}

}  // namespace spanreel::api::livepeer
