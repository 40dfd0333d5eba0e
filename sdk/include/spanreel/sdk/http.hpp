// SPDX-License-Identifier: Apache-2.0
// What goes over the wire, and the client that carries it.
#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#pragma GCC visibility push(default)
namespace spanreel::sdk {

/// Header fields; names compare without case and keep their first spelling.
class Headers {
  public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields);

    /// Takes the place of every field of this name.
    void set(std::string_view name, std::string_view value);
    void add(std::string_view name, std::string_view value);
    void remove(std::string_view name);
    /// Several fields of one name joined by ", ".
    std::optional<std::string> get(std::string_view name) const;
    const std::vector<Field>& fields() const { return fields_; }

  private:
    std::vector<Field> fields_;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    Headers headers;
    std::optional<std::string> body;
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;
    std::string url;  ///< after redirects

    /// "application/octet-stream" when the server named none.
    std::string content_type() const;
};

/// Why no answer came.
struct TransportError {
    enum class Kind {
        connection,  ///< refused, reset, cut short, no such host, TLS, too many redirects, too large an answer
        timeout,
        aborted,  ///< by the caller's stop token
    };
    Kind kind = Kind::connection;
    std::string message;
};

enum class Redirect { follow, error, manual };

/// What one attempt has to keep.
struct SendOptions {
    std::optional<std::chrono::steady_clock::time_point> deadline{};
    std::stop_token stop{};
    Redirect redirect = Redirect::follow;
    bool keep_alive = true;
};

/// Whom to trust, and how to get there. Proxies come from the environment as for curl (HTTPS_PROXY, NO_PROXY ...).
struct TransportOptions {
    bool verify_tls = true;
    std::string ca_file{};                           ///< PEM; empty: SSL_CERT_FILE, or the system's
    std::string proxy{};                             ///< instead of the environment's
    std::uint64_t max_response_bytes = 256u << 20u;  ///< of a decoded body
    std::chrono::seconds max_idle{4};                ///< a connection that was idle for longer is not used again
    // Of calls that nobody waits for; of the others each thread has one at a time.
    std::size_t max_connections = 256;
    std::size_t max_connections_per_host = 64;
    std::size_t max_calls = 10'000;  ///< under way, also before there is a connection; further ones fail
};

using SendResult = std::expected<HttpResponse, TransportError>;

/// Sends requests, with hooks around each. Copies are independent and share nothing but the fetcher. Hooks are set up
/// before the client is used; sending is safe from any thread.
class HttpClient {
  public:
    using Fetcher = std::function<SendResult(const HttpRequest&, const SendOptions&)>;
    /// Before each attempt; may change the request. What it throws ends the call as `unexpected`.
    using BeforeRequest = std::function<void(HttpRequest&)>;
    /// After each answer of any status.
    using OnResponse = std::function<void(const HttpResponse&, const HttpRequest&)>;
    /// When no answer came.
    using OnError = std::function<void(const TransportError&, const HttpRequest&)>;
    using HookId = std::size_t;

    /// Sends with libcurl.
    HttpClient() : HttpClient(TransportOptions{}) {}
    explicit HttpClient(TransportOptions options);
    /// Sends with a function of the caller's.
    explicit HttpClient(Fetcher fetcher) : fetcher_(std::move(fetcher)) {}

    HookId add_before_request(BeforeRequest hook);
    HookId add_response(OnResponse hook);
    HookId add_request_error(OnError hook);
    /// False when there is no such hook.
    bool remove_hook(HookId id);

    // The parts of an attempt, in their order.

    void before(HttpRequest& request) const;
    SendResult fetch(const HttpRequest& request, const SendOptions& options) const;
    void after(const SendResult& result, const HttpRequest& request) const;
    /// Empty when the client has a fetcher of its own.
    const std::shared_ptr<const TransportOptions>& curl_options() const { return curl_options_; }

  private:
    template <class Hook>
    struct Named {
        HookId id;
        Hook hook;
    };

    Fetcher fetcher_;
    std::shared_ptr<const TransportOptions> curl_options_;
    std::vector<Named<BeforeRequest>> before_;
    std::vector<Named<OnResponse>> response_;
    std::vector<Named<OnError>> error_;
    HookId next_hook_ = 1;
};

}  // namespace spanreel::sdk
#pragma GCC visibility pop
