// SPDX-License-Identifier: Apache-2.0
// What all operations of Livepeer's API have in common: how an answer looks, and how it fails.
//
// A failed call is an sdk::Error of kind `api` for every status from 400 on (playback_get: `not_found` for a 404 in
// JSON), `response_validation` for a body that does not fit, and the kinds of calls without an answer.
#pragma once
#include <chrono>
#include <concepts>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "spanreel/livepeer/core.hpp"
#include "spanreel/sdk/nullable.hpp"
#include "spanreel/sdk/operation.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

/// The API counts times as milliseconds since 1970, and so do the models; these turn them into dates and back.
using Date = std::chrono::sys_time<std::chrono::milliseconds>;
inline Date to_date(double unix_millis) {
    return Date(std::chrono::milliseconds(static_cast<std::int64_t>(unix_millis)));
}
inline double to_millis(Date date) { return static_cast<double>(date.time_since_epoch().count()); }

/// The body of an error.
struct Errors {
    std::optional<std::vector<std::string>> errors;
};

/// What every answer says; those with a payload add it under its name.
struct Answer {
    std::string content_type;
    int status_code = 0;
    sdk::HttpResponse raw_response;
    /// Set instead of the payload when the server answered in JSON with a status that the operation does not name,
    /// such as 202 where 200 is due.
    std::optional<Errors> error;
};
/// As JSON, without the raw response.
std::string to_json(const Answer& answer);

/// The texts by which the server explains its refusal; none when it gave no reason in the API's form.
std::vector<std::string> error_texts(const sdk::Error& error);

/// The request of an operation that takes the id of something. Any text converts: `session_get(core, "<id>")`.
struct Id {
    template <std::convertible_to<std::string_view> Text>
    Id(const Text& text) : id(std::string_view(text)) {}

    std::string id;  ///< percent-encoded into the path
};

/// The request of an operation that takes nothing: `session_get_all(core)` or `session_get_all(core, {}, options)`.
struct NoRequest {};

/// Prints what to_json() gives.
template <class Model>
    requires requires(const Model& model) {
        { to_json(model) } -> std::same_as<std::string>;
    }
std::ostream& operator<<(std::ostream& out, const Model& model) {
    return out << to_json(model);
}

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
