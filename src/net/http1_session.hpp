// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 connection from its first byte to its last. Reads a request, answers it, and only then reads the next:
// a pipelining client waits.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "net/deadline.hpp"
#include "net/http1_head.hpp"
#include "net/http1_parser.hpp"
#include "net/input_buffer.hpp"
#include "net/response_policy.hpp"
#include "net/session.hpp"
#include "net/transport.hpp"

namespace spanreel::net {

class Http1Session final : public Session, public std::enable_shared_from_this<Http1Session> {
  public:
    Http1Session(boost::asio::any_io_executor strand, const SessionContext& context,
                 std::unique_ptr<Transport> transport, std::string peer_address);

    boost::asio::awaitable<void> run() override;
    void finish_soon() override;
    void cut() override;

  private:
    /// Why a request is not served. Status 0: there is nobody to tell.
    struct Refusal {
        unsigned status = 0;
        Error error;
    };
    template <class T>
    using Reading = std::expected<T, Refusal>;

    static Refusal refusal(Error error);
    static Refusal peer_gone();

    boost::asio::awaitable<bool> serve_one();
    boost::asio::awaitable<bool> serve(Http1Parser& parser);
    boost::asio::awaitable<Reading<void>> read_head(Http1Parser& parser);
    boost::asio::awaitable<Reading<void>> read_body(Http1Parser& parser, BodyReceiver& receiver);
    boost::asio::awaitable<Response> answer(RouteMatch match, Request request, ResponsePolicy policy);
    boost::asio::awaitable<Result<Response>> wait_for_handler(RouteMatch match, Request request, ResponsePolicy policy);

    boost::asio::awaitable<bool> send(Response response, bool head_only, Connection connection);
    boost::asio::awaitable<bool> send_whole(std::string_view head, std::string_view body);
    boost::asio::awaitable<bool> send_streamed(const StreamedBody& body);
    boost::asio::awaitable<Result<std::optional<std::string>>> read_piece(const StreamedBody& body,
                                                                          std::uint64_t offset, std::size_t wanted);
    boost::asio::awaitable<bool> write(std::string_view first, std::string_view second = {});
    boost::asio::awaitable<bool> fill(std::size_t room);
    boost::asio::awaitable<void> drain();
    void arm(Deadline::Clock::time_point when);

    boost::asio::any_io_executor strand_;
    const SessionContext& context_;
    std::unique_ptr<Transport> transport_;
    std::string peer_address_;
    Deadline deadline_;
    InputBuffer input_;
    std::function<void()> abandon_;  // ends the wait for a handler
    bool expired_ = false;           // the deadline passed during an operation
    bool idle_ = false;              // between requests, nothing of the next one read
    bool finishing_ = false;
    bool unread_ = false;  // closing while the client may still be sending
};

}  // namespace spanreel::net
