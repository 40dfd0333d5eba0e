// SPDX-License-Identifier: Apache-2.0
// One client under many threads: calls that wait and calls that do not, stopped and cancelled at any moment, hooks, a
// log, and clients that go while their calls run. ThreadSanitizer watches in `make show-sdk-threads`.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "../../tests/scripted_server.hpp"
#include "spanreel/sdk/core.hpp"

namespace spanreel::sdk {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::Reply;
using test::ScriptedServer;

constexpr int kThreads = 8, kRounds = 25;
constexpr std::array<std::string_view, 0> kNone{};
constexpr Service kService{.name = "test", .servers = kNone};

Prepared get(std::string path) { return {.operation = "", .method = "GET", .path = std::move(path), .query = {}}; }

/// "/silent" is never answered, every seventh answer of the others is a 503.
Reply answer(const std::string& request, int number) {
    if (request.starts_with("GET /silent")) return {"", Reply::Then::stay_silent};
    return {http_answer(number % 7 == 6 ? 503 : 200, "application/json", "{}")};
}

/// How calls ended, by any thread.
struct Ends {
    std::atomic<int> answered = 0, aborted = 0, others = 0;
    void count(const Result<HttpResponse>& result) {
        ++(result ? answered : result.error().kind == Error::Kind::aborted ? aborted : others);
    }
};

class ManyThreads : public testing::Test {
  protected:
    ManyThreads() {
        client_.add_before_request([this](HttpRequest& request) {
            ++hooks_;
            request.headers.set("X-Hook", "1");
        });
        client_.add_response([this](const HttpResponse&, const HttpRequest&) { ++hooks_; });
        client_.add_request_error([this](const TransportError&, const HttpRequest&) { ++hooks_; });
    }
    ClientOptions options() {
        return {.api_key = [this] { return std::to_string(++keys_); },
                .server_url = server_.url(),
                .http_client = client_,
                .retries = RetryConfig{.strategy = RetryConfig::Strategy::backoff,
                                       .backoff = {.max_interval = Backoff::Millis(1)}},
                .debug_logger = [this](std::string_view) { ++lines_; }};
    }
    static void on_many_threads(const std::function<void(int thread, int round)>& work) {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread)
            threads.emplace_back([&work, thread] {
                for (int round = 0; round < kRounds; ++round) work(thread, round);
            });
    }

    ScriptedServer server_{answer};
    std::atomic<int> hooks_ = 0, keys_ = 0, lines_ = 0;
    HttpClient client_;
};

TEST_F(ManyThreads, CallOneClientInBothWays) {
    const Core core(kService, options());
    Ends ends;
    std::latch left(kThreads * kRounds);
    on_many_threads([&](int, int) {
        core.send_async(get("/one"), {}, [&](Result<HttpResponse> result) {
            ends.count(result);
            left.count_down();
        });
        ends.count(core.send(get("/two"), {}));
    });
    left.wait();
    EXPECT_EQ(ends.answered, 2 * kThreads * kRounds);
    EXPECT_EQ(keys_, 2 * kThreads * kRounds);
    EXPECT_EQ(hooks_, 2 * static_cast<int>(server_.requests().size()));
}

TEST_F(ManyThreads, StopAndCancelAtAnyMoment) {
    const Core core(kService, options());
    Ends ends;
    std::latch left(2 * kThreads * kRounds);
    on_many_threads([&](int thread, int round) {
        std::stop_source stop, cancel;
        CallOptions options;
        options.fetch.stop = stop.get_token();
        const auto done = [&](const Result<HttpResponse>& result) {
            ends.count(result);
            left.count_down();
        };
        core.send_async(get(round % 2 == 0 ? "/silent" : "/quick"), options, done);
        core.send_async(get("/silent"), {}, done, cancel.get_token());
        std::jthread stopper([&] {
            std::this_thread::sleep_for((thread + round) % 5 * 100us);
            stop.request_stop();
            cancel.request_stop();
        });
        ends.count(core.send(get("/silent"), options));
    });
    left.wait();
    EXPECT_EQ(ends.others, 0);
    EXPECT_EQ(ends.answered + ends.aborted, 3 * kThreads * kRounds);
    EXPECT_GE(ends.aborted, 2 * kThreads * kRounds);
}

TEST_F(ManyThreads, LetClientsGoWhileTheirCallsRun) {
    Ends ends;
    std::latch left(kThreads * kRounds);
    on_many_threads([&](int, int) {
        auto core = std::make_unique<Core>(kService, options());
        core->send_async(get("/one"), {}, [&, copy = *core](Result<HttpResponse> result) {
            ends.count(result);
            left.count_down();
        });
        const Core copy = *core;
        core.reset();
        ends.count(copy.send(get("/two"), {}));
    });
    left.wait();
    EXPECT_EQ(ends.answered, 2 * kThreads * kRounds);
}

}  // namespace
}  // namespace spanreel::sdk
