// SPDX-License-Identifier: Apache-2.0
#include "spanreel/sdk/asio.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>

#include "../../tests/scripted_server.hpp"

namespace spanreel::sdk {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::Reply;
using test::ScriptedServer;

struct Path {
    std::string path;
};

Result<Prepared> prepare(const Path& request) {
    if (request.path.empty())
        return std::unexpected(Error{.kind = Error::Kind::input_validation, .message = "Input validation failed"});
    return Prepared{.operation = "echo", .method = "GET", .path = request.path, .query = {}};
}
Result<std::string> read(HttpResponse response) { return response.body; }
constexpr Operation<Path, std::string> echo{prepare, read};

ClientOptions to(const ScriptedServer& server) { return {.server_url = server.url()}; }

Reply path_of(const std::string& request, int) {
    return {test::http_answer(200, "text/plain", request.substr(4, request.find(' ', 4) - 4))};
}

constexpr std::array<std::string_view, 0> kNone{};
constexpr Service kService{.name = "test", .servers = kNone};

TEST(Coroutines, CallManyAtOnceOnOneThread) {
    ScriptedServer server(path_of);
    const Core core(kService, to(server));
    asio::io_context io;
    int right = 0;
    for (int i = 0; i < 50; ++i)
        asio::co_spawn(
            io,
            [&, i]() -> asio::awaitable<void> {
                const std::string path = "/" + std::to_string(i);
                const Result<std::string> body = co_await call(echo, core, {.path = path});
                right += body == path;
                const Result<std::string> none = co_await call(echo, core, {});
                right += !none && none.error().kind == Error::Kind::input_validation;
            },
            [](std::exception_ptr error) { EXPECT_FALSE(error); });
    io.run();
    EXPECT_EQ(right, 100);
}

TEST(Coroutines, EndWhenTheyAreCancelled) {
    ScriptedServer server([](const std::string&, int) { return Reply{"", Reply::Then::stay_silent}; });
    const Core core(kService, to(server));
    asio::io_context io;
    asio::cancellation_signal cancel;
    std::optional<Error::Kind> kind;
    auto run = [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        const auto body = co_await call(echo, core, {.path = "/"});
        kind = body ? Error::Kind::api : body.error().kind;
    };
    asio::co_spawn(io, run, asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
    while (server.requests().empty()) io.poll();
    cancel.emit(asio::cancellation_type::terminal);
    io.run();
    EXPECT_EQ(kind, Error::Kind::aborted);
}

TEST(Coroutines, KeepTheirTimeout) {
    ScriptedServer server([](const std::string&, int) { return Reply{"", Reply::Then::stay_silent}; });
    asio::io_context io;
    std::optional<Error::Kind> kind;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            const auto body = co_await call(echo, Core(kService, to(server)), {.path = "/"}, {.timeout = 30ms});
            kind = body ? Error::Kind::api : body.error().kind;
        },
        [](std::exception_ptr error) { EXPECT_FALSE(error); });
    io.run();
    EXPECT_EQ(kind, Error::Kind::timeout);
}

TEST(Coroutines, GoWithTheirContext) {
    ScriptedServer server([](const std::string& request, int) {
        if (request.starts_with("GET /silent")) return Reply{"", Reply::Then::stay_silent};
        return path_of(request, 0);
    });
    const Core core(kService, to(server));
    std::atomic<int> ended = 0, alive = 0;
    struct Alive {
        explicit Alive(std::atomic<int>& counted) : count(counted) { ++count; }
        ~Alive() { --count; }
        std::atomic<int>& count;
    };
    for (int round = 0; round < 20; ++round) {
        asio::io_context io;
        for (const char* path : {"/silent", "/", "/silent", "/"})
            asio::co_spawn(
                io,
                [&, path]() -> asio::awaitable<void> {
                    const Alive here(alive);
                    (void)co_await call(echo, core, {.path = path});
                    ++ended;
                },
                asio::detached);
        io.run_for(std::chrono::microseconds(round * 200));
    }
    EXPECT_EQ(alive, 0);
    EXPECT_LE(ended, 40) << "none of those that were not answered";
    EXPECT_EQ(core.send({.operation = "", .method = "GET", .path = "/", .query = {}}, {})->status, 200);
}

TEST(Coroutines, OfManyThreadsShareOneClient) {
    ScriptedServer server([](const std::string& request, int) {
        if (request.starts_with("GET /silent")) return Reply{"", Reply::Then::stay_silent};
        return path_of(request, 0);
    });
    constexpr int kCalls = 100;
    std::atomic<int> answered = 0, aborted = 0;
    asio::thread_pool pool(4);
    std::deque<asio::cancellation_signal> signals;
    {
        const Core core(kService, to(server));
        for (int i = 0; i < kCalls; ++i) {
            asio::co_spawn(
                pool,
                [&, core]() -> asio::awaitable<void> {
                    answered += (co_await call(echo, core, {.path = "/"})).has_value();
                },
                asio::detached);
            const auto strand = asio::make_strand(pool);
            asio::cancellation_signal& cancel = signals.emplace_back();
            auto silent = [&, core]() -> asio::awaitable<void> {
                co_await asio::this_coro::throw_if_cancelled(false);
                const auto body = co_await call(echo, core, {.path = "/silent"});
                aborted += !body && body.error().kind == Error::Kind::aborted;
            };
            asio::co_spawn(strand, silent, asio::bind_cancellation_slot(cancel.slot(), asio::detached));
            asio::post(strand, [&cancel] { cancel.emit(asio::cancellation_type::terminal); });
        }
    }
    pool.join();
    EXPECT_EQ(answered, kCalls);
    EXPECT_EQ(aborted, kCalls);
}

}  // namespace
}  // namespace spanreel::sdk
