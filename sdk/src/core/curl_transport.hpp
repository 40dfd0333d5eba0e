// SPDX-License-Identifier: Apache-2.0
// Requests over libcurl, connections kept and used again. Any thread.
#pragma once
#include <curl/curl.h>

#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "spanreel/sdk/http.hpp"

namespace spanreel::sdk {

/// Before anything else of libcurl. Throws when it cannot be used.
void initialise_curl();

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct CloseEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, CloseEasy>;

/// A handle for one request after another, with what is the same for all of them.
EasyHandle make_easy(const TransportOptions& options);

/// One request on its way: tells an easy handle about it and collects the answer. It goes out at most once: libcurl
/// would send it again by itself when a connection that was kept breaks, and the server may have acted on it by then.
class CurlExchange {
  public:
    /// `easy` is of make_easy() and, like the rest, outlives this.
    CurlExchange(CURL* easy, const HttpRequest& request, const SendOptions& how, const TransportOptions& options);
    CurlExchange(const CurlExchange&) = delete;
    CurlExchange& operator=(const CurlExchange&) = delete;

    SendResult finish(CURLcode code);

  private:
    void add_header(const std::string& line);
    // False ends the transfer.
    bool take_header(std::string_view line) noexcept;
    bool take_body(std::string_view bytes) noexcept;
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static int on_socket(void* self, curl_socket_t socket, curlsocktype purpose);
    static int on_request(void* self, char* peer, char* local, int peer_port, int local_port);

    CURL* easy_;
    const SendOptions& how_;
    std::uint64_t max_body_;
    std::size_t head_bytes_ = 0;  ///< of all heads: interim ones, a proxy's, the answer's
    bool head_done_ = false;
    bool sent_ = false;  ///< or on its way
    bool lost_ = false;  ///< its connection broke before an answer began
    bool too_large_ = false;
    HttpResponse response_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    std::array<char, CURL_ERROR_SIZE> message_{};
};

inline constexpr int kMaxRedirects = 20;
/// The request that an answer leads to after `redirects` others; nothing when it is the last one. The Fetch standard's
/// rules: 303 and a POST's 301 and 302 become GET, credentials and the host's name stay with their origin. So do other
/// headers that name secrets.
std::expected<std::optional<HttpRequest>, TransportError> next_hop(const HttpRequest& request, const SendResult& result,
                                                                   const SendOptions& how, int redirects);

TransportError stopped();
bool is_too_late(const SendResult& result);
/// Nothing if it may be sent; else why it ended before.
std::optional<TransportError> ended(const SendOptions& how);

class CurlTransport {
  public:
    explicit CurlTransport(std::shared_ptr<const TransportOptions> options);
    SendResult send(const HttpRequest& request, const SendOptions& how);

  private:
    struct Handles;  // of one call at a time
    struct Idle {
        std::shared_ptr<Handles> handles;
        std::chrono::steady_clock::time_point since;
    };
    SendResult send_once(const HttpRequest& request, const SendOptions& how);
    std::shared_ptr<Handles> take();

    std::shared_ptr<const TransportOptions> options_;
    std::mutex mutex_;
    std::vector<Idle> idle_;  ///< the one idle for longest first
};

}  // namespace spanreel::sdk
