// SPDX-License-Identifier: Apache-2.0
// One RTMP connection: moves bytes between the socket and rtmp::ServerSession, and packets on to the publication.
// Runs on its own strand; every wait ends by a deadline.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/publication.hpp"
#include "live/rtmp_server.hpp"
#include "media/rtmp/server_session.hpp"

namespace spanreel::live {

class StreamSessions;

/// Shared by the connections of a server.
struct RtmpCounters {
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> bytes_in{0};
};

class RtmpConnection : public std::enable_shared_from_this<RtmpConnection> {
  public:
    using Socket = boost::asio::ip::tcp::socket;

    /// `socket`'s executor is the strand.
    RtmpConnection(Socket socket, StreamSessions& sessions, const RtmpServerLimits& limits, const Clock& clock,
                   RtmpCounters& counters);

    /// Until the connection is over; throws nothing.
    boost::asio::awaitable<void> run();
    /// Ends it, telling the publisher why. Any thread.
    void close_soon(std::string reason);

  private:
    void close(std::string reason);
    boost::asio::awaitable<void> serve();
    boost::asio::awaitable<void> guard();
    boost::asio::awaitable<bool> receive(std::size_t count);
    boost::asio::awaitable<void> decide();
    boost::asio::awaitable<Result<std::shared_ptr<Publication>>> ask_sessions(const std::string& stream_key);
    void report_lost_frames();
    void handle_events();
    boost::asio::awaitable<void> send_output();
    boost::asio::awaitable<void> wait_for_writer();
    boost::asio::awaitable<void> wait_for_more();
    boost::asio::awaitable<void> linger();
    void end_publication();
    void set_deadline(std::chrono::steady_clock::time_point deadline);
    void extend_deadline(std::chrono::steady_clock::duration by);
    Time arrival_of_last_byte();

    Socket socket_;
    StreamSessions& sessions_;
    const RtmpServerLimits& limits_;
    const Clock& clock_;
    RtmpCounters& counters_;

    media::rtmp::ServerSession session_;
    std::vector<std::uint8_t> buffer_;
    std::vector<media::rtmp::Event> events_;
    std::shared_ptr<Publication> publication_;
    std::optional<media::rtmp::PublishRequested> request_;
    std::optional<std::string> close_reason_;
    std::uint64_t lost_frames_ = 0;
    boost::asio::steady_timer pause_;
    boost::asio::steady_timer watchdog_;
    std::chrono::steady_clock::time_point deadline_;
    bool over_ = false;
};

}  // namespace spanreel::live
