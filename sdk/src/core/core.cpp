// SPDX-License-Identifier: Apache-2.0
#include "spanreel/sdk/core.hpp"

#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <stdexcept>

#include "call_run.hpp"
#include "curl_transport.hpp"
#include "spanreel/sdk/version.hpp"

namespace spanreel::sdk {

namespace {

/// Variables are read when the first client asks, and remembered.
std::optional<std::string> environment(std::string_view name) {
    static std::mutex mutex;
    // Never destroyed: clients may be made until the very end of the program.
    static auto& known = *new std::vector<std::pair<std::string, std::optional<std::string>>>;
    if (name.empty()) return std::nullopt;
    const std::lock_guard lock(mutex);
    for (const auto& [seen, value] : known)
        if (seen == name) return value;
    const char* value = std::getenv(std::string(name).c_str());
    known.emplace_back(name, value ? std::optional<std::string>(value) : std::nullopt);
    return known.back().second;
}

ServerUrl server_of(const Service& service, const ClientOptions& options) {
    if (!options.server_url && options.server_index >= service.servers.size())
        throw std::out_of_range("Invalid server index " + std::to_string(options.server_index));
    const std::string url =
        options.server_url ? *options.server_url : std::string(service.servers[options.server_index]);
    std::optional<ServerUrl> server = ServerUrl::parse(url);
    if (!server) throw std::invalid_argument("Invalid URL: \"" + url + "\" is no http or https URL");
    return *std::move(server);
}

DebugLogger logger_of(const Service& service, const ClientOptions& options) {
    if (options.debug_logger || environment(service.debug_variable).value_or("").empty()) return options.debug_logger;
    return [](std::string_view line) { std::cerr << line << '\n'; };
}

/// False when the caller stops it.
bool sleep(Backoff::Millis time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any waiting;
    std::unique_lock lock(mutex);
    return !waiting.wait_for(lock, stop, time, [&] { return stop.stop_requested(); });
}

}  // namespace

Core::State::State(const Service& chosen, ClientOptions given)
    : service((initialise_curl(), chosen)),
      options(std::move(given)),
      client(options.http_client ? *options.http_client : HttpClient()),
      server(server_of(service, options)),
      user_agent(options.user_agent.empty()
                     ? "spanreel-sdk-cpp/" + std::string(kVersion) + " " + std::string(service.name)
                     : options.user_agent),
      log(logger_of(service, options)) {
    if (!options.api_key)
        if (auto key = environment(service.key_variable)) options.api_key = *std::move(key);
}

AsyncSender& Core::State::async() const {
    std::call_once(async_once_, [this] { async_.emplace(client.curl_options()); });
    return *async_;
}

Core::Core(const Service& service, ClientOptions options)
    : state_(std::make_shared<const State>(service, std::move(options))) {}

Result<HttpResponse> Core::send(const Prepared& prepared, const CallOptions& options) const {
    CallRun run(*state_, prepared, options);
    if (Result<void> begun = run.begin(); !begun) return std::unexpected(std::move(begun).error());
    for (;;) {
        Result<HttpRequest> request = run.next_request();
        if (!request) return std::unexpected(std::move(request).error());
        const auto wait = run.attempted(run.fetch(*request), *request);
        if (!wait) return std::move(run).result();
        sleep(*wait, options.fetch.stop);
    }
}

void Core::send_async(Prepared prepared, CallOptions options, std::function<void(Result<HttpResponse>)> done,
                      std::stop_token cancelled) const {
    const std::shared_ptr<const State> state = state_;  // the call may end, and take this with it, before send() does
    state->async().send(state, std::move(prepared), std::move(options), std::move(cancelled), std::move(done));
}

}  // namespace spanreel::sdk
