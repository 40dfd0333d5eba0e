// SPDX-License-Identifier: Apache-2.0
// Makes calls that it is told on standard input, a JSON object a line, and says on standard output how each ended:
//     {"library":"orq","operation":"threads_get","request":{...},"client":{...},"options":{...}}
//     {"value":...} or {"error":{"kind":"api","message":...,"status":404}}
#include <boost/json.hpp>

#include <iostream>
#include <thread>

#include "livepeer_calls.hpp"
#include "orq_calls.hpp"

namespace spanreel::sdk::driver {
namespace {

namespace json = boost::json;

const json::value* member(const json::value& object, std::string_view name) {
    return object.is_object() ? object.get_object().if_contains(name) : nullptr;
}

std::optional<std::string> text(const json::value& object, std::string_view name) {
    const json::value* found = member(object, name);
    if (!found) return std::nullopt;
    return std::string(found->as_string());
}

std::optional<std::chrono::milliseconds> millis(const json::value& object, std::string_view name) {
    const json::value* found = member(object, name);
    if (!found) return std::nullopt;
    return std::chrono::milliseconds(found->to_number<std::int64_t>());
}

std::optional<RetryConfig> retries(const json::value& object) {
    const json::value* found = member(object, "retries");
    if (!found) return std::nullopt;
    RetryConfig config;
    if (found->at("strategy") == "backoff") config.strategy = RetryConfig::Strategy::backoff;
    if (const json::value* again = member(*found, "retry_connection_errors"))
        config.retry_connection_errors = again->as_bool();
    if (const json::value* backoff = member(*found, "backoff")) {
        auto number = [&](std::string_view name) { return backoff->at(name).to_number<double>(); };
        config.backoff = {.initial_interval = Backoff::Millis(number("initial_interval")),
                          .max_interval = Backoff::Millis(number("max_interval")),
                          .exponent = number("exponent"),
                          .max_elapsed_time = Backoff::Millis(number("max_elapsed_time"))};
    }
    return config;
}

ClientOptions client_options(const json::value& given) {
    ClientOptions client{
        .server_url = text(given, "server_url"), .retries = retries(given), .timeout = millis(given, "timeout")};
    if (const auto key = text(given, "api_key")) client.api_key = *key;
    return client;
}

CallOptions call_options(const json::value& given) {
    CallOptions options{
        .timeout = millis(given, "timeout"), .retries = retries(given), .server_url = text(given, "server_url")};
    if (const json::value* codes = member(given, "retry_codes"))
        options.retry_codes = json::value_to<std::vector<std::string>>(*codes);
    if (const json::value* headers = member(given, "headers"))
        for (const auto& header : headers->as_object())
            options.fetch.headers.set(header.key(), std::string_view(header.value().as_string()));
    if (const auto redirect = text(given, "redirect"))
        options.fetch.redirect = *redirect == "manual"  ? Redirect::manual
                                 : *redirect == "error" ? Redirect::error
                                                        : Redirect::follow;
    return options;
}

std::string_view kind_name(Error::Kind kind) {
    switch (kind) {
        case Error::Kind::input_validation: return "input_validation";
        case Error::Kind::response_validation: return "response_validation";
        case Error::Kind::api: return "api";
        case Error::Kind::not_found: return "not_found";
        case Error::Kind::invalid_request: return "invalid_request";
        case Error::Kind::aborted: return "aborted";
        case Error::Kind::timeout: return "timeout";
        case Error::Kind::connection: return "connection";
        case Error::Kind::unexpected: break;
    }
    return "unexpected";
}

std::string run(const json::value& call) {
    static const json::value kNone = json::object();
    auto part = [&](std::string_view name) -> const json::value& {
        const json::value* found = member(call, name);
        return found ? *found : kNone;
    };
    const std::string library = text(call, "library").value_or(""), operation = text(call, "operation").value_or("");
    CallOptions options = call_options(part("options"));
    std::jthread aborter;
    if (const auto after = millis(part("options"), "abort_after")) {
        std::stop_source stop;
        options.fetch.stop = stop.get_token();
        aborter = std::jthread([stop, after](const std::stop_token& done) mutable {
            const auto until = std::chrono::steady_clock::now() + *after;
            while (!done.stop_requested() && std::chrono::steady_clock::now() < until)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            stop.request_stop();
        });
    }
    const auto runner = library == "orq" ? run_orq : run_livepeer;
    const Outcome outcome = runner(operation, part("request"), client_options(part("client")), options);
    if (!outcome.error) return "{\"value\":" + outcome.json + "}";
    json::object error{{"kind", kind_name(outcome.error->kind)}, {"message", outcome.error->message}};
    if (outcome.error->response) error["status"] = outcome.error->status_code();
    if (outcome.error->code) error["code"] = *outcome.error->code;
    return json::serialize(json::object{{"error", error}});
}

}  // namespace
}  // namespace spanreel::sdk::driver

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        try {
            std::cout << spanreel::sdk::driver::run(boost::json::parse(line)) << std::endl;
        } catch (const std::exception& error) {
            std::cout << boost::json::serialize(boost::json::object{{"driver_error", error.what()}}) << std::endl;
        }
    }
}
