// SPDX-License-Identifier: Apache-2.0
#include "curl_transport.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "ascii.hpp"
#include "secrets.hpp"
#include "url.hpp"

namespace spanreel::sdk {

namespace {

constexpr std::size_t kIdleHandles = 64;          // kept with their connections
constexpr std::size_t kMaxHeadBytes = 1u << 20u;  // of an answer
constexpr long kSecondsBeforeProbe = 60, kSecondsBetweenProbes = 15;
constexpr int kPollMillis = 10'000;  // a stop or the deadline wakes it before

TransportError timed_out() { return {TransportError::Kind::timeout, "the call took longer than its timeout"}; }
TransportError no_connection(std::string why) { return {TransportError::Kind::connection, std::move(why)}; }

std::chrono::milliseconds left(std::chrono::steady_clock::time_point deadline) {
    return std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) != CURLE_OK) throw std::runtime_error("libcurl refuses an option");
}

}  // namespace

void initialise_curl() {
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (done != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

TransportError stopped() { return {TransportError::Kind::aborted, "the caller asked to stop"}; }

EasyHandle make_easy(const TransportOptions& options) {
    EasyHandle handle(curl_easy_init());
    if (!handle) throw std::bad_alloc();
    CURL* const easy = handle.get();
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that this libcurl decodes
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_QUICK_EXIT, 1L);  // never wait for a name that a call no longer needs
    set(easy, CURLOPT_TCP_NODELAY, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));  // where it is offered
    set(easy, CURLOPT_MAXAGE_CONN, static_cast<long>(options.max_idle.count()));
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);  // a call without a timeout ends when its server is gone
    set(easy, CURLOPT_TCP_KEEPIDLE, kSecondsBeforeProbe);
    set(easy, CURLOPT_TCP_KEEPINTVL, kSecondsBetweenProbes);
    set(easy, CURLOPT_SSL_VERIFYPEER, options.verify_tls ? 1L : 0L);
    set(easy, CURLOPT_SSL_VERIFYHOST, options.verify_tls ? 2L : 0L);
    const char* from_environment = std::getenv("SSL_CERT_FILE");
    if (!options.ca_file.empty())
        set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    else if (from_environment && *from_environment != 0)
        set(easy, CURLOPT_CAINFO, from_environment);
    if (!options.proxy.empty()) {
        set(easy, CURLOPT_PROXY, options.proxy.c_str());
        set(easy, CURLOPT_NOPROXY, "");  // nor the environment's exceptions
    }
    return handle;
}

CurlExchange::CurlExchange(CURL* easy, const HttpRequest& request, const SendOptions& how,
                           const TransportOptions& options)
    : easy_(easy), how_(how), max_body_(options.max_response_bytes) {
    set(easy, CURLOPT_URL, request.url.c_str());
    set(easy, CURLOPT_ERRORBUFFER, message_.data());
    set(easy, CURLOPT_FORBID_REUSE, how.keep_alive ? 0L : 1L);
    set(easy, CURLOPT_TIMEOUT_MS,
        how.deadline ? static_cast<long>(std::max<std::int64_t>(1, left(*how.deadline).count())) : 0L);
    set(easy, CURLOPT_HTTPGET, 1L);  // nothing is left of the request before
    if (request.body || request.method == "POST" || request.method == "PATCH") {
        const std::string_view body = request.body ? std::string_view(*request.body) : "";
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        set(easy, CURLOPT_POSTFIELDS, body.data());
        add_header("Expect:");                                                  // never wait for a 100
        if (!request.headers.get("content-type")) add_header("Content-Type:");  // none of libcurl's own
    }
    if (request.method == "HEAD") set(easy, CURLOPT_NOBODY, 1L);
    set(easy, CURLOPT_CUSTOMREQUEST, request.method == "GET" && !request.body ? nullptr : request.method.c_str());
    for (const auto& [name, value] : request.headers.fields())
        add_header(value.empty() ? name + ";" : name + ": " + value);
    if (!how.keep_alive) add_header("Connection: close");
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
    set(easy, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_SOCKOPTFUNCTION, &CurlExchange::on_socket);
    set(easy, CURLOPT_SOCKOPTDATA, this);
    set(easy, CURLOPT_PREREQFUNCTION, &CurlExchange::on_request);
    set(easy, CURLOPT_PREREQDATA, this);
    response_.url = request.url;
}

void CurlExchange::add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    (void)headers_.release();
    headers_.reset(longer);
}

std::size_t CurlExchange::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<CurlExchange*>(self)->take_header({bytes, size * count}) ? size * count : 0;
}

std::size_t CurlExchange::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<CurlExchange*>(self)->take_body({bytes, size * count}) ? size * count : 0;
}

/// A new connection, which a request that went out has no use for.
int CurlExchange::on_socket(void* self, curl_socket_t, curlsocktype) {
    auto& exchange = *static_cast<CurlExchange*>(self);
    exchange.lost_ = exchange.sent_;
    return exchange.lost_ ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

/// Any connection, when the request is about to be sent over it.
int CurlExchange::on_request(void* self, char*, char*, int, int) {
    auto& exchange = *static_cast<CurlExchange*>(self);
    exchange.lost_ = std::exchange(exchange.sent_, true);
    return exchange.lost_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

// Called by C, through which nothing may be thrown.

bool CurlExchange::take_header(std::string_view line) noexcept try {
    head_bytes_ += line.size();
    too_large_ |= head_bytes_ > kMaxHeadBytes;
    line = trimmed(line);
    if (line.starts_with("HTTP/")) {  // what was before was interim, or a proxy's
        response_.headers = {};
        head_done_ = false;
    } else if (line.empty()) {
        head_done_ = true;
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos && !head_done_) {  // no trailer
        response_.headers.add(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    }
    return !too_large_;
} catch (const std::bad_alloc&) {
    too_large_ = true;
    return false;
}

bool CurlExchange::take_body(std::string_view bytes) noexcept try {
    too_large_ |= response_.body.size() + bytes.size() > max_body_;
    if (!too_large_) response_.body += bytes;
    return !too_large_;
} catch (const std::bad_alloc&) {
    too_large_ = true;
    return false;
}

SendResult CurlExchange::finish(CURLcode code) {
    set(easy_, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));  // the handle outlives it
    if (how_.stop.stop_requested()) return std::unexpected(stopped());
    if (too_large_)
        return std::unexpected(no_connection("the answer is larger than " + std::to_string(max_body_) + " bytes"));
    if (code == CURLE_OPERATION_TIMEDOUT && how_.deadline)  // libcurl's clock may be a hair ahead
        return std::unexpected(timed_out());
    if (lost_) return std::unexpected(no_connection("the connection broke before the answer began"));
    if (code != CURLE_OK)
        return std::unexpected(no_connection(message_[0] != 0 ? message_.data() : curl_easy_strerror(code)));
    if (!head_done_) return std::unexpected(no_connection("the answer breaks off in its head"));  // curl does not mind
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
}

bool is_too_late(const SendResult& result) { return !result && result.error().kind == TransportError::Kind::timeout; }

std::optional<TransportError> ended(const SendOptions& how) {
    if (how.stop.stop_requested()) return stopped();
    if (how.deadline && left(*how.deadline).count() <= 0) return timed_out();
    return std::nullopt;
}

std::expected<std::optional<HttpRequest>, TransportError> next_hop(const HttpRequest& request, const SendResult& result,
                                                                   const SendOptions& how, int redirects) {
    constexpr std::array kRedirects{301, 302, 303, 307, 308};
    if (!result || how.redirect == Redirect::manual) return std::nullopt;
    const std::optional<std::string> location = result->headers.get("location");
    if (std::ranges::find(kRedirects, result->status) == kRedirects.end() || !location) return std::nullopt;
    if (how.redirect == Redirect::error) return std::unexpected(no_connection("the server redirects the request"));
    if (redirects >= kMaxRedirects) return std::unexpected(no_connection("too many redirects"));
    const std::optional<std::string> url = resolve_url(request.url, *location);
    if (!url) return std::unexpected(no_connection("the server redirects to no http or https URL"));

    HttpRequest next = request;
    next.url = *url;
    const bool post = request.method == "POST" && result->status <= 302;
    if (post || (result->status == 303 && request.method != "GET" && request.method != "HEAD")) {
        next.method = "GET";
        next.body.reset();
        for (const char* name : {"content-type", "content-encoding", "content-language"}) next.headers.remove(name);
    }
    if (origin_of(next.url) != origin_of(request.url)) {
        next.headers.remove("host");
        for (const auto& [name, value] : request.headers.fields())
            if (names_secret(name)) next.headers.remove(name);
    }
    return next;
}

struct CurlTransport::Handles {
    std::unique_ptr<CURLM, decltype([](CURLM* multi) { curl_multi_cleanup(multi); })> multi{curl_multi_init()};
    EasyHandle easy;

    CURLcode run(const SendOptions& how) {
        if (curl_multi_add_handle(multi.get(), easy.get()) != CURLM_OK) return CURLE_FAILED_INIT;
        const std::stop_callback wake(how.stop, [this] { curl_multi_wakeup(multi.get()); });
        CURLcode code = CURLE_ABORTED_BY_CALLBACK;
        for (int running = 1; !how.stop.stop_requested();) {
            if (curl_multi_perform(multi.get(), &running) != CURLM_OK) break;
            if (running == 0) {
                int others = 0;
                if (const CURLMsg* done = curl_multi_info_read(multi.get(), &others)) code = done->data.result;
                break;
            }
            curl_multi_poll(multi.get(), nullptr, 0, kPollMillis, nullptr);
        }
        curl_multi_remove_handle(multi.get(), easy.get());
        return code;
    }
};

CurlTransport::CurlTransport(std::shared_ptr<const TransportOptions> options) : options_(std::move(options)) {}

std::shared_ptr<CurlTransport::Handles> CurlTransport::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            std::shared_ptr<Handles> handles = std::move(idle_.back().handles);
            idle_.pop_back();
            return handles;
        }
    }
    auto handles = std::make_shared<Handles>();
    handles->easy = make_easy(*options_);
    if (!handles->multi) throw std::bad_alloc();
    return handles;
}

SendResult CurlTransport::send_once(const HttpRequest& request, const SendOptions& how) {
    std::shared_ptr<Handles> handles = take();
    CurlExchange exchange(handles->easy.get(), request, how, *options_);
    SendResult result = exchange.finish(handles->run(how));
    if (is_too_late(result)) return result;  // HTTP/2 would keep a connection that may have died
    const auto now = std::chrono::steady_clock::now();
    std::vector<Idle> old;  // closed without the lock
    const std::lock_guard lock(mutex_);
    const auto young =
        std::ranges::find_if(idle_, [&](const Idle& one) { return now - one.since <= options_->max_idle; });
    old.assign(std::move_iterator(idle_.begin()), std::move_iterator(young));
    idle_.erase(idle_.begin(), young);
    if (idle_.size() < kIdleHandles) idle_.push_back({std::move(handles), now});
    return result;
}

SendResult CurlTransport::send(const HttpRequest& first, const SendOptions& how) try {
    std::optional<HttpRequest> followed;
    for (int redirects = 0;; ++redirects) {
        if (auto error = ended(how)) return std::unexpected(*std::move(error));
        const HttpRequest& request = followed ? *followed : first;
        SendResult result = send_once(request, how);
        auto next = next_hop(request, result, how, redirects);
        if (!next) return std::unexpected(std::move(next).error());
        if (!*next) return result;
        followed = *std::move(next);
    }
} catch (const std::exception& error) {
    return std::unexpected(no_connection(error.what()));
}

}  // namespace spanreel::sdk
