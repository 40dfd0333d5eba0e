// SPDX-License-Identifier: Apache-2.0
// What a client and a single call can be told.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "spanreel/sdk/http.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

/// Waits between attempts: initial_interval * n^exponent and up to a second at random for the n-th repetition, counted
/// from 0, or what the server asks for by Retry-After; never more than max_interval.
struct Backoff {
    using Millis = std::chrono::duration<double, std::milli>;

    Millis initial_interval{500};
    Millis max_interval{60'000};
    double exponent = 1.5;
    /// No attempt begins once so much has passed since the first one, apart from the one that was waited for.
    Millis max_elapsed_time{3'600'000};
};

struct RetryConfig {
    enum class Strategy { none, backoff };
    Strategy strategy = Strategy::none;
    Backoff backoff{};
    bool retry_connection_errors = false;  ///< and timeouts
};

/// A key, or a function that is asked for one by every call. An empty key sends no Authorization.
using ApiKey = std::variant<std::string, std::function<std::string()>>;

/// What fetch() calls RequestInit, as far as it means something outside a browser.
struct FetchOptions {
    Headers headers{};       ///< take the place of the library's own, Authorization too, but for the user agent
    std::stop_token stop{};  ///< ends the call, waits included; a call that has one has no timeout
    Redirect redirect = Redirect::follow;
    bool keep_alive = true;  ///< the connection may serve another call
};

/// How far a call came. Without a request nothing was sent; without a response no answer came.
struct Exchange {
    std::optional<HttpRequest> request{};
    std::optional<HttpResponse> response{};
    enum class Status { invalid, request_error, complete };
    Status status() const { return response ? Status::complete : request ? Status::request_error : Status::invalid; }
};

/// Options of one call; what is absent comes from the client.
struct CallOptions {
    /// 0 counts as absent; a negative one is no limit.
    std::optional<std::chrono::milliseconds> timeout{};
    std::optional<RetryConfig> retries{};  ///< whether a call that failed is made again, and how often
    /// "503" or a family like "5XX". Absent: 429, 500, 502, 503, 504.
    std::optional<std::vector<std::string>> retry_codes{};
    std::optional<std::string> server_url{};  ///< instead of the client's
    FetchOptions fetch{};                     ///< headers of the caller's, a stop token, redirects
    /// Filled until the call ends, by the thread that makes it: see Operation::inspect().
    Exchange* exchange = nullptr;
};

/// Lines of a debug log, without secrets.
using DebugLogger = std::function<void(std::string_view line)>;

struct ClientOptions {
    /// Absent: from the environment, where the service names a variable.
    std::optional<ApiKey> api_key{};
    std::optional<std::string> server_url{};  ///< beats server_index
    std::size_t server_index = 0;             ///< in the service's list of servers
    std::optional<HttpClient> http_client{};
    std::optional<RetryConfig> retries{};
    std::optional<std::chrono::milliseconds> timeout{};  ///< as CallOptions::timeout
    DebugLogger debug_logger{};
    std::string user_agent{};  ///< instead of the library's
};

}  // namespace spanreel::sdk
#pragma GCC visibility pop
