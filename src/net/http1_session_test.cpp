// SPDX-License-Identifier: Apache-2.0
// A connection over a transport that takes what is written as slowly as a test wants: sockets take it in bursts of
// whatever size the kernel's buffers have.
#include "net/http1_session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace spanreel::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::error_code;

constexpr std::string_view kRequest = "GET /pieces HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
constexpr std::size_t kBytes = 1 << 10;  ///< of a piece

/// Sends one request and then nothing.
class SlowTransport final : public Transport {
  public:
    SlowTransport(const asio::any_io_executor& executor, std::chrono::milliseconds each_write, std::size_t& taken)
        : timer_(executor), each_write_(each_write), taken_(taken) {}

    asio::awaitable<void> handshake(error_code&) override { co_return; }
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into, error_code& error) override {
        if (std::exchange(asked_, true)) error = asio::error::eof;
        co_return error ? 0 : asio::buffer_copy(into, asio::buffer(kRequest));
    }
    asio::awaitable<std::size_t> write(std::array<asio::const_buffer, 2> buffers, error_code& error) override {
        timer_.expires_after(each_write_);
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return 0;
        taken_ += asio::buffer_size(buffers);
        co_return asio::buffer_size(buffers);
    }
    asio::awaitable<void> finish_sending(error_code&) override { co_return; }
    void cancel() override { timer_.cancel(); }
    void close() override { timer_.cancel(); }
    bool has_ended() override { return false; }
    bool is_tls() const override { return false; }

  private:
    asio::steady_timer timer_;
    std::chrono::milliseconds each_write_;
    std::size_t& taken_;
    bool asked_ = false;
};

/// Bytes that a reader has taken of an answer of so many pieces, when the connection is closed.
std::size_t taken_of(std::size_t pieces, std::chrono::milliseconds each_write, const Limits& limits) {
    asio::io_context io;
    asio::thread_pool pool(1);
    Router router;
    router.add(Method::get, "/pieces", RunOn::io_thread, [pieces](const Request&) {
        Response response = empty_response(200);
        response.body = StreamedBody{std::nullopt, [pieces](std::uint64_t offset, std::size_t) {
                                         std::optional<std::string> piece;
                                         if (offset < pieces * kBytes) piece.emplace(kBytes, 'p');
                                         return Result<std::optional<std::string>>(std::move(piece));
                                     }};
        return response;
    });
    Metrics metrics;
    HttpMetrics http(metrics, router);
    MemoryBudget budget(1 << 20);
    const SessionContext context{router, pool, http, budget, limits};
    const asio::any_io_executor strand = asio::make_strand(io);
    std::size_t taken = 0;
    const auto session =
        std::make_shared<Http1Session>(strand, context, std::make_unique<SlowTransport>(strand, each_write, taken), "");
    asio::co_spawn(strand, session->run(), asio::detached);
    io.run();
    pool.join();
    return taken;
}

TEST(Http1Session, AReaderHasItsTimeForEach128KiBHoweverManyPiecesTheyAre) {
    Limits limits;
    limits.write_timeout = 1s;
    constexpr std::size_t kPieces = 384;
    const std::size_t taken = taken_of(kPieces, 50ms, limits);
    EXPECT_GT(taken, 5 * kBytes);
    EXPECT_LT(taken, 40 * kBytes);
    limits.write_timeout = 2s;
    const auto began = std::chrono::steady_clock::now();
    EXPECT_GT(taken_of(kPieces, 7ms, limits), kPieces * kBytes);
    EXPECT_GT(std::chrono::steady_clock::now() - began, limits.write_timeout) << "longer than one allowance";
}

}  // namespace
}  // namespace spanreel::net
