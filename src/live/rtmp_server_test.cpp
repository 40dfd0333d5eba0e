// SPDX-License-Identifier: Apache-2.0
#include "live/rtmp_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "live/live_fixture_test.hpp"
#include "media/rtmp/test_publisher.hpp"

namespace spanreel::live {
namespace {

namespace asio = boost::asio;
namespace rtmp_test = media::rtmp::test;
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
    /// Connects and asks to publish.
    tcp::socket publish_to(const std::string& stream_key) {
        tcp::socket socket = connect();
        asio::write(socket, asio::buffer(rtmp_test::opening("live", stream_key)));
        return socket;
    }
    /// Both threads of the media pool wait until that many are released.
    void occupy_media_pool() {
        for (int i = 0; i < 2; ++i)
            run_->sessions.publish("none", [released = released_](const auto&) { released.wait(); });
    }
    static std::string picture(std::uint32_t millis) {
        return rtmp_test::message(media::rtmp::MessageType::video, millis,
                                  rtmp_test::video_tag(true, 1, 0, rtmp_test::frame(100)));
    }
    /// What the server sends until it closes.
    static std::string read_all(tcp::socket& socket) {
        std::string bytes;
        boost::system::error_code error;
        asio::read(socket, asio::dynamic_buffer(bytes), error);
        return bytes;
    }

    std::promise<void> release_;
    std::shared_future<void> released_ = release_.get_future().share();
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

TEST_F(RtmpServerTest, APublisherThatIsNotAnsweredInTimeIsToldSo) {
    const Stream stream = make_stream();
    listen({.decision_timeout = std::chrono::milliseconds(200)});
    occupy_media_pool();
    tcp::socket socket = publish_to(stream.stream_key);
    EXPECT_THAT(read_all(socket), testing::HasSubstr("too busy to answer"));
    socket.close();
    EXPECT_EQ(server_->statistics().refused, 1u);
    release_.set_value();
    // The answer that came too late keeps nobody else out.
    EXPECT_TRUE(eventually([&] { return run_->sessions.publisher_count() == 0 && session_count(stream) == 1; }));
    settle(stream);
    end(broadcast(stream, 1), stream);
}

TEST_F(RtmpServerTest, APublisherWhoseMediaTheDiskDoesNotTakeIsToldSo) {
    const Stream stream = make_stream();
    listen({.stall_timeout = std::chrono::milliseconds(200), .backlog_bytes = 1});
    tcp::socket socket = publish_to(stream.stream_key);
    ASSERT_TRUE(eventually([&] { return run_->sessions.publisher_count() == 1; }));
    occupy_media_pool();
    asio::write(socket,
                asio::buffer(rtmp_test::message(media::rtmp::MessageType::video, 0, rtmp_test::video_config_tag()) +
                             picture(0) + picture(3000) + picture(6000) + picture(9000)));
    EXPECT_THAT(read_all(socket), testing::HasSubstr("disk does not keep up"));
    socket.close();
    release_.set_value();
    settle(stream);
}

TEST_F(RtmpServerTest, WhoDoesNotReadWinsNoTime) {
    listen({.handshake_timeout = std::chrono::seconds(1), .write_timeout = std::chrono::seconds(60)});
    tcp::socket socket(client_io_);
    socket.open(tcp::v4());
    socket.set_option(asio::socket_base::receive_buffer_size(4096));
    socket.connect({asio::ip::make_address("127.0.0.1"), port_});
    // Pings, whose answers nobody reads.
    std::string body;
    ByteWriter(body).u16be(6);
    ByteWriter(body).u32be(1);
    std::string pings;
    for (int i = 0; i < 1000; ++i) pings += rtmp_test::message(media::rtmp::MessageType::user_control, 0, body, 128, 2);
    std::atomic<bool> stop{false};
    std::jthread sender([&] {
        boost::system::error_code error;
        asio::write(socket, asio::buffer(rtmp_test::client_handshake()), error);
        while (!error && !stop) asio::write(socket, asio::buffer(pings), error);
    });
    EXPECT_TRUE(eventually([&] { return server_->statistics().accepted == 1; }));
    EXPECT_TRUE(eventually([&] { return server_->statistics().connections == 0; }));
    stop = true;
}

TEST_F(RtmpServerTest, DamagedFramesShowInTheHealthOfTheStream) {
    const Stream stream = make_stream();
    listen({});
    tcp::socket socket = publish_to(stream.stream_key);
    ASSERT_TRUE(eventually([&] { return run_->sessions.publisher_count() == 1; }));
    asio::write(socket,
                asio::buffer(rtmp_test::message(media::rtmp::MessageType::video, 0, rtmp_test::video_config_tag()) +
                             rtmp_test::message(media::rtmp::MessageType::video, 0,
                                                rtmp_test::video_tag(true, 1, 0, "\x7f\xff\xff\xffx"))));
    EXPECT_TRUE(eventually([&] {
        pass(std::chrono::seconds(6));
        run_->sessions.sweep();
        return std::ranges::any_of(newest(stream).issues,
                                   [](const std::string& issue) { return issue.contains("left out"); });
    }));
    socket.close();
    EXPECT_TRUE(eventually([&] { return run_->sessions.publisher_count() == 0; }));
}

TEST(ConnectionsWithin, LeavesDescriptorsForTheRest) {
    EXPECT_EQ(connections_within(1'000'000), kMaxRtmpConnections);
    EXPECT_EQ(connections_within(kReservedDescriptors + 30), 10u);
    EXPECT_EQ(connections_within(0), 1u);
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
