// SPDX-License-Identifier: Apache-2.0
// Calls over real connections, waited for and not: what goes out, what comes back, and every way to fail.
#include "spanreel/sdk/core.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <future>
#include <iomanip>
#include <latch>
#include <sstream>

#include "../../tests/scripted_server.hpp"

namespace spanreel::sdk {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::Reply;
using test::ScriptedServer;
using Then = Reply::Then;

constexpr std::array<std::string_view, 1> kServers{"https://example.invalid/api"};
constexpr Service kService{.name = "test", .servers = kServers};
constexpr Backoff kQuick{.initial_interval = Backoff::Millis(1), .max_interval = Backoff::Millis(1)};
const RetryConfig kRepeat{.strategy = RetryConfig::Strategy::backoff, .backoff = kQuick};

Prepared get(std::string path = "/things/1") {
    return {.operation = "getThing", .method = "GET", .path = std::move(path), .query = {}};
}

/// Both ways to call.
class Calls : public testing::TestWithParam<bool> {
  protected:
    static Result<HttpResponse> send(const Core& core, const Prepared& prepared, const CallOptions& options = {}) {
        if (!GetParam()) return core.send(prepared, options);
        std::promise<Result<HttpResponse>> done;
        core.send_async(prepared, options, [&](Result<HttpResponse> result) { done.set_value(std::move(result)); });
        return done.get_future().get();
    }
    static Error::Kind failure(const Core& core, const Prepared& prepared, const CallOptions& options = {}) {
        const Result<HttpResponse> result = send(core, prepared, options);
        EXPECT_FALSE(result);
        return result ? Error::Kind::api : result.error().kind;
    }
};
INSTANTIATE_TEST_SUITE_P(, Calls, testing::Bool(),
                         [](const auto& info) { return info.param ? "WithoutWaiting" : "Waiting"; });

bool has(const std::string& request, const std::string& line) { return request.find(line) != std::string::npos; }

TEST_P(Calls, SendWhatTheServiceExpects) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    const Core core(kService, {.api_key = "secret", .server_url = server.url() + "/prefix/?a=1#part"});
    ASSERT_TRUE(send(core, get()));
    ASSERT_TRUE(
        send(core, {.operation = "", .method = "POST", .path = "/things", .query = "b=2", .has_json_body = true}));
    ASSERT_TRUE(send(core, {.operation = "",
                            .method = "PATCH",
                            .path = "/things/",
                            .query = "b=2",
                            .body = "{\"x\":1}",
                            .has_json_body = true,
                            .merges_query = true}));
    const auto requests = server.requests();
    EXPECT_TRUE(requests[0].starts_with("GET /prefix/things/1?a=1 HTTP/1.1\r\n")) << requests[0];
    EXPECT_TRUE(has(requests[0], "Authorization: Bearer secret\r\n"));
    EXPECT_TRUE(has(requests[0], "Accept: application/json\r\n"));
    EXPECT_TRUE(has(requests[0], "User-Agent: spanreel-sdk-cpp/"));
    EXPECT_FALSE(has(requests[0], "Content-Type"));
    EXPECT_TRUE(requests[1].starts_with("POST /prefix/things?b=2 HTTP/1.1\r\n")) << requests[1];
    EXPECT_TRUE(has(requests[1], "Content-Type: application/json\r\n"));
    EXPECT_TRUE(has(requests[1], "Content-Length: 0\r\n"));
    EXPECT_TRUE(requests[2].starts_with("PATCH /prefix/things/?a=1&b=2 HTTP/1.1\r\n")) << requests[2];
    EXPECT_TRUE(requests[2].ends_with("\r\n\r\n{\"x\":1}"));
    EXPECT_EQ(server.connections(), 1);
}

TEST_P(Calls, TakeTheKeyAsItIsGiven) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    int asked = 0;
    const std::vector<std::pair<std::optional<ApiKey>, std::string>> keys{
        {"k", "Authorization: Bearer k\r\n"},
        {"bEaReR k", "Authorization: bEaReR k\r\n"},
        {"", ""},
        {std::nullopt, ""},
        {[&] { return std::to_string(++asked); }, "Authorization: Bearer 1\r\n"}};
    for (const auto& [key, line] : keys) {
        const Core core(kService, {.api_key = key, .server_url = server.url()});
        ASSERT_TRUE(send(core, get()));
        EXPECT_TRUE(has(server.requests().back(), line));
        EXPECT_EQ(has(server.requests().back(), "Authorization"), !line.empty());
        if (asked > 0) ASSERT_TRUE(send(core, get()));
    }
    EXPECT_EQ(asked, 2) << "once for each call";
    const Core core(kService, {.api_key = []() -> std::string { throw std::runtime_error("no vault"); },
                               .server_url = server.url()});
    const auto result = send(core, get());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::unexpected);
    EXPECT_NE(result.error().message.find("no vault"), std::string::npos);
}

TEST_P(Calls, OptionsOfACallBeatThoseOfTheClient) {
    ScriptedServer one([](const std::string&, int) { return Reply{http_answer(200, "application/json", "1")}; });
    ScriptedServer other([](const std::string&, int) { return Reply{http_answer(200, "application/json", "2")}; });
    const Core core(kService, {.api_key = "k", .server_url = one.url(), .user_agent = "mine"});
    CallOptions options{.server_url = other.url()};
    options.fetch.headers = {{"authorization", "Basic x"}, {"x-more", "1"}, {"user-agent", "not this"}};
    const auto result = send(core, get(), options);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->body, "2");
    const std::string request = other.requests().at(0);
    EXPECT_TRUE(has(request, ": Basic x\r\n") && has(request, "x-more: 1\r\n") && has(request, ": mine\r\n"))
        << request;
    EXPECT_FALSE(has(request, "Bearer"));
    EXPECT_EQ(failure(core, get(), {.server_url = "nonsense"}), Error::Kind::invalid_request);
}

TEST(Core, RefusesServersThatAreNone) {
    EXPECT_THROW(Core(kService, {.server_url = "not a url"}), std::invalid_argument);
    EXPECT_THROW(Core(kService, {.server_url = "ftp://x/"}), std::invalid_argument);
    EXPECT_THROW(Core(kService, {.server_index = 1}), std::out_of_range);
}

TEST_P(Calls, RepeatWhatTheOptionsSay) {
    ScriptedServer server([](const std::string&, int number) {
        return Reply{http_answer(number < 3 ? 503 : 200, "application/json", "{}")};
    });
    const Core core(kService, {.server_url = server.url()});
    EXPECT_EQ(send(core, get())->status, 503) << "not unless they say so";
    EXPECT_EQ(send(core, get(), {.retries = kRepeat, .retry_codes = {{"504", "4xX"}}})->status, 503);
    EXPECT_EQ(send(core, get(), {.retries = kRepeat, .retry_codes = {{"5Xx"}}})->status, 200);
    EXPECT_EQ(server.requests().size(), 4u);
    RetryConfig gives_up = kRepeat;
    gives_up.backoff.max_elapsed_time = Backoff::Millis(-1);
    ScriptedServer never([](const std::string&, int) { return Reply{http_answer(429, "text/plain", "later")}; });
    EXPECT_EQ(send(core, get(), {.retries = gives_up, .server_url = never.url()})->status, 429);
    EXPECT_EQ(never.requests().size(), 1u);
}

TEST_P(Calls, RepeatBrokenConnectionsOnlyWhenAsked) {
    const auto breaks = [](const std::string&, int number) {
        return number < 2 ? Reply{"", Then::reset} : Reply{http_answer(200, "application/json", "{}")};
    };
    RetryConfig retries = kRepeat;
    ScriptedServer server(breaks);
    const Core core(kService, {.server_url = server.url()});
    EXPECT_EQ(failure(core, get(), {.retries = retries}), Error::Kind::connection);
    retries.retry_connection_errors = true;
    EXPECT_EQ(send(core, get(), {.retries = retries})->status, 200);
}

TEST_P(Calls, NothingIsSentAgainOverANewConnection) {
    for (const Then then : {Then::reset, Then::close})
        for (const char* method : {"GET", "POST", "PATCH", "DELETE"}) {
            ScriptedServer server([&](const std::string&, int number) {
                return number == 1 ? Reply{"", then} : Reply{http_answer(200, "application/json", "{}")};
            });
            const Core core(kService, {.server_url = server.url()});
            Prepared prepared = get();
            prepared.method = method;
            if (prepared.method[0] == 'P') prepared.body = "{}";
            ASSERT_EQ(send(core, prepared)->status, 200);
            const auto result = send(core, prepared);
            ASSERT_FALSE(result) << method;
            EXPECT_EQ(result.error().kind, Error::Kind::connection);
            EXPECT_TRUE(has(result.error().message, "the connection broke before the answer began"))
                << result.error().message;
            EXPECT_EQ(server.requests().size(), 2u) << method;
            EXPECT_EQ(server.connections(), 1) << method;
            EXPECT_EQ(send(core, prepared)->status, 200);
        }
}

/// The kernel's timer of this machine's connections to `port`, as /proc/net/tcp has it.
std::vector<std::string> timers_of_connections_to(const std::string& port) {
    std::ostringstream hex;
    hex << ':' << std::uppercase << std::hex << std::setfill('0') << std::setw(4) << std::stoi(port);
    std::vector<std::string> timers;
    std::ifstream table("/proc/net/tcp");
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields(line);
        std::string slot, local, remote, state, queues, timer;
        fields >> slot >> local >> remote >> state >> queues >> timer;
        if (remote.ends_with(hex.str()) && state == "01") timers.push_back(timer.substr(0, 2));
    }
    return timers;
}

TEST_P(Calls, ProbeConnectionsThatAreSilent) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    const Core core(kService, {.server_url = server.url()});
    ASSERT_TRUE(send(core, get()));
    const std::string port = server.url().substr(server.url().rfind(':') + 1);
    EXPECT_EQ(timers_of_connections_to(port), std::vector<std::string>{"02"}) << "that of TCP's keepalive";
}

TEST_P(Calls, UseNoConnectionAgainThatWasIdleForLong) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    const Core core(kService, {.server_url = server.url(), .http_client = HttpClient({.max_idle = 1s})});
    ASSERT_TRUE(send(core, get()));
    ASSERT_TRUE(send(core, get()));
    EXPECT_EQ(server.connections(), 1);
    std::this_thread::sleep_for(2100ms);  // libcurl counts whole seconds
    ASSERT_TRUE(send(core, get()));
    EXPECT_EQ(server.connections(), 2);
}

TEST(Core, ACallClosesWhatOthersLeftIdle) {
    std::latch together(3);
    ScriptedServer server([&](const std::string&, int number) {
        if (number < 3) together.arrive_and_wait();
        return Reply{http_answer(200, "application/json", "{}")};
    });
    const Core core(kService, {.server_url = server.url(), .http_client = HttpClient({.max_idle = 1s})});
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 3; ++i) threads.emplace_back([&] { EXPECT_TRUE(core.send(get(), {})); });
    }
    EXPECT_EQ(server.open_connections(), 3u);
    std::this_thread::sleep_for(1100ms);
    ASSERT_TRUE(core.send(get(), {}));
    const auto begun = std::chrono::steady_clock::now();
    while (server.open_connections() > 1 && std::chrono::steady_clock::now() - begun < 10s) std::this_thread::yield();
    EXPECT_EQ(server.open_connections(), 1u);
}

TEST_P(Calls, EndInTimeWhereverTheServerStops) {
    const std::array<Reply, 3> replies{Reply{"", Then::stay_silent},
                                       Reply{"HTTP/1.1 200 X\r\nContent-", Then::stay_silent},
                                       Reply{"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{", Then::stay_silent}};
    for (const Reply& reply : replies) {
        ScriptedServer server([&](const std::string&, int) { return reply; });
        const Core core(kService, {.server_url = server.url(), .timeout = 50ms});
        EXPECT_EQ(failure(core, get()), Error::Kind::timeout);
        CallOptions stopped{.timeout = -1ms};
        std::stop_source stop;
        stopped.fetch.stop = stop.get_token();
        const std::jthread stopper([&] {
            while (server.requests().size() < 2) std::this_thread::yield();
            stop.request_stop();
        });
        EXPECT_EQ(failure(core, get(), stopped), Error::Kind::aborted);
    }
}

TEST_P(Calls, AStopEndsAWaitAndANewCall) {
    std::stop_source stop;
    ScriptedServer server(
        [&](const std::string&, int) { return Reply{http_answer(503, "text/plain", "", "Retry-After: 3600\r\n")}; });
    HttpClient client;
    std::jthread stopper;
    client.add_response([&](const HttpResponse&, const HttpRequest&) {
        stopper = std::jthread([&] {
            std::this_thread::sleep_for(50ms);  // until it waits
            stop.request_stop();
        });
    });
    const Core core(kService, {.server_url = server.url(), .http_client = client});
    CallOptions options{.retries = RetryConfig{.strategy = RetryConfig::Strategy::backoff}};
    options.retries->backoff.max_interval = Backoff::Millis(20'000);
    options.fetch.stop = stop.get_token();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(failure(core, get(), options), Error::Kind::aborted);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    EXPECT_EQ(failure(core, get(), options), Error::Kind::aborted);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_P(Calls, ATimeoutIsOfTheCallOrOfEachAttempt) {
    ScriptedServer server([](const std::string&, int) { return Reply{"", Then::stay_silent}; });
    const Core core(kService, {.server_url = server.url(), .timeout = 100ms});
    RetryConfig retries = kRepeat;
    retries.retry_connection_errors = true;
    retries.backoff.max_elapsed_time = Backoff::Millis(150);
    Prepared prepared = get();
    EXPECT_EQ(failure(core, prepared, {.retries = retries}), Error::Kind::timeout);
    EXPECT_EQ(server.requests().size(), 1u) << "further attempts end before they are sent";
    prepared.timeout_each = true;
    EXPECT_EQ(failure(core, prepared, {.retries = retries}), Error::Kind::timeout);
    EXPECT_EQ(server.requests().size(), 3u);
}

TEST_P(Calls, NothingAddsALineToTheHead) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    auto kind = [&](std::string key, Headers headers = {}) {
        CallOptions options;
        options.fetch.headers = std::move(headers);
        return failure(Core(kService, {.api_key = std::move(key), .server_url = server.url()}), get(), options);
    };
    EXPECT_EQ(kind("key\r\nX-Injected: yes"), Error::Kind::input_validation);
    EXPECT_EQ(kind(std::string("key\0", 4)), Error::Kind::input_validation);
    EXPECT_EQ(kind("", {{"X-A", "1\n2"}}), Error::Kind::input_validation);
    EXPECT_EQ(kind("", {{"X-A: 1\r\nX-B", "2"}}), Error::Kind::input_validation);
    EXPECT_EQ(kind("", {{"", "2"}}), Error::Kind::input_validation);
    EXPECT_TRUE(server.requests().empty());
    CallOptions options;
    options.fetch.headers = {{"X-A", " 1"}, {"X-A", "2\r\n"}, {"X-Blank", "  "}};
    const Core core(kService, {.api_key = "of a file\n", .server_url = server.url()});
    ASSERT_TRUE(send(core, get(), options));
    const std::string request = server.requests().at(0);
    for (const char* line : {"Authorization: Bearer of a file\r\n", "X-A: 1\r\n", "X-A: 2\r\n", "X-Blank:\r\n"})
        EXPECT_TRUE(has(request, line)) << line << request;
}

TEST_P(Calls, NoIdLeadsToAnotherPath) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    const Core core(kService, {.server_url = server.url()});
    for (const char* path : {"/things/..", "/things/.", "/things/../parts"}) {
        const auto result = send(core, get(path));
        ASSERT_FALSE(result) << path;
        EXPECT_EQ(result.error().kind, Error::Kind::input_validation);
        EXPECT_TRUE(has(result.error().message, "the id is \".\" or \"..\"")) << result.error().message;
    }
    EXPECT_TRUE(server.requests().empty());
    EXPECT_TRUE(send(core, get("/things/...")));
    EXPECT_TRUE(server.requests().at(0).starts_with("GET /things/... HTTP"));
}

TEST_P(Calls, WhatAFetcherOrALoggerThrowsStaysInside) {
    auto fetcher = [](const HttpRequest&, const SendOptions&) -> SendResult {
        throw std::runtime_error("no fetching");
    };
    const Core core(kService, {.server_url = "http://h", .http_client = HttpClient(fetcher), .retries = kRepeat});
    const auto result = send(core, get());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::unexpected);
    EXPECT_NE(result.error().message.find("no fetching"), std::string::npos);
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    auto log = [](std::string_view) { throw std::runtime_error("no logging"); };
    EXPECT_TRUE(send(Core(kService, {.server_url = server.url(), .debug_logger = log}), get()));
}

TEST_P(Calls, TrailersAreNoHeaders) {
    ScriptedServer server([](const std::string&, int) {
        return Reply{"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n"};
    });
    const auto result = send(Core(kService, {.server_url = server.url()}), get());
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "{}");
    EXPECT_FALSE(result->headers.get("x-trailer"));
}

TEST_P(Calls, AnExchangeIsOfOneCallAlone) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    HttpClient client;
    client.add_before_request([](HttpRequest& request) { request.headers.set("X-Hook", "1"); });
    const Core core(kService, {.server_url = server.url(), .http_client = client});
    Exchange exchange;
    ASSERT_TRUE(send(core, get(), {.exchange = &exchange}));
    EXPECT_EQ(exchange.status(), Exchange::Status::complete);
    EXPECT_EQ(exchange.request->headers.get("x-hook"), "1") << "as it was sent";
    EXPECT_EQ(failure(core, get(), {.server_url = "http://127.0.0.1:1", .exchange = &exchange}),
              Error::Kind::connection);
    EXPECT_EQ(exchange.status(), Exchange::Status::request_error);
    EXPECT_EQ(failure(core, get(), {.server_url = "nonsense", .exchange = &exchange}), Error::Kind::invalid_request);
    EXPECT_EQ(exchange.status(), Exchange::Status::invalid);
}

TEST_P(Calls, ABrokenAnswerIsNoAnswer) {
    const std::array<Reply, 5> replies{
        Reply{"", Then::close}, Reply{"HTTP/1.1 200 X\r\nContent-", Then::close},
        Reply{"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{", Then::close},
        Reply{"no HTTP at all\r\n\r\n", Then::close},
        Reply{"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Then::close}};
    for (const Reply& reply : replies) {
        ScriptedServer server([&](const std::string&, int) { return reply; });
        const Core core(kService, {.server_url = server.url()});
        EXPECT_EQ(failure(core, get()), Error::Kind::connection) << reply.bytes;
    }
    const Core nobody(kService, {.server_url = "http://127.0.0.1:1"});
    EXPECT_EQ(failure(nobody, get()), Error::Kind::connection);
}

TEST_P(Calls, AnAnswerMayBeTooLarge) {
    ScriptedServer server(
        [](const std::string&, int) { return Reply{http_answer(200, "application/json", std::string(2000, ' '))}; });
    const Core core(kService, {.server_url = server.url(), .http_client = HttpClient({.max_response_bytes = 1000})});
    const auto result = send(core, get());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::connection);
    EXPECT_NE(result.error().message.find("larger than 1000 bytes"), std::string::npos);
}

TEST_P(Calls, FollowRedirectsAsBrowsersDo) {
    ScriptedServer other([](const std::string&, int) { return Reply{http_answer(200, "application/json", "other")}; });
    ScriptedServer server([&](const std::string& request, int) {
        auto to = [](int status, const std::string& where) {
            return Reply{http_answer(status, "", "", "Location: " + where + "\r\n")};
        };
        if (has(request, " /loop ")) return to(302, "/loop");
        if (has(request, " /away ")) return to(307, other.url() + "/there");
        if (has(request, " /303 ")) return to(303, "end");
        if (has(request, " /307 ")) return to(307, "/end");
        return Reply{http_answer(200, "application/json", request.substr(0, request.find(' ')))};
    });
    const Core core(kService, {.api_key = "k", .server_url = server.url()});
    auto post = [](std::string path) {
        return Prepared{.operation = "",
                        .method = "POST",
                        .path = std::move(path),
                        .query = {},
                        .body = "{}",
                        .has_json_body = true};
    };
    EXPECT_EQ(send(core, post("/303"))->body, "GET");
    EXPECT_FALSE(has(server.requests().back(), "Content-Type"));
    EXPECT_EQ(send(core, post("/307"))->body, "POST");
    CallOptions more;
    more.fetch.headers = {{"X-Api-Key", "1"}, {"Cookie", "a=1"}, {"host", "one.example"}, {"X-More", "1"}};
    EXPECT_EQ(send(core, post("/away"), more)->body, "other");
    for (const char* kept :
         {"Authorization: Bearer k\r\n", "X-Api-Key: 1\r\n", "Cookie: a=1\r\n", "Host: one.example\r\n"})
        EXPECT_TRUE(has(server.requests().back(), kept)) << kept;
    const std::string away = other.requests().at(0);
    for (const char* gone : {"Authorization", "X-Api-Key", "Cookie", "one.example"})
        EXPECT_FALSE(has(away, gone)) << "a secret is for its own server: " << away;
    EXPECT_TRUE(has(away, "X-More: 1\r\n") && has(away, "Host: 127.0.0.1:"));
    EXPECT_EQ(failure(core, get("/loop")), Error::Kind::connection);
    CallOptions options;
    options.fetch.redirect = Redirect::manual;
    EXPECT_EQ(send(core, get("/303"), options)->status, 303);
    options.fetch.redirect = Redirect::error;
    EXPECT_EQ(failure(core, get("/303"), options), Error::Kind::connection);
}

TEST_P(Calls, RunHooksAroundEachAttempt) {
    ScriptedServer server([](const std::string&, int number) {
        return Reply{http_answer(number == 0 ? 503 : 200, "application/json", "{}")};
    });
    HttpClient client;
    std::vector<int> seen;
    client.add_before_request(
        [&](HttpRequest& request) { request.headers.set("X-Attempt", std::to_string(seen.size())); });
    client.add_response([&](const HttpResponse& response, const HttpRequest&) { seen.push_back(response.status); });
    const auto error = client.add_request_error([&](const TransportError&, const HttpRequest&) { seen.push_back(-1); });
    {
        const Core core(kService, {.server_url = server.url(), .http_client = client});
        ASSERT_TRUE(send(core, get(), {.retries = kRepeat}));
        EXPECT_EQ(seen, (std::vector{503, 200}));
        EXPECT_TRUE(has(server.requests()[1], "X-Attempt: 1\r\n"));
        EXPECT_EQ(failure(core, get(), {.server_url = "http://127.0.0.1:1"}), Error::Kind::connection);
        EXPECT_EQ(seen.back(), -1);
    }
    EXPECT_TRUE(client.remove_hook(error));
    EXPECT_FALSE(client.remove_hook(error));
    client.add_before_request([](HttpRequest&) { throw std::runtime_error("not today"); });
    const Core core(kService, {.server_url = server.url(), .http_client = client});
    EXPECT_EQ(failure(core, get()), Error::Kind::unexpected);
}

TEST_P(Calls, ADebugLogHasNoSecrets) {
    ScriptedServer server([](const std::string&, int) {
        return Reply{
            http_answer(200, "application/json", R"({"name":"n","streamKey":"hush-3"})", "Set-Cookie: hush-4\r\n")};
    });
    std::string log;
    HttpClient client;
    client.add_before_request([](HttpRequest& request) {
        request.headers.set("X-Auth-Token", "hush-5");
        request.url += "?access_token=hush-6&limit=7";
    });
    const Core core(kService, {.api_key = "hush-1",
                               .server_url = server.url(),
                               .http_client = client,
                               .debug_logger = [&](std::string_view line) { log.append(line).append("\n"); }});
    ASSERT_TRUE(send(core, {.operation = "",
                            .method = "POST",
                            .path = "/",
                            .query = {},
                            .body = R"({"deep":[{"apiKey":"hush-2"}],"title":"shown"})",
                            .has_json_body = true}));
    EXPECT_EQ(log.find("hush"), std::string::npos) << log;
    for (const char* shown : {"> POST http", "< 200", "shown", "(hidden)", "\"name\":\"n\"", "limit=7"})
        EXPECT_NE(log.find(shown), std::string::npos) << shown << "\n" << log;
}

TEST_P(Calls, ManyAtOnceShareOneClient) {
    ScriptedServer server([](const std::string& request, int) {
        return Reply{http_answer(200, "application/json", request.substr(4, request.find(' ', 4) - 4))};
    });
    const Core core(kService, {.server_url = server.url()});
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 20; ++i) {
                const std::string path = "/things/" + std::to_string(thread * 100 + i);
                const auto result = send(core, get(path));
                ASSERT_TRUE(result);
                EXPECT_EQ(result->body, path);
            }
        });
    threads.clear();
    EXPECT_LE(server.connections(), 8);
}

TEST(Core, ACallThatNobodyWaitsForKeepsItsClient) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    std::promise<int> status;
    Core(kService, {.server_url = server.url()}).send_async(get(), {}, [&](Result<HttpResponse> result) {
        status.set_value(result ? result->status : -1);
    });
    EXPECT_EQ(status.get_future().get(), 200);
}

TEST(Core, TheLastOfAClientMayGoWhenItsCallEnds) {
    ScriptedServer server([](const std::string&, int) { return Reply{http_answer(200, "application/json", "{}")}; });
    for (int i = 0; i < 50; ++i) {
        std::promise<void> done;
        auto core = std::make_shared<Core>(kService, ClientOptions{.server_url = server.url()});
        Core& last = *core;
        last.send_async(get(), {}, [&done, core = std::move(core)](Result<HttpResponse>) mutable {
            core.reset();
            done.set_value();
        });
        done.get_future().wait();
    }
}

TEST(Core, ACancelledCallEndsAndKeepsItsTimeout) {
    ScriptedServer server([](const std::string&, int) { return Reply{"", Then::stay_silent}; });
    const Core core(kService, {.server_url = server.url()});
    auto kind = [&](CallOptions options, std::stop_token cancelled) {
        std::promise<Error::Kind> done;
        core.send_async(
            get(), std::move(options), [&](auto result) { done.set_value(result.error().kind); }, cancelled);
        return done.get_future().get();
    };
    std::stop_source stop;
    EXPECT_EQ(kind({.timeout = 50ms}, stop.get_token()), Error::Kind::timeout);
    stop.request_stop();
    EXPECT_EQ(kind({}, stop.get_token()), Error::Kind::aborted);
}

}  // namespace
}  // namespace spanreel::sdk
