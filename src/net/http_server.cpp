// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <set>

#include "base/log.hpp"
#include "net/http1_session.hpp"
#include "net/http2_session.hpp"
#include "net/tls_certificate.hpp"

namespace spanreel::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// After accept() failed for want of descriptors or memory.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::string_view kTooManyConnections =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";

struct Listener {
    bool http2 = false;
    const TlsCertificate* certificate = nullptr;
};

Result<tcp::endpoint> resolve(asio::io_context& io, const std::string& host, std::uint16_t port) {
    error_code error;
    if (auto address = asio::ip::make_address(host, error); !error) return tcp::endpoint(address, port);
    auto found = tcp::resolver(io).resolve(host, std::to_string(port), error);
    if (error || found.empty()) return fail(Code::invalid, fmt::format("cannot resolve {}: {}", host, error.message()));
    return found.begin()->endpoint();
}

Result<tcp::acceptor> open_acceptor(const asio::any_io_executor& strand, const tcp::endpoint& endpoint) {
    tcp::acceptor acceptor(strand);
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail(Code::unavailable, fmt::format("cannot listen on {}:{}: {}", endpoint.address().to_string(),
                                                   endpoint.port(), error.message()));
    return acceptor;
}

void turn_away(tcp::socket socket) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kTooManyConnections), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

/// Everything but listen() happens on strand_, which guards the sets below.
class HttpServer::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(asio::io_context& io, asio::thread_pool& blocking, const Router& router, Metrics& metrics,
         MemoryBudget& memory, Limits limits)
        : io_(io),
          strand_(asio::make_strand(io)),
          changed_(strand_),
          router_(router),
          blocking_(blocking),
          all_metrics_(metrics),
          memory_(memory),
          limits_(limits) {}

    Result<std::uint16_t> listen(const std::string& host, std::uint16_t port, Listener listener) {
        if (!metrics_) {
            metrics_.emplace(all_metrics_, router_);
            context_.emplace(SessionContext{router_, blocking_, *metrics_, memory_, limits_});
        }
        SPANREEL_TRY(tcp::endpoint endpoint, resolve(io_, host, port));
        SPANREEL_TRY(tcp::acceptor acceptor, open_acceptor(strand_, endpoint));
        error_code error;
        std::uint16_t bound = acceptor.local_endpoint(error).port();
        if (error) return fail(Code::internal, error.message());
        auto shared = std::make_shared<tcp::acceptor>(std::move(acceptor));
        asio::co_spawn(strand_, accept(shared, listener), [self = shared_from_this(), shared](std::exception_ptr) {
            self->acceptors_.erase(shared);
            self->changed_.cancel();
        });
        return bound;
    }

    asio::awaitable<void> stop(std::chrono::milliseconds grace) {
        stopping_ = true;
        for (const auto& acceptor : acceptors_) acceptor->close();
        for (const auto& session : sessions_) session->finish_soon();
        co_await wait_until_empty(std::chrono::steady_clock::now() + grace);
        for (const auto& session : sessions_) session->cut();
        co_await wait_until_empty(std::chrono::steady_clock::time_point::max());
    }

    asio::any_io_executor strand() const { return strand_; }

  private:
    asio::awaitable<void> accept(std::shared_ptr<tcp::acceptor> acceptor, Listener listener) {
        acceptors_.insert(acceptor);
        while (!stopping_) {
            error_code error;
            asio::any_io_executor strand = asio::make_strand(io_);
            tcp::socket socket(strand);
            co_await acceptor->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
            if (stopping_) break;
            if (!error) {
                begin(std::move(strand), std::move(socket), listener);
                continue;
            }
            if (error == asio::error::connection_aborted) continue;
            log::warning("accept failed", {{"reason", error.message()}});
            asio::steady_timer pause(strand_, kAcceptPause);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }

    void begin(asio::any_io_executor strand, tcp::socket socket, Listener listener) {
        if (sessions_.size() >= limits_.connections) {
            metrics_->refused_connections.Increment();
            return listener.http2 ? socket.close() : turn_away(std::move(socket));
        }
        error_code error;
        socket.set_option(tcp::no_delay(true), error);
        std::string peer = socket.remote_endpoint(error).address().to_string();
        if (error) return;  // already gone
        const auto tls = listener.certificate ? listener.certificate->context() : nullptr;
        auto transport = tls ? make_tls_transport(std::move(socket), *tls) : make_plain_transport(std::move(socket));
        std::shared_ptr<Session> session;
        if (listener.http2)
            session = std::make_shared<Http2Session>(strand, *context_, std::move(transport), std::move(peer));
        else
            session = std::make_shared<Http1Session>(strand, *context_, std::move(transport), std::move(peer));
        sessions_.insert(session);
        metrics_->connections.Increment();
        // The session's coroutine keeps the server's parts, and the TLS context, alive to its end.
        asio::co_spawn(strand, session->run(), [self = shared_from_this(), session, tls](std::exception_ptr thrown) {
            asio::post(self->strand_, [self, session, failed = thrown != nullptr] {
                if (failed) log::error("http session failed");
                self->sessions_.erase(session);
                self->metrics_->connections.Decrement();
                self->changed_.cancel();
            });
        });
    }

    asio::awaitable<void> wait_until_empty(std::chrono::steady_clock::time_point deadline) {
        while (!(sessions_.empty() && acceptors_.empty()) && std::chrono::steady_clock::now() < deadline) {
            error_code woken;
            changed_.expires_at(deadline);
            co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        }
    }

    asio::io_context& io_;
    asio::strand<asio::io_context::executor_type> strand_;
    asio::steady_timer changed_;  // cancelled when a set below loses a member
    const Router& router_;
    asio::thread_pool& blocking_;
    Metrics& all_metrics_;
    MemoryBudget& memory_;
    const Limits limits_;
    std::optional<HttpMetrics> metrics_;
    std::optional<SessionContext> context_;
    std::set<std::shared_ptr<tcp::acceptor>> acceptors_;
    std::set<std::shared_ptr<Session>> sessions_;
    bool stopping_ = false;
};

HttpServer::HttpServer(asio::io_context& io, asio::thread_pool& blocking, const Router& router, Metrics& metrics,
                       MemoryBudget& memory, Limits limits)
    : impl_(std::make_shared<Impl>(io, blocking, router, metrics, memory, limits)) {}

HttpServer::~HttpServer() = default;

Result<std::uint16_t> HttpServer::listen(const std::string& host, std::uint16_t port) {
    return impl_->listen(host, port, {});
}

Result<std::uint16_t> HttpServer::listen_http2(const std::string& host, std::uint16_t port) {
    return impl_->listen(host, port, {.http2 = true});
}

Result<std::uint16_t> HttpServer::listen_tls(const std::string& host, std::uint16_t port,
                                             const TlsCertificate& certificate) {
    return impl_->listen(host, port, {.certificate = &certificate});
}

asio::awaitable<void> HttpServer::shutdown(std::chrono::milliseconds grace) {
    return asio::co_spawn(impl_->strand(), impl_->stop(grace), asio::use_awaitable);
}

}  // namespace spanreel::net
