// SPDX-License-Identifier: Apache-2.0
// A client without methods: what functions are called with. Copies share one set of connections; any thread.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "spanreel/sdk/error.hpp"
#include "spanreel/sdk/options.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

/// Where services differ.
/// Texts must live as long as the program.
struct Service {
    std::string_view name;                         ///< in the user agent
    std::span<const std::string_view> servers;     ///< URLs
    std::string_view key_variable{};               ///< of the environment; empty: none
    std::string_view debug_variable{};             ///< set to anything: a debug log on standard error
    std::chrono::milliseconds default_timeout{0};  ///< 0: none
};

/// What an operation asks for, before a server and a key are known.
/// `operation`, `method` and `accept` must live as long as the call.
struct Prepared {
    std::string_view operation;  ///< its id in the service's description
    std::string_view method;
    std::string path;   ///< begins with "/"; values are percent-encoded
    std::string query;  ///< without "?"; empty: none
    std::optional<std::string> body{};
    std::string_view accept = "application/json";
    bool has_json_body = false;   ///< says application/json, also when there is no body
    bool merges_query = false;    ///< a query of the server URL stays beside its own
    bool timeout_each = false;    ///< a timeout is for each attempt, not for all together
    bool retry_after_ms = false;  ///< knows the header of milliseconds
    bool from_root = false;       ///< the path is the whole one, not below the server URL's
};

class Core {
  public:
    /// Throws std::invalid_argument for a server URL that is none, and std::out_of_range for an index without a server.
    Core(const Service& service, ClientOptions options);

    /// Sends it, again where the options say so, and gives the last answer back, whatever its status.
    Result<HttpResponse> send(const Prepared& prepared, const CallOptions& options) const;

    /// The same without waiting. `done` is called once, by a thread of the client's that carries all such calls: it
    /// must not throw and should be short. Hooks, and a fetcher of the caller's, run on that thread too. See asio.hpp
    /// for coroutines. `cancelled` ends the call as the options' stop token does, but leaves its timeout alone.
    void send_async(Prepared prepared, CallOptions options, std::function<void(Result<HttpResponse>)> done,
                    std::stop_token cancelled = {}) const;

    class State;
    const State& state() const { return *state_; }

  private:
    std::shared_ptr<const State> state_;
};

}  // namespace spanreel::sdk
#pragma GCC visibility pop
