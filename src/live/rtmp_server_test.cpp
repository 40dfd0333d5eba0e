// SPDX-License-Identifier: Apache-2.0
#include "live/rtmp_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "live/live_fixture_test.hpp"

namespace spanreel::live {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class RtmpServerTest : public LiveTest {
  protected:
    ~RtmpServerTest() override {
        asio::co_spawn(io_, server_->shutdown(), asio::detached);
        thread_.join();
    }
    void listen(RtmpServerLimits limits) {
        server_.emplace(io_, run_->sessions, limits);
        port_ = server_->listen("127.0.0.1", 0).value();
        thread_ = std::thread([this] { io_.run(); });
    }
    tcp::socket connect() {
        tcp::socket socket(client_io_);
        socket.connect({asio::ip::make_address("127.0.0.1"), port_});
        return socket;
    }
    /// What the server sends until it closes.
    static std::string read_all(tcp::socket& socket) {
        std::string bytes;
        boost::system::error_code error;
        asio::read(socket, asio::dynamic_buffer(bytes), error);
        return bytes;
    }

    asio::io_context io_;
    asio::io_context client_io_;
    std::optional<RtmpServer> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

TEST_F(RtmpServerTest, ASilentConnectionIsClosed) {
    listen({.handshake_timeout = std::chrono::seconds(1)});
    tcp::socket socket = connect();
    EXPECT_EQ(read_all(socket), "");
    EXPECT_TRUE(eventually([&] { return server_->statistics().connections == 0; }));
}

TEST_F(RtmpServerTest, OneConnectionTooManyIsClosed) {
    listen({.connections = 1});
    tcp::socket first = connect();
    ASSERT_TRUE(eventually([&] { return server_->statistics().connections == 1; }));
    tcp::socket second = connect();
    EXPECT_EQ(read_all(second), "");
    EXPECT_EQ(server_->statistics().refused, 1u);
}

TEST_F(RtmpServerTest, WhatIsNotRtmpIsClosed) {
    listen({});
    tcp::socket socket = connect();
    asio::write(socket, asio::buffer(std::string("GET / HTTP/1.1\r\n\r\n")));
    socket.shutdown(tcp::socket::shutdown_send);
    (void)read_all(socket);
    EXPECT_TRUE(eventually([&] { return server_->statistics().connections == 0; }));
}

TEST_F(RtmpServerTest, ShutdownEndsConnections) {
    listen({});
    tcp::socket socket = connect();
    ASSERT_TRUE(eventually([&] { return server_->statistics().connections == 1; }));
    std::promise<void> done;
    asio::co_spawn(io_, server_->shutdown(), [&](std::exception_ptr) { done.set_value(); });
    (void)read_all(socket);
    socket.close();
    done.get_future().wait();
    EXPECT_EQ(server_->statistics().connections, 0u);
}

}  // namespace
}  // namespace spanreel::live
