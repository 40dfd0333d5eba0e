// SPDX-License-Identifier: Apache-2.0
#include "net/transport.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <poll.h>

namespace spanreel::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

bool is_at_end(asio::ip::tcp::socket::lowest_layer_type& socket) {
    if (!socket.is_open()) return true;
    pollfd look{.fd = socket.native_handle(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&look, 1, 0) > 0;  // an error or a hang-up counts unasked
}

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

class PlainTransport final : public Transport {
  public:
    explicit PlainTransport(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<void> handshake(error_code&) override { co_return; }
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) override {
        return socket_.async_read_some(buffer, into(error));
    }
    asio::awaitable<std::size_t> write(std::array<asio::const_buffer, 2> buffers, error_code& error) override {
        return asio::async_write(socket_, buffers, into(error));
    }
    asio::awaitable<void> finish_sending(error_code& error) override {
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
        co_return;
    }
    void cancel() override {
        error_code ignored;
        socket_.cancel(ignored);
    }
    void close() override {
        error_code ignored;
        socket_.close(ignored);
    }
    bool has_ended() override { return is_at_end(socket_); }
    bool is_tls() const override { return false; }

  private:
    asio::ip::tcp::socket socket_;
};

class TlsTransport final : public Transport {
  public:
    TlsTransport(asio::ip::tcp::socket socket, asio::ssl::context& tls) : stream_(std::move(socket), tls) {}

    asio::awaitable<void> handshake(error_code& error) override {
        return stream_.async_handshake(asio::ssl::stream_base::server, into(error));
    }
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) override {
        return stream_.async_read_some(buffer, into(error));
    }
    asio::awaitable<std::size_t> write(std::array<asio::const_buffer, 2> buffers, error_code& error) override {
        return asio::async_write(stream_, buffers, into(error));
    }
    asio::awaitable<void> finish_sending(error_code& error) override {
        // The stream's own shutdown waits for the peer's close_notify, which need not come; FIN is what tells.
        stream_.lowest_layer().shutdown(asio::ip::tcp::socket::shutdown_send, error);
        co_return;
    }
    void cancel() override {
        error_code ignored;
        stream_.lowest_layer().cancel(ignored);
    }
    void close() override {
        error_code ignored;
        stream_.lowest_layer().close(ignored);
    }
    bool has_ended() override { return is_at_end(stream_.lowest_layer()); }
    bool is_tls() const override { return true; }

  private:
    asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(asio::ip::tcp::socket socket) {
    return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> make_tls_transport(asio::ip::tcp::socket socket, asio::ssl::context& tls) {
    return std::make_unique<TlsTransport>(std::move(socket), tls);
}

}  // namespace spanreel::net
