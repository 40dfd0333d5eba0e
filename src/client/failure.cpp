// SPDX-License-Identifier: Apache-2.0
#include "client/failure.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "spanreel/livepeer/answer.hpp"

namespace spanreel::client {

namespace {

constexpr std::size_t kMostReasonBytes = 500;  // of a body that is no error of the APIs, such as a proxy's page

Code code_of(int status) {
    switch (status) {
        case 400: return Code::invalid;
        case 401: return Code::unauthorized;
        case 403: return Code::forbidden;
        case 404: return Code::not_found;
        case 409: return Code::conflict;
        case 413: return Code::too_large;
        case 422: return Code::unprocessable;
        case 429: return Code::exhausted;
        case 501: return Code::unsupported;
        case 502:
        case 503:
        case 504: return Code::unavailable;
        default: return Code::internal;
    }
}

/// `{"message": "..."}`, as the sessions' API and OTLP have it, or the same within `{"error": ...}`, as /v1 has it.
std::string message_in(const std::string& body) {
    boost::system::error_code failed;
    const boost::json::value value = boost::json::parse(body, failed);
    if (failed || !value.is_object()) return "";
    const boost::json::value* error = value.get_object().if_contains("error");
    const boost::json::object& told = error && error->is_object() ? error->get_object() : value.get_object();
    const boost::json::value* message = told.if_contains("message");
    return message && message->is_string() ? std::string(message->get_string()) : "";
}

}  // namespace

std::string reason_of(const sdk::Error& error) {
    if (const auto texts = livepeer::error_texts(error); !texts.empty())
        return fmt::format("{}", fmt::join(texts, "; "));
    const std::string& body = error.response->body;
    if (std::string message = message_in(body); !message.empty()) return message;
    return body.empty() ? "no reason given" : body.substr(0, kMostReasonBytes);
}

namespace {

Error refused(const Connection& connection, const sdk::Error& error, std::string_view what) {
    const int status = error.status_code();
    const std::string& server = connection.server();
    const std::string reason = connection.without_key(reason_of(error));
    const Code code = code_of(status);
    if (code == Code::unauthorized && connection.key_source().empty())
        return {code, fmt::format("{} wants an API key: {}", server, connection.hints().key)};
    if (code == Code::unauthorized || code == Code::forbidden)
        return {code, fmt::format("{} refuses the key from {}: {}", server, connection.key_source(), reason)};
    if (code == Code::not_found && what.starts_with("the "))  // a list, of something that is not there
        return {code, fmt::format("{} does not find {}: {}", server, what, reason)};
    if (code == Code::not_found) return {code, fmt::format("there is no {} on {}: {}", what, server, reason)};
    return {code, fmt::format("{} refuses {} with status {}: {}", server, what, status, reason)};
}

}  // namespace

Error explain(const Connection& connection, const sdk::Error& error, std::string_view what) {
    using Kind = sdk::Error::Kind;
    const std::string& server = connection.server();
    switch (error.kind) {
        case Kind::api:
        case Kind::not_found:
            if (error.status_code() >= 400) return refused(connection, error, what);
            break;
        case Kind::input_validation: return {Code::invalid, error.message};
        case Kind::connection:
            return {Code::unavailable,
                    fmt::format("{} is not reached: {}. Start a server there with `spanreel serve`, or name another "
                                "with {}",
                                server, error.cause.empty() ? error.message : error.cause, connection.hints().server)};
        case Kind::timeout:
            return {
                Code::unavailable,
                fmt::format("{} gave no answer in {} s. Wait longer with --timeout, or name another with {}", server,
                            std::chrono::duration<double>(connection.timeout()).count(), connection.hints().server)};
        case Kind::response_validation:
        case Kind::invalid_request:
        case Kind::aborted:
        case Kind::unexpected: break;
    }
    return {Code::internal,
            fmt::format("{} gave an answer for {} that is not understood; is it a server of this API? {}", server, what,
                        error.message)};
}

}  // namespace spanreel::client
