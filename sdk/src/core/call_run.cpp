// SPDX-License-Identifier: Apache-2.0
#include "call_run.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <random>

#include "ascii.hpp"
#include "debug_log.hpp"
#include "request_json.hpp"

namespace spanreel::sdk {

namespace {

constexpr Backoff::Millis kMostJitter{1000};
/// Longer than anybody waits, and short enough to be added to a time.
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);

constexpr auto kDefaultRetryCodes = std::to_array<std::string_view>({"429", "500", "502", "503", "504"});

Error unexpected(std::string what, std::string cause) {
    return {.kind = Error::Kind::unexpected, .message = what + ": " + cause, .cause = std::move(cause)};
}

/// Calls a function of the caller's; what it throws is the call's failure.
template <class Function>
auto guarded(const char* what, Function&& function) -> Result<decltype(function())> {
    try {
        if constexpr (std::is_void_v<decltype(function())>) {
            function();
            return {};
        } else {
            return function();
        }
    } catch (const std::exception& error) {
        return std::unexpected(unexpected(what, error.what()));
    } catch (...) {
        return std::unexpected(unexpected(what, "something that is no std::exception was thrown"));
    }
}

Result<std::string> key_of(const std::optional<ApiKey>& key) {
    if (!key) return std::string();
    if (const auto* text = std::get_if<std::string>(&*key)) return *text;
    return guarded("The function for the API key failed", std::get<std::function<std::string()>>(*key));
}

std::string credentials(const std::string& key) {
    return same_letters(key.substr(0, 7), "bearer ") ? key : "Bearer " + key;
}

/// The first that says something, of the call and of the client; 0 counts as nothing.
std::chrono::milliseconds timeout_of(const CallOptions& call, const Core::State& state) {
    for (const auto& timeout : {call.timeout, state.options.timeout})
        if (timeout && timeout->count() != 0) return *timeout;
    return state.service.default_timeout;
}

/// A number as ECMA-262's Number() reads it.
std::optional<double> number_in(const std::string& text) {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view digits = hex ? "0123456789abcdefABCDEF" : "0123456789.eE+-";
    if (text.empty() || text.find_first_not_of(digits, hex ? 2 : 0) != std::string::npos) return std::nullopt;
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (*end != 0 || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::optional<Date> date_in(const std::string& text) {
    if (const auto date = from_iso(text); date && text.ends_with('Z')) return date;
    const std::time_t time = curl_getdate(text.c_str(), nullptr);  // the three forms of RFC 9110, section 5.6.7
    if (time == -1) return std::nullopt;
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::from_time_t(time));
}

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.contains(c);
    });
}

/// Takes blanks and line ends from both ends of values, as fetch() does; nothing else may end a line of the head.
std::optional<Error> clean(HttpRequest& request) {
    if (!is_token(request.method)) return input_error("the method is no token");
    Headers headers;
    for (const auto& [name, value] : request.headers.fields()) {
        const std::string_view text = trimmed(value);
        if (!is_token(name)) return input_error("\"" + name + "\" is no name of a header");
        if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
            return input_error("the header " + name + " has more than one line");
        headers.add(name, text);
    }
    request.headers = std::move(headers);
    return std::nullopt;
}

}  // namespace

Backoff::Millis retry_after(const Headers& headers, bool knows_milliseconds) {
    if (const auto value = headers.get("retry-after-ms"); value && knows_milliseconds)
        if (const auto millis = number_in(*value); millis && *millis >= 0) return Backoff::Millis(*millis);
    const std::string value = headers.get("retry-after").value_or("");
    if (const auto seconds = number_in(value); seconds && std::trunc(*seconds) == *seconds)
        return Backoff::Millis(*seconds * 1000);
    const auto date = date_in(value);
    if (!date) return Backoff::Millis(0);
    return std::max(
        Backoff::Millis(0),
        Backoff::Millis(std::chrono::ceil<std::chrono::milliseconds>(*date - std::chrono::system_clock::now())));
}

bool matches_status(std::string_view pattern, int status) {
    const std::string actual = std::to_string(status);
    const bool family =
        pattern.size() == 3 && pattern[0] >= '0' && pattern[0] <= '9' && same_letters(pattern.substr(1), "xx");
    return family ? pattern[0] == actual[0] : pattern == actual;
}

CallRun::CallRun(const Core::State& state, const Prepared& prepared, const CallOptions& options)
    : state_(state),
      prepared_(prepared),
      options_(options),
      retries_(options.retries         ? *options.retries
               : state.options.retries ? *state.options.retries
                                       : []() -> const RetryConfig& {
          static const RetryConfig none;
          return none;
      }()),
      timeout_(std::min(timeout_of(options, state), kLongest)),
      send_{.stop = options.fetch.stop, .redirect = options.fetch.redirect, .keep_alive = options.fetch.keep_alive} {}

Result<void> CallRun::begin() {
    if (options_.exchange) *options_.exchange = {};
    std::optional<ServerUrl> server = state_.server;
    if (options_.server_url) server = ServerUrl::parse(*options_.server_url);
    if (!server)
        return std::unexpected(
            Error{.kind = Error::Kind::invalid_request,
                  .message = "Invalid URL: \"" + *options_.server_url + "\" is no http or https URL"});
    if (walks_up(prepared_.path))
        return std::unexpected(input_error("the id is \".\" or \"..\", which would ask for something else"));
    Result<std::string> key = key_of(state_.options.api_key);
    if (!key) return std::unexpected(std::move(key).error());

    request_ = {.method = std::string(prepared_.method),
                .url = prepared_.from_root ? server->origin + prepared_.path : server->with_path(prepared_.path),
                .headers = {},
                .body = prepared_.body};
    std::string query = prepared_.query;
    if (query.empty() || prepared_.merges_query)
        query = server->query + (query.empty() || server->query.empty() ? "" : "&") + query;
    if (!query.empty()) request_.url += "?" + query;
    request_.headers.set("Accept", prepared_.accept);
    if (prepared_.has_json_body) request_.headers.set("Content-Type", "application/json");
    if (!key->empty()) request_.headers.set("Authorization", credentials(*key));
    for (const auto& [name, value] : options_.fetch.headers.fields()) request_.headers.remove(name);
    for (const auto& [name, value] : options_.fetch.headers.fields()) request_.headers.add(name, value);
    request_.headers.set("User-Agent", state_.user_agent);

    begun_ = Clock::now();
    if (timeout_.count() > 0 && !send_.stop.stop_possible()) send_.deadline = begun_ + timeout_;
    return {};
}

Result<HttpRequest> CallRun::next_request() {
    if (send_.deadline && prepared_.timeout_each) send_.deadline = Clock::now() + timeout_;
    HttpRequest request = request_;
    Result<void> hooked = guarded("Unexpected HTTP client error", [&] { state_.client.before(request); });
    if (!hooked) return std::unexpected(std::move(hooked).error());
    if (auto refused = clean(request)) return std::unexpected(*std::move(refused));
    if (options_.exchange) options_.exchange->request = request;
    if (state_.log) (void)guarded("", [&] { log_request(state_.log, request); });  // a log decides nothing
    return request;
}

SendResult CallRun::fetch(const HttpRequest& request) {
    Result<SendResult> fetched =
        guarded("Unexpected HTTP client error", [&] { return state_.client.fetch(request, send_); });
    if (fetched) return *std::move(fetched);
    failure_ = std::move(fetched).error();
    return std::unexpected(TransportError{TransportError::Kind::connection, failure_->message});
}

std::optional<Backoff::Millis> CallRun::attempted(SendResult result, const HttpRequest& request) {
    last_ = std::move(result);
    Result<void> hooked = guarded("Unexpected HTTP client error", [&] { state_.client.after(last_, request); });
    if (!hooked) failure_ = std::move(hooked).error();
    if (failure_) return std::nullopt;
    if (state_.log) (void)guarded("", [&] { log_result(state_.log, request, last_); });
    if (!may_repeat() || Clock::now() - begun_ > retries_.backoff.max_elapsed_time) return std::nullopt;
    const Backoff::Millis wanted = wait();
    ++attempts_;
    return wanted;
}

bool CallRun::may_repeat() const {
    if (retries_.strategy == RetryConfig::Strategy::none) return false;
    if (!last_) return retries_.retry_connection_errors && last_.error().kind != TransportError::Kind::aborted;
    const auto fits = [&](std::string_view code) { return matches_status(code, last_->status); };
    return options_.retry_codes ? std::ranges::any_of(*options_.retry_codes, fits)
                                : std::ranges::any_of(kDefaultRetryCodes, fits);
}

Backoff::Millis CallRun::wait() const {
    thread_local std::mt19937_64 random{std::random_device{}()};
    const Backoff& backoff = retries_.backoff;
    Backoff::Millis wanted = last_ ? retry_after(last_->headers, prepared_.retry_after_ms) : Backoff::Millis(0);
    if (wanted.count() <= 0)
        wanted = backoff.initial_interval * std::pow(attempts_, backoff.exponent) +
                 Backoff::Millis(std::uniform_real_distribution<double>(0, kMostJitter.count())(random));
    wanted = std::min(wanted, backoff.max_interval);
    return wanted < kLongest ? wanted : Backoff::Millis(kLongest);  // nor what is no number
}

Result<HttpResponse> CallRun::result() && {
    if (failure_) return std::unexpected(*std::move(failure_));
    if (last_) {
        if (options_.exchange) options_.exchange->response = *last_;
        return *std::move(last_);
    }
    const std::string& why = last_.error().message;
    auto failed = [&](Error::Kind kind, const char* what) {
        return std::unexpected(Error{.kind = kind, .message = std::string(what) + ": " + why, .cause = why});
    };
    switch (last_.error().kind) {
        case TransportError::Kind::aborted: return failed(Error::Kind::aborted, "Request aborted by client");
        case TransportError::Kind::timeout: return failed(Error::Kind::timeout, "Request timed out");
        case TransportError::Kind::connection: break;
    }
    return failed(Error::Kind::connection, "Unable to make request");
}

}  // namespace spanreel::sdk
