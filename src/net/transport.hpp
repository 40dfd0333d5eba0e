// SPDX-License-Identifier: Apache-2.0
// A connected byte stream, plain TCP or TLS, so that a session is written once. All calls on the strand of its session.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace spanreel::net {

class Transport {
  public:
    virtual ~Transport() = default;

    /// TLS handshake; nothing for plain TCP.
    virtual boost::asio::awaitable<void> handshake(boost::system::error_code& error) = 0;
    /// At least one byte, or an error (`eof` when the peer has sent all).
    virtual boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer into,
                                                          boost::system::error_code& error) = 0;
    /// All of both buffers.
    virtual boost::asio::awaitable<std::size_t> write(std::array<boost::asio::const_buffer, 2> buffers,
                                                      boost::system::error_code& error) = 0;
    /// Tells the peer that nothing more comes; it may still send.
    virtual boost::asio::awaitable<void> finish_sending(boost::system::error_code& error) = 0;
    /// Ends pending operations with `operation_aborted`.
    virtual void cancel() = 0;
    virtual void close() = 0;
    /// Whether the peer has closed its side, the connection is broken, or it was closed here. Reads nothing, and sees
    /// it past bytes that nobody has read.
    virtual bool has_ended() = 0;
    virtual bool is_tls() const = 0;
};

std::unique_ptr<Transport> make_plain_transport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> make_tls_transport(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls);

}  // namespace spanreel::net
