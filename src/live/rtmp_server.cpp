// SPDX-License-Identifier: Apache-2.0
#include "live/rtmp_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>
#include <set>

#include "base/log.hpp"
#include "live/rtmp_connection.hpp"
#include "live/stream_sessions.hpp"

namespace spanreel::live {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Out of descriptors or memory: accepting is tried again after this.
constexpr std::chrono::milliseconds kAcceptRetry{100};
constexpr std::chrono::milliseconds kShutdownPoll{10};

}  // namespace

class RtmpServer::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(asio::io_context& io, StreamSessions& sessions, RtmpServerLimits limits, Clock clock)
        : io_(io), sessions_(sessions), limits_(limits), clock_(std::move(clock)) {}

    Result<std::uint16_t> listen(const std::string& host, std::uint16_t port) {
        boost::system::error_code error;
        tcp::resolver resolver(io_);
        const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
        if (error || found.empty())
            return fail(Code::invalid, fmt::format("{} is no address to listen on: {}", host, error.message()));
        const tcp::endpoint endpoint = found.begin()->endpoint();
        auto acceptor = std::make_shared<tcp::acceptor>(asio::make_strand(io_));
        acceptor->open(endpoint.protocol(), error);
        if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor->bind(endpoint, error);
        if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
        if (error)
            return fail(Code::unavailable, fmt::format("cannot listen on {}:{}: {}", host, port, error.message()));
        const std::uint16_t taken = acceptor->local_endpoint().port();
        {
            std::lock_guard lock(mutex_);
            acceptors_.push_back(acceptor);
            ++running_;
        }
        asio::co_spawn(acceptor->get_executor(), accept(acceptor),
                       [self = shared_from_this()](const std::exception_ptr&) { self->ended(nullptr); });
        return taken;
    }

    asio::awaitable<void> shutdown() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
            for (const auto& acceptor : acceptors_)
                asio::post(acceptor->get_executor(), [acceptor] {
                    boost::system::error_code ignored;
                    acceptor->close(ignored);
                });
            for (const auto& connection : connections_) connection->close_soon("The server is shutting down.");
        }
        asio::steady_timer timer(co_await asio::this_coro::executor);
        while (running() > 0) {
            timer.expires_after(kShutdownPoll);
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    RtmpServerStatistics statistics() const {
        std::lock_guard lock(mutex_);
        return {.accepted = counters_.accepted,
                .refused = counters_.refused,
                .bytes_in = counters_.bytes_in,
                .connections = connections_.size()};
    }

  private:
    asio::awaitable<void> accept(std::shared_ptr<tcp::acceptor> acceptor) {
        while (acceptor->is_open()) {
            auto [error, socket] =
                co_await acceptor->async_accept(asio::make_strand(io_), asio::as_tuple(asio::use_awaitable));
            if (!error) {
                start(std::move(socket));
            } else if (error != asio::error::operation_aborted) {
                asio::steady_timer timer(acceptor->get_executor(), kAcceptRetry);
                co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
            }
        }
    }

    void start(tcp::socket socket) {
        std::lock_guard lock(mutex_);
        if (stopping_ || connections_.size() >= limits_.connections) {
            ++counters_.refused;
            return;
        }
        ++counters_.accepted;
        ++running_;
        const auto executor = socket.get_executor();
        auto connection = std::make_shared<RtmpConnection>(std::move(socket), sessions_, limits_, clock_, counters_);
        connections_.insert(connection);
        asio::co_spawn(executor, connection->run(),
                       [self = shared_from_this(), connection](const std::exception_ptr&) { self->ended(connection); });
    }

    void ended(const std::shared_ptr<RtmpConnection>& connection) {
        std::lock_guard lock(mutex_);
        if (connection) connections_.erase(connection);
        --running_;
    }

    std::size_t running() const {
        std::lock_guard lock(mutex_);
        return running_;
    }

    asio::io_context& io_;
    StreamSessions& sessions_;
    const RtmpServerLimits limits_;
    const Clock clock_;
    RtmpCounters counters_;

    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<tcp::acceptor>> acceptors_;
    std::set<std::shared_ptr<RtmpConnection>> connections_;
    std::size_t running_ = 0;
    bool stopping_ = false;
};

std::size_t connections_within(std::uint64_t descriptors) {
    const std::uint64_t left = descriptors - std::min(descriptors, kReservedDescriptors);
    return std::clamp<std::uint64_t>(left / kDescriptorsPerPublisher, 1, kMaxRtmpConnections);
}

RtmpServer::RtmpServer(asio::io_context& io, StreamSessions& sessions, RtmpServerLimits limits, Clock clock)
    : impl_(std::make_shared<Impl>(io, sessions, limits, std::move(clock))) {}

RtmpServer::~RtmpServer() = default;

Result<std::uint16_t> RtmpServer::listen(const std::string& host, std::uint16_t port) {
    return impl_->listen(host, port);
}

asio::awaitable<void> RtmpServer::shutdown() { return impl_->shutdown(); }

RtmpServerStatistics RtmpServer::statistics() const { return impl_->statistics(); }

}  // namespace spanreel::live
