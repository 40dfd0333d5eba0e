// SPDX-License-Identifier: Apache-2.0
// What a call's failure means to the person at the command line, and with which code the program ends. The one place
// that knows.
#pragma once
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "client/connection.hpp"
#include "spanreel/sdk/error.hpp"

namespace spanreel::client {

/// `what` names what was asked for: "stream 4711", "the sessions".
Error explain(const Connection& connection, const sdk::Error& error, std::string_view what);

/// The server's own words. The error has a response.
std::string reason_of(const sdk::Error& error);

/// The result of a call.
template <class T>
Result<T> told(const Connection& connection, sdk::Result<T> result, std::string_view what) {
    if (!result) return std::unexpected(explain(connection, result.error(), what));
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return *std::move(result);
}

/// The payload of a call of Livepeer's, as in `told(connection, stream_get(...), &StreamResponse::stream, "stream 1")`.
template <class Response, class T>
Result<T> told(const Connection& connection, sdk::Result<Response> result, std::optional<T> Response::* payload,
               std::string_view what) {
    SPANREEL_TRY(Response response, told(connection, std::move(result), what));
    if (!(response.*payload))
        return fail(Code::internal, fmt::format("{} answered with status {} and without {}", connection.server(),
                                                response.status_code, what));
    return *std::move(response.*payload);
}

}  // namespace spanreel::client
