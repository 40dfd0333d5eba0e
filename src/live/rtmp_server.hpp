// SPDX-License-Identifier: Apache-2.0
// The RTMP listener: rtmp://host/live/{streamKey}. Owned by the wiring; each connection has a strand of the
// io_context. The sessions must outlive the server.
#pragma once
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "live/clock.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace spanreel::live {

class StreamSessions;

inline constexpr std::size_t kMaxRtmpConnections = 1000;
/// Of a publisher: its socket, its index and the segment being written.
inline constexpr std::uint64_t kDescriptorsPerPublisher = 3;
/// Kept for HTTP, the database, tapes and clips.
inline constexpr std::uint64_t kReservedDescriptors = 256;
/// How many connections that many file descriptors allow; one at least.
std::size_t connections_within(std::uint64_t descriptors);

struct RtmpServerLimits {
    std::size_t connections = kMaxRtmpConnections;  ///< at a time; one more is closed at once
    /// From connecting to the publish request.
    std::chrono::seconds handshake_timeout{10};
    /// A connection, publishing or not, that sends nothing for this long is closed.
    std::chrono::seconds idle_timeout{30};
    /// For the sessions to answer a publish request.
    std::chrono::milliseconds decision_timeout{10'000};
    /// A publisher whose media the disk has not taken for this long is dropped.
    std::chrono::milliseconds stall_timeout{30'000};
    /// For what the server sends.
    std::chrono::seconds write_timeout{10};
    /// Media read and not yet on the disk; above it the socket is not read.
    std::size_t backlog_bytes = 32 << 20;
    /// How often a publisher's socket is read when it delivers no faster than that fills the buffer.
    std::chrono::milliseconds read_interval{50};
};

struct RtmpServerStatistics {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;  ///< over the limit, or no right to publish
    std::uint64_t bytes_in = 0;
    std::uint64_t connections = 0;  ///< at this moment
};

class RtmpServer {
  public:
    RtmpServer(boost::asio::io_context& io, StreamSessions& sessions, RtmpServerLimits limits = {}, Clock clock = now);
    /// shutdown() must have run, or the io_context's work must be destroyed first.
    ~RtmpServer();
    RtmpServer(const RtmpServer&) = delete;
    RtmpServer& operator=(const RtmpServer&) = delete;

    /// Starts to accept; gives the port taken (0 asks for any free one).
    Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
    /// Stops accepting, tells publishers that the server goes, and closes; what they delivered is handed on. When it
    /// returns no connection exists.
    boost::asio::awaitable<void> shutdown();

    RtmpServerStatistics statistics() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace spanreel::live
