// SPDX-License-Identifier: Apache-2.0
// One HTTP/2 connection from its preface to its end. Its requests are served side by side, each as HTTP/1.1 would.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "net/deadline.hpp"
#include "net/exchange.hpp"
#include "net/http2_connection.hpp"
#include "net/response_policy.hpp"
#include "net/session.hpp"
#include "net/transport.hpp"

namespace spanreel::net {

class Http2Session final : public Session, public std::enable_shared_from_this<Http2Session> {
  public:
    Http2Session(boost::asio::any_io_executor strand, const SessionContext& context,
                 std::unique_ptr<Transport> transport, std::string peer_address);

    boost::asio::awaitable<void> run() override;
    void finish_soon() override;
    void cut() override;

  private:
    using Clock = Deadline::Clock;
    using StreamId = Http2Connection::StreamId;

    /// A request from its head to the end of its response.
    struct Exchange {
        Exchange(const SessionContext& context, Request head, RouteMatch matched);

        Request request;
        RouteMatch match;
        ResponsePolicy policy;
        ExchangeRecord record;
        std::optional<BodyReceiver> receiver;
        bool receiving = false;
        Clock::time_point began = Clock::now();
        std::shared_ptr<const StreamedBody> body;  ///< of the response
    };

    Http2Connection::Events events();
    void begin(StreamId id, Result<Http2Connection::Head> head);
    void take(StreamId id, ByteView piece);
    void answer(StreamId id);
    void respond(StreamId id, Response response);
    /// In the mount's shape.
    void fail_with(StreamId id, unsigned status, const Error& error);
    void read_on(StreamId id, std::uint64_t offset, std::size_t max);
    /// What is not understood has no mount: the root's shape.
    void refuse(StreamId id, const Error& error);

    boost::asio::awaitable<void> receive();
    boost::asio::awaitable<Result<void>> take_input(ByteView input);
    void start_sending();
    boost::asio::awaitable<void> send();
    boost::asio::awaitable<void> drain();
    /// Wakes send().
    void flush() { output_.cancel(); }
    /// Once a second: ends what takes too long.
    void look();
    bool takes_too_long(const Exchange& exchange, Clock::time_point now) const;

    boost::asio::any_io_executor strand_;
    const SessionContext& context_;
    std::unique_ptr<Transport> transport_;
    std::string peer_address_;
    Deadline deadline_;
    Http2Connection connection_;
    std::unordered_map<StreamId, Exchange> exchanges_;
    std::size_t handlers_ = 0;                  ///< that have not answered, also those whose stream is over
    std::size_t reads_ = 0;                     ///< of streamed bodies, that have not ended
    Clock::time_point busy_ = Clock::now();     ///< when a request was last there
    std::optional<Clock::time_point> writing_;  ///< since when a write has not ended
    bool sending_ = false;                      ///< send() runs
    std::optional<Clock::time_point> ending_;   ///< since when nothing is read any more: what is to be sent is sent
    boost::asio::steady_timer output_;          ///< cancelled when there is something to send
    boost::asio::steady_timer end_;             ///< cancelled when send() or a read has ended
};

}  // namespace spanreel::net
