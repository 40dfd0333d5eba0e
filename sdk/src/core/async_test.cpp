// SPDX-License-Identifier: Apache-2.0
// What calls that nobody waits for may take up, and what their thread leaves to the program.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <future>
#include <latch>

#include "../../tests/scripted_server.hpp"
#include "spanreel/sdk/core.hpp"

namespace spanreel::sdk {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::Reply;
using test::ScriptedServer;

constexpr std::array<std::string_view, 0> kNone{};
constexpr Service kService{.name = "test", .servers = kNone};
const Prepared kGet{.operation = "", .method = "GET", .path = "/", .query = {}};

/// Answers a little later and knows how many requests it had at a time.
class SlowServer {
  public:
    std::string url() const { return server_.url(); }
    int most_at_once() const { return most_; }
    const ScriptedServer& server() const { return server_; }

  private:
    Reply answer() {
        const int now = ++at_once_;
        for (int most = most_; most < now && !most_.compare_exchange_weak(most, now);) {
        }
        std::this_thread::sleep_for(2ms);
        --at_once_;
        return {http_answer(200, "application/json", "{}")};
    }

    std::atomic<int> at_once_ = 0, most_ = 0;
    ScriptedServer server_{[this](const std::string&, int) { return answer(); }};
};

/// Ends of `count` calls, made at once.
std::vector<Result<HttpResponse>> all_of(
    int count, const std::function<void(int, std::function<void(Result<HttpResponse>)>)>& call) {
    std::mutex mutex;
    std::vector<Result<HttpResponse>> ends;
    std::latch left(count);
    for (int i = 0; i < count; ++i)
        call(i, [&](Result<HttpResponse> end) {
            {
                const std::lock_guard lock(mutex);
                ends.push_back(std::move(end));
            }
            left.count_down();
        });
    left.wait();
    return ends;
}

TEST(AsyncCalls, ShareAsManyConnectionsAsThereMayBe) {
    SlowServer one, other;
    const Core core(kService, {.server_url = one.url(),
                               .http_client = HttpClient({.max_connections = 5, .max_connections_per_host = 3})});
    const auto ends = all_of(60, [&](int i, auto done) {
        core.send_async(kGet, {.server_url = i % 2 == 0 ? one.url() : other.url()}, done);
    });
    for (const auto& end : ends) EXPECT_TRUE(end) << end.error().message;
    EXPECT_EQ(one.most_at_once(), 3);
    EXPECT_LE(other.most_at_once(), 3);
    EXPECT_LE(one.server().connections() + other.server().connections(), 6);
}

TEST(AsyncCalls, MayBeStoppedOrTooLateBeforeThereIsAConnection) {
    ScriptedServer server([](const std::string&, int) { return Reply{"", Reply::Then::stay_silent}; });
    const Core core(kService, {.server_url = server.url(), .http_client = HttpClient({.max_connections_per_host = 1})});
    std::stop_source stop;
    CallOptions stopped;
    stopped.fetch.stop = stop.get_token();
    std::promise<Error::Kind> first, second, third;
    auto tell = [](std::promise<Error::Kind>& kind) {
        return [&](const Result<HttpResponse>& result) { kind.set_value(result.error().kind); };
    };
    core.send_async(kGet, stopped, tell(first));
    while (server.requests().empty()) std::this_thread::yield();
    core.send_async(kGet, {.timeout = 50ms}, tell(second));
    EXPECT_EQ(second.get_future().get(), Error::Kind::timeout);
    core.send_async(kGet, stopped, tell(third));
    stop.request_stop();
    EXPECT_EQ(first.get_future().get(), Error::Kind::aborted);
    EXPECT_EQ(third.get_future().get(), Error::Kind::aborted);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST(AsyncCalls, FailWhenTooManyAreUnderWay) {
    SlowServer server;
    const Core core(kService, {.server_url = server.url(), .http_client = HttpClient({.max_calls = 10})});
    const auto ends = all_of(30, [&](int, auto done) { core.send_async(kGet, {}, done); });
    const auto refused = [](const Result<HttpResponse>& end) {
        return !end && end.error().message == "Unable to make request: more than 10 calls are under way";
    };
    const auto count = std::ranges::count_if(ends, refused);
    EXPECT_GT(count, 0);
    EXPECT_EQ(std::ranges::count_if(ends, [](const auto& end) { return end.has_value(); }), 30 - count);
    EXPECT_TRUE(core.send(kGet, {})) << "a call that somebody waits for";
    const auto later = all_of(10, [&](int, auto done) { core.send_async(kGet, {}, done); });
    EXPECT_EQ(std::ranges::count_if(later, refused), 0) << "those before have ended";
}

TEST(AsyncCalls, CloseConnectionsThatAreIdle) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    const Core core(kService, {.server_url = server.url(), .http_client = HttpClient({.max_idle = 1s})});
    (void)all_of(3, [&](int, auto done) { core.send_async(kGet, {}, done); });
    EXPECT_GT(server.open_connections(), 0u);
    const auto begun = std::chrono::steady_clock::now();
    while (server.open_connections() > 0 && std::chrono::steady_clock::now() - begun < 10s)
        std::this_thread::sleep_for(10ms);
    EXPECT_EQ(server.open_connections(), 0u);
    EXPECT_GT(std::chrono::steady_clock::now() - begun, 900ms);
    const auto again = all_of(1, [&](int, auto done) { core.send_async(kGet, {}, done); });
    EXPECT_TRUE(again[0]);
}

TEST(AsyncCalls, LeaveSignalsToTheProgram) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    const Core core(kService, {.server_url = server.url()});
    sigset_t here;
    sigset_t there;
    pthread_sigmask(SIG_SETMASK, nullptr, &here);
    (void)all_of(1, [&](int, auto done) {
        core.send_async(kGet, {}, [&there, done](Result<HttpResponse> end) {
            pthread_sigmask(SIG_SETMASK, nullptr, &there);
            done(std::move(end));
        });
    });
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGALRM, SIGUSR1}) {
        EXPECT_EQ(sigismember(&there, signal), 1) << signal;
        EXPECT_EQ(sigismember(&here, signal), 0) << signal;
    }
    sigset_t after;
    pthread_sigmask(SIG_SETMASK, nullptr, &after);
    EXPECT_EQ(sigismember(&after, SIGTERM), 0) << "the caller's own mask";
}

TEST(AsyncCalls, RaiseNoSignalForABrokenConnection) {
    static std::atomic<int> raised = 0;
    struct sigaction count{}, before{};
    count.sa_handler = [](int) { ++raised; };
    sigaction(SIGPIPE, &count, &before);
    ScriptedServer server([](const std::string&, int) { return Reply{"", Reply::Then::reset}; });
    const Core core(kService, {.server_url = server.url()});
    // More than sockets hold, to a server that reads the head alone.
    Prepared large{.operation = "", .method = "POST", .path = "/", .query = {}, .body = std::string(16u << 20u, ' ')};
    CallOptions head_only;
    head_only.fetch.headers = {{"Content-Length", "1"}};
    EXPECT_FALSE(core.send(large, head_only));
    const auto ends = all_of(3, [&](int, auto done) { core.send_async(large, head_only, done); });
    for (const auto& end : ends) EXPECT_FALSE(end);
    sigaction(SIGPIPE, &before, nullptr);
    EXPECT_EQ(raised, 0);
}

[[noreturn]] void exit_with_static_client() {
    static ScriptedServer server([](const std::string&, int) { return Reply{http_answer(503, "text/plain", "")}; });
    const RetryConfig once{.strategy = RetryConfig::Strategy::backoff,
                           .backoff = {.max_elapsed_time = Backoff::Millis(-1)}};
    static const Core core(kService, {.server_url = server.url(), .retries = once});
    (void)core.send(kGet, {});
    (void)all_of(3, [&](int, auto done) { core.send_async(kGet, {}, done); });
    std::exit(0);
}

TEST(AsyncCallsDeathTest, AStaticClientMayGoAtTheEndOfTheProgram) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(exit_with_static_client(), testing::ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace spanreel::sdk
