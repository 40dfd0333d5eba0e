// SPDX-License-Identifier: Apache-2.0
// The server over real sockets, with raw bytes.
#include "net/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "net/awaitable_handler.hpp"
#include "net/content_coding.hpp"
#include "net/range.hpp"
#include "net/test_connection.hpp"

namespace spanreel::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kFileSize = 50u << 20;

class HttpServerTest : public testing::Test {
  protected:
    HttpServerTest() {
        limits_.head_timeout = 300ms;
        limits_.idle_timeout = 600ms;
        limits_.body_grace = 400ms;
        limits_.write_timeout = 2s;
        limits_.drain_timeout = 1s;
        limits_.connections = 8;
        add_routes();
    }
    ~HttpServerTest() override {
        stop(5s);
        guard_.reset();
        for (std::thread& thread : threads_) thread.join();
        pool_.join();
    }

    void add_routes() {
        router_.mount("/api", {.matching = Matching::relaxed,
                               .max_body = 100 << 10,
                               .max_encoded_body = 100 << 10,
                               .cors = Cors::keyed,
                               .weak_etags = true,
                               .render_error = [](unsigned status, const Error& error) {
                                   return json_response(status, "{\"errors\":[\"" + error.message + "\"]}");
                               }});
        router_.mount("/hls", {.cors = Cors::any_origin});
        router_.mount("/open", {.cors = Cors::echoed_origin});
        router_.mount("/otlp", {.max_body = 3 << 20, .max_encoded_body = 3 << 20});
        router_.mount("/guarded", {.admit = [](const Request& request) -> std::optional<Response> {
                          if (request.headers.contains("authorization")) return std::nullopt;
                          return text_response(401, "who?");
                      }});
        auto echo = [](const Request& request) { return text_response(200, request.body); };
        auto where = [](const Request& request) {
            return text_response(200, request.path + " " + std::string(request.headers.get("host").value_or("")));
        };
        router_.add(Method::get, "/hello", RunOn::io_thread,
                    [](const Request&) { return text_response(200, "hello"); });
        router_.add(Method::get, "/where/{a}", RunOn::io_thread,
                    [where](const Request& request, std::string) { return where(request); });
        router_.add(Method::post, "/echo", RunOn::blocking_pool, echo);
        router_.add(Method::post, "/otlp", RunOn::blocking_pool, echo);
        router_.add(Method::post, "/guarded", RunOn::io_thread, echo);
        router_.add(Method::post, "/api/echo", RunOn::io_thread, echo);
        router_.add(Method::get, "/api/big", RunOn::blocking_pool,
                    [](const Request&) { return json_response(200, "[\"" + std::string(5000, 'x') + "\"]"); });
        router_.add(Method::get, "/throws", RunOn::blocking_pool, [](const Request&) -> Response { throw 1; });
        router_.add(Method::get, "/fails", RunOn::io_thread,
                    [](const Request&) -> Result<Response> { return fail(Code::unavailable, "full"); });
        router_.add_async(Method::get, "/dropped", [](Request, Responder) {});
        router_.add_async(Method::get, "/throws/later",
                          awaitable_handler(io_.get_executor(), [](Request) -> asio::awaitable<Result<Response>> {
                              throw std::runtime_error("later");
                              co_return empty_response(204);
                          }));
        router_.add_async(Method::get, "/later",
                          awaitable_handler(io_.get_executor(), [this](Request) -> asio::awaitable<Result<Response>> {
                              entered_.count_down();
                              asio::steady_timer timer(io_, 200ms);
                              co_await timer.async_wait(asio::use_awaitable);
                              co_return text_response(200, "later");
                          }));
        router_.add_async(Method::get, "/never/{x}", [this](Request, Responder responder, std::string) {
            kept_.push_back(std::move(responder));
            entered_.count_down();
        });
        router_.add(Method::get, "/file", RunOn::io_thread, [this](const Request& request) {
            return range_response(request,
                                  {kFileSize,
                                   [this](std::uint64_t offset, std::size_t max) {
                                       read_so_far_ = std::max<std::uint64_t>(read_so_far_, offset + max);
                                       return Result<std::string>(std::string(max, static_cast<char>(offset >> 20)));
                                   }},
                                  "video/mp4", "\"f\"");
        });
        router_.add(Method::get, "/lines", RunOn::io_thread, [](const Request& request) {
            Response response = empty_response(200);
            response.body =
                StreamedBody{std::nullopt,
                             [breaks = request.query.contains("break")](
                                 std::uint64_t offset, std::size_t max) -> Result<std::optional<std::string>> {
                                 if (offset < 2 * max) return std::string(max, 'l');
                                 if (offset == 2 * max) return "end";
                                 if (breaks) return fail(Code::corrupt, "disk");
                                 return std::nullopt;
                             }};
            return response;
        });
        router_.add(Method::get, "/search", RunOn::io_thread, [this](const Request&) {
            Response response = empty_response(200);
            response.body = StreamedBody{std::nullopt, [search = search_](std::uint64_t, std::size_t) {
                                             std::this_thread::sleep_for(5ms);
                                             return Result<std::string>(std::string());
                                         }};
            return response;
        });
        router_.add(Method::get, "/broken", RunOn::io_thread, [](const Request&) {
            Response response = empty_response(200);
            response.body = StreamedBody{
                1 << 20, [](std::uint64_t, std::size_t) -> Result<std::string> { return fail(Code::corrupt, "disk"); }};
            return response;
        });
    }

    std::uint16_t start() {
        server_.emplace(io_, pool_, router_, metrics_, memory_, limits_);
        port_ = server_->listen("127.0.0.1", 0).value();
        for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
        return port_;
    }
    void stop(std::chrono::milliseconds grace) {
        if (!server_) return;
        asio::co_spawn(io_, server_->shutdown(grace), asio::use_future).get();
        server_.reset();
    }

    /// A request is counted when its last byte is sent, so the client may look too early.
    bool metrics_will_say(std::string_view line) {
        for (int i = 0; i < 500; ++i, std::this_thread::sleep_for(10ms))
            if (metrics_.text().contains(line)) return true;
        ADD_FAILURE() << metrics_.text();
        return false;
    }

    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
    asio::thread_pool pool_{2};
    Router router_;
    Metrics metrics_;
    MemoryBudget memory_{8 << 20};
    Limits limits_;
    std::latch entered_{1};
    std::vector<Responder> kept_;
    std::atomic<std::uint64_t> read_so_far_ = 0;
    std::shared_ptr<int> search_ = std::make_shared<int>();  ///< held by each body that searches
    std::optional<HttpServer> server_;
    std::vector<std::thread> threads_;
    std::uint16_t port_ = 0;
};

std::string get(std::string_view target, std::string_view fields = "") {
    return fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n{}\r\n", target, fields);
}
std::string post(std::string_view target, std::string_view body, std::string_view fields = "") {
    return fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n{}\r\n{}", target, body.size(), fields,
                       body);
}

TEST_F(HttpServerTest, KeepsTheConnection) {
    TestConnection client(start());
    for (int i = 0; i < 3; ++i) {
        RawResponse response = client.ask(get("/hello"));
        EXPECT_EQ(response.status, 200u);
        EXPECT_EQ(response.body, "hello");
    }
    EXPECT_EQ(client.ask(get("/hello", "Connection: close\r\n")).headers["connection"], "close");
    EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, SpeaksHttp10) {
    start();
    TestConnection once(port_);
    EXPECT_EQ(once.ask("GET /hello HTTP/1.0\r\n\r\n").headers["connection"], "close");
    EXPECT_TRUE(once.closed());
    TestConnection kept(port_);
    EXPECT_EQ(kept.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").headers["connection"], "keep-alive");
    EXPECT_EQ(kept.ask(get("/hello")).status, 200u);
}

TEST_F(HttpServerTest, AnswersAPipelineInOrder) {
    TestConnection client(start());
    client.send(get("/later") + post("/echo", "one") + get("/hello") + post("/api/echo", "two") + get("/nothing"));
    EXPECT_EQ(client.receive().body, "later");
    EXPECT_EQ(client.receive().body, "one");
    EXPECT_EQ(client.receive().body, "hello");
    EXPECT_EQ(client.receive().body, "two");
    EXPECT_EQ(client.receive().status, 404u);
}

TEST_F(HttpServerTest, TakesARequestByteByByte) {
    limits_.head_timeout = 5s;
    TestConnection client(start());
    for (char c : post("/echo", "drip")) client.send(std::string_view(&c, 1));
    EXPECT_EQ(client.receive().body, "drip");
}

TEST_F(HttpServerTest, ReadsChunkedAndCompressedBodies) {
    TestConnection client(start());
    EXPECT_EQ(client
                  .ask("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                  .body,
              "abcde");
    std::string text(300'000, 'z');
    EXPECT_EQ(client.ask(post("/otlp", *gzip(text), "Content-Encoding: gzip\r\n")).body, text);
    RawResponse broken = client.ask(post("/api/echo", "no gzip", "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(broken.status, 400u);
    EXPECT_THAT(broken.body, HasSubstr("errors"));
}

TEST_F(HttpServerTest, RefusesUnknownCodings) {
    TestConnection client(start());
    RawResponse response = client.ask(post("/api/echo", "x", "Content-Encoding: zstd\r\n"));
    EXPECT_EQ(response.status, 415u);
    EXPECT_EQ(response.headers["accept-encoding"], "gzip, deflate");
}

TEST_F(HttpServerTest, RefusesABomb) {
    std::string bomb = *gzip(std::string(40 << 20, '\0'));  // takes longer than a head may
    TestConnection client(start());
    EXPECT_EQ(client.ask(post("/otlp", bomb, "Content-Encoding: gzip\r\n")).status, 413u);
    EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, RefusesALargeBodyByItsLengthAndByItsBytes) {
    start();
    TestConnection declared(port_);
    RawResponse response = declared.ask("POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 102401\r\n\r\n");
    EXPECT_EQ(response.status, 413u);
    EXPECT_EQ(response.body, R"({"errors":["The body is longer than 102400 bytes"]})");
    EXPECT_EQ(response.headers["connection"], "close");

    TestConnection streamed(port_);
    std::string chunked = "POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 60; ++i) chunked += "1000\r\n" + std::string(0x1000, 'a') + "\r\n";
    EXPECT_EQ(streamed.ask(chunked).status, 413u);

    TestConnection exact(port_);
    EXPECT_EQ(exact.ask(post("/api/echo", std::string(100 << 10, 'a'))).status, 200u);
}

TEST_F(HttpServerTest, TheAnswerReachesAClientThatSendsOn) {
    TestConnection client(start());
    // More than the sockets hold: a server that stops reading and closes would break the sending off.
    EXPECT_TRUE(client.send(post("/api/echo", std::string(6 << 20, 'a'))));
    EXPECT_EQ(client.receive().status, 413u);
    EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, BoundsAllBodiesTogether) {
    start();
    TestConnection holder(port_);
    holder.send("POST /otlp HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
    while (memory_.used() == 0) std::this_thread::sleep_for(1ms);
    TestConnection client(port_);
    RawResponse response = client.ask("POST /otlp HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
    EXPECT_EQ(response.status, 503u) << "before a byte of its body has come";
    EXPECT_EQ(response.headers["retry-after"], "1");
    holder.send(std::string(3'000'000, 'a'));
    EXPECT_EQ(holder.receive().status, 200u);
    while (memory_.used() > 0) std::this_thread::sleep_for(1ms);
    TestConnection again(port_);
    EXPECT_EQ(again.ask(post("/otlp", std::string(300'000, 'a'))).status, 200u);
}

TEST_F(HttpServerTest, RefusesMalformedRequests) {
    start();
    for (std::string_view bytes : {"GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n"}) {
        TestConnection client(port_);
        EXPECT_EQ(client.ask(bytes).status, 400u) << bytes;
        EXPECT_TRUE(client.closed());
    }
    TestConnection unknown(port_);
    EXPECT_EQ(unknown.ask("BREW / HTTP/1.1\r\nHost: h\r\n\r\n").status, 501u);
    TestConnection long_head(port_);
    EXPECT_EQ(long_head.ask(get("/hello", "X: " + std::string(70 << 10, 'a') + "\r\n")).status, 431u);
}

TEST_F(HttpServerTest, TimesOutSlowHeads) {
    start();
    TestConnection client(port_);
    client.send("GET / HT");
    EXPECT_EQ(client.receive().status, 408u);
    EXPECT_TRUE(client.closed());
    TestConnection silent(port_);
    EXPECT_TRUE(silent.closed());
}

TEST_F(HttpServerTest, TimesOutSlowBodies) {
    TestConnection client(start());
    RawResponse response = client.ask("POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(response.status, 408u);
    EXPECT_THAT(response.body, HasSubstr("errors"));
}

TEST_F(HttpServerTest, ClosesIdleConnectionsQuietly) {
    TestConnection client(start());
    EXPECT_EQ(client.ask(get("/hello")).status, 200u);
    auto before = std::chrono::steady_clock::now();
    EXPECT_TRUE(client.closed());
    EXPECT_GT(std::chrono::steady_clock::now() - before, 400ms);
}

TEST_F(HttpServerTest, HeadHasTheLengthWithoutTheBody) {
    TestConnection client(start());
    for (std::string_view path : {"/hello", "/file"}) {
        client.send(fmt::format("HEAD {} HTTP/1.1\r\nHost: h\r\n\r\n", path));
        RawResponse response = client.receive(true);
        EXPECT_EQ(response.status, 200u);
        EXPECT_EQ(response.headers["content-length"], path == "/hello" ? "5" : std::to_string(kFileSize));
    }
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(HttpServerTest, ServesRanges) {
    TestConnection client(start());
    RawResponse part = client.ask(get("/file", "Range: bytes=3145728-3145730\r\n"));
    EXPECT_EQ(part.status, 206u);
    EXPECT_EQ(part.body, "\3\3\3");
    EXPECT_EQ(client.ask(get("/file", "Range: bytes=99999999999-\r\n")).status, 416u);
    EXPECT_EQ(client.ask(get("/file", "If-None-Match: \"f\"\r\n")).status, 304u);
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(HttpServerTest, StreamsNoFasterThanItsReader) {
    TestConnection client(start(), 64 << 10);
    client.send(get("/file"));
    ASSERT_FALSE(client.read_some(100).empty());
    std::this_thread::sleep_for(300ms);
    // What the kernel's socket buffers take, not the file.
    EXPECT_LT(read_so_far_, kFileSize / 2);
    EXPECT_GT(read_so_far_, 0u);
    std::size_t total = 100;
    while (total < kFileSize) {
        std::string piece = client.read_some(1 << 20);
        ASSERT_FALSE(piece.empty());
        total += piece.size();
    }
    EXPECT_EQ(read_so_far_, kFileSize);
}

TEST_F(HttpServerTest, GivesUpOnAReaderThatStops) {
    limits_.write_timeout = 200ms;
    TestConnection client(start(), 64 << 10);
    client.send(get("/file"));
    std::this_thread::sleep_for(500ms);
    std::size_t total = 0;
    for (std::string piece; !(piece = client.read_some(1 << 20)).empty();) total += piece.size();
    EXPECT_LT(total, kFileSize);
}

TEST_F(HttpServerTest, ASearchThatGivesNothingHoldsNoThreadAndEndsWithItsClient) {
    start();
    std::vector<std::unique_ptr<TestConnection>> clients;
    for (int i = 0; i < 4; ++i) {  // more than the pool has threads
        clients.push_back(std::make_unique<TestConnection>(port_));
        clients.back()->send(get("/search"));
        EXPECT_EQ(clients.back()->receive(true).status, 200u);
    }
    EXPECT_EQ(TestConnection(port_).ask(post("/echo", "served meanwhile")).body, "served meanwhile");
    EXPECT_EQ(search_.use_count(), 1 + 4);
    clients[0]->abort();
    clients[1]->finish_sending();
    clients[2]->send(get("/hello"));  // stays unread before the end that follows
    clients.erase(clients.begin() + 2, clients.end());
    EXPECT_TRUE(metrics_will_say("spanreel_http_requests_in_flight 0\n"));
    EXPECT_EQ(search_.use_count(), 1);
}

TEST_F(HttpServerTest, ShutdownCutsASearch) {
    start();
    TestConnection client(port_);
    client.send(get("/search"));
    EXPECT_EQ(client.receive(true).status, 200u);
    stop(100ms);
    EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, BreaksOffWhenAStreamFails) {
    TestConnection client(start());
    EXPECT_EQ(client.ask(get("/broken")).status, 0u);
}

std::string read_all(TestConnection& client) {
    std::string all;
    for (std::string piece; !(piece = client.read_some(1 << 20)).empty();) all += piece;
    return all;
}

TEST_F(HttpServerTest, SendsABodyOfUnknownLengthInChunks) {
    TestConnection client(start());
    client.send(get("/lines") + "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const RawResponse head = client.receive(true);
    EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
    EXPECT_FALSE(head.headers.contains("content-length"));
    const std::string piece = "20000\r\n" + std::string(0x20000, 'l') + "\r\n";
    EXPECT_THAT(read_all(client), StartsWith(piece + piece + "3\r\nend\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, SendsHttp10NoBodyOfWhichItCouldNotTellTheEnd) {
    TestConnection client(start());
    const RawResponse refused = client.ask("GET /lines HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(refused.status, 505u);
    EXPECT_THAT(refused.body, HasSubstr("HTTP/1.1"));
    EXPECT_EQ(client.ask("GET /hello HTTP/1.0\r\n\r\n").status, 200u);
}

TEST_F(HttpServerTest, NeverEndsABodyThatFailed) {
    TestConnection client(start());
    client.send(get("/lines?break"));
    EXPECT_THAT(read_all(client), EndsWith("3\r\nend\r\n"));
}

TEST_F(HttpServerTest, ContinuesWhenAsked) {
    TestConnection client(start());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 100u);
    EXPECT_EQ(client.ask("body").body, "body");
    client.send("POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 413u);
}

TEST_F(HttpServerTest, AnswersStrangersBeforeTheirBody) {
    start();
    TestConnection stranger(port_);
    EXPECT_EQ(stranger.ask("POST /guarded HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n").status, 401u);
    TestConnection known(port_);
    EXPECT_EQ(known.ask(post("/guarded", "hi", "Authorization: Bearer k\r\n")).body, "hi");
}

TEST_F(HttpServerTest, KeepsThePathAsSent) {
    TestConnection client(start());
    EXPECT_EQ(client.ask(get("/where/..")).body, "/where/.. h");
    EXPECT_EQ(client.ask(get("http://other:1/where/a%2Fb?q")).body, "/where/a%2Fb other:1");
}

TEST_F(HttpServerTest, ShapesErrorsPerMount) {
    TestConnection client(start());
    EXPECT_EQ(client.ask(get("/API/Nothing")).body, R"({"errors":["Not found"]})");
    RawResponse wrong_method = client.ask(get("/echo"));
    EXPECT_EQ(wrong_method.status, 405u);
    EXPECT_EQ(wrong_method.headers["allow"], "POST");
    RawResponse full = client.ask(get("/fails"));
    EXPECT_EQ(full.status, 503u);
    EXPECT_EQ(full.headers["retry-after"], "1");
    EXPECT_EQ(client.ask(get("/throws")).status, 500u);
    EXPECT_EQ(client.ask(get("/throws/later")).body, "Internal server error\n");
    EXPECT_EQ(client.ask(get("/dropped")).status, 500u);
    EXPECT_EQ(client.ask(get("/where/%zz")).status, 400u);
}

TEST_F(HttpServerTest, AnswersPreflights) {
    TestConnection client(start());
    RawResponse keyed = client.ask(
        "OPTIONS /api/any/path HTTP/1.1\r\nHost: h\r\nOrigin: https://o\r\n"
        "Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: x-a, x-b\r\n\r\n");
    EXPECT_EQ(keyed.status, 204u);
    EXPECT_EQ(keyed.headers["access-control-allow-origin"], "https://o");
    EXPECT_EQ(keyed.headers["access-control-allow-methods"], "GET,HEAD,PUT,PATCH,POST,DELETE");
    EXPECT_EQ(keyed.headers["access-control-allow-headers"], "x-a, x-b");
    EXPECT_EQ(keyed.headers["vary"], "Authorization, Origin");
    EXPECT_EQ(keyed.headers["access-control-allow-credentials"], "true");
    EXPECT_FALSE(keyed.headers.contains("content-length"));
    EXPECT_EQ(client.ask("OPTIONS /api/x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\n\r\n").status, 404u);

    RawResponse open = client.ask("OPTIONS /hls/x HTTP/1.1\r\nHost: h\r\nAccess-Control-Request-Method: GET\r\n\r\n");
    EXPECT_EQ(open.status, 204u);
    EXPECT_EQ(open.headers["access-control-allow-origin"], "*");
    RawResponse missing = client.ask(get("/hls/x"));
    EXPECT_EQ(missing.status, 404u);
    EXPECT_EQ(missing.headers["access-control-allow-origin"], "*");
    RawResponse echoed = client.ask("GET /open/x HTTP/1.1\r\nHost: h\r\nOrigin: https://o\r\n\r\n");
    EXPECT_EQ(echoed.headers["access-control-allow-origin"], "https://o");
    EXPECT_EQ(echoed.headers["access-control-allow-credentials"], "true");
    EXPECT_FALSE(client.ask(get("/open/x")).headers.contains("access-control-allow-origin"));
    EXPECT_FALSE(client.ask(get("/hello")).headers.contains("access-control-allow-origin"));
}

TEST_F(HttpServerTest, TagsAndCompresses) {
    TestConnection client(start());
    RawResponse plain = client.ask(get("/api/big"));
    EXPECT_EQ(plain.body.size(), 5004u);
    EXPECT_THAT(plain.headers["etag"], testing::StartsWith("W/\""));
    EXPECT_EQ(plain.headers["vary"], "Accept-Encoding, Authorization, Origin");
    RawResponse packed = client.ask(get("/api/big", "Accept-Encoding: gzip, deflate\r\n"));
    EXPECT_EQ(packed.headers["content-encoding"], "gzip");
    EXPECT_EQ(packed.headers["etag"], plain.headers["etag"]);
    Inflater inflater(Coding::gzip);
    std::string text;
    ASSERT_TRUE(inflater.write(as_bytes(packed.body), [&text](ByteView piece) -> Result<void> {
        text += as_text(piece);
        return {};
    }));
    EXPECT_EQ(text, plain.body);
    RawResponse same = client.ask(get("/api/big", "If-None-Match: " + plain.headers["etag"] + "\r\n"));
    EXPECT_EQ(same.status, 304u);
    EXPECT_EQ(same.headers["etag"], plain.headers["etag"]);
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(HttpServerTest, SurvivesClientsThatLeave) {
    start();
    {
        TestConnection mid_body(port_);
        mid_body.send("POST /otlp HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc");
        TestConnection mid_response(port_);
        mid_response.send(get("/file"));
        mid_response.read_some(1000);
        TestConnection while_handled(port_);
        while_handled.send(get("/later"));
        entered_.wait();
        while_handled.abort();
        mid_response.abort();
        mid_body.finish_sending();
        EXPECT_TRUE(mid_body.closed());
    }
    EXPECT_TRUE(metrics_will_say("spanreel_http_connections 0\n"));
    EXPECT_TRUE(metrics_will_say("spanreel_http_requests_in_flight 0\n"));
    TestConnection client(port_);
    EXPECT_EQ(client.ask(get("/hello")).status, 200u);
}

TEST_F(HttpServerTest, TurnsAwayTooManyConnections) {
    limits_.connections = 1;
    limits_.idle_timeout = 5s;
    start();
    TestConnection first(port_);
    EXPECT_EQ(first.ask(get("/hello")).status, 200u);
    {
        TestConnection second(port_);
        EXPECT_EQ(second.receive().status, 503u);
        EXPECT_TRUE(second.closed());
    }
    EXPECT_EQ(first.ask(get("/hello")).status, 200u);
}

TEST_F(HttpServerTest, CountsByRoutePattern) {
    TestConnection client(start());
    client.ask(get("/where/secret-id"));
    client.ask(get("/where/other"));
    client.ask(get("/nothing"));
    client.ask(get("/hello"));
    EXPECT_TRUE(
        metrics_will_say("spanreel_http_requests_total{method=\"GET\",route=\"/where/{a}\",status=\"2xx\"} 2\n"));
    EXPECT_TRUE(metrics_will_say("spanreel_http_requests_total{method=\"any\",route=\"none\",status=\"4xx\"} 1\n"));
    EXPECT_THAT(metrics_.text(), testing::Not(HasSubstr("secret-id")));
}

TEST_F(HttpServerTest, ShutdownAnswersWhatHasBegun) {
    limits_.idle_timeout = 10s;
    start();
    TestConnection idle(port_);
    EXPECT_EQ(idle.ask(get("/hello")).status, 200u);
    TestConnection busy(port_);
    busy.send(get("/later"));
    entered_.wait();
    auto before = std::chrono::steady_clock::now();
    stop(5s);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 3s);
    RawResponse response = busy.receive();
    EXPECT_EQ(response.body, "later");
    EXPECT_EQ(response.headers["connection"], "close");
    EXPECT_TRUE(idle.closed());
    EXPECT_THROW(TestConnection late(port_), std::runtime_error);
}

TEST_F(HttpServerTest, ShutdownCutsWhatOutstaysTheGrace) {
    start();
    TestConnection stuck(port_);
    stuck.send(get("/never/x"));
    entered_.wait();
    stop(100ms);
    EXPECT_TRUE(stuck.closed());
    kept_.clear();
}

TEST_F(HttpServerTest, TwoListenersShareTheRouter) {
    start();
    std::uint16_t other = server_->listen("localhost", 0).value();
    EXPECT_NE(other, port_);
    EXPECT_EQ(TestConnection(other).ask(get("/hello")).status, 200u);
    EXPECT_FALSE(server_->listen("127.0.0.1", port_));
    EXPECT_FALSE(server_->listen("no such host", 0));
}

}  // namespace
}  // namespace spanreel::net
