// SPDX-License-Identifier: Apache-2.0
#include "client/connection.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "client/failure.hpp"
#include "client/ingest.hpp"

namespace spanreel::client {
namespace {

Connection open(const ConnectionOptions& options) {
    Result<Connection> connection = Connection::open(options);
    EXPECT_TRUE(connection) << connection.error().message;
    return *std::move(connection);
}

TEST(Connection, OneUrlServesBothApis) {
    for (const char* url : {"http://a.example", "http://a.example/", "http://a.example/api", "http://a.example/api/"}) {
        EXPECT_EQ(server_root(url), "http://a.example") << url;
        EXPECT_EQ(open({.server = url}).livepeer_url(), "http://a.example/api") << url;
    }
    EXPECT_EQ(server_root("https://a.example/reel/"), "https://a.example/reel");
    for (const char* url : {"http://api", "http://api/api", "http://api:8080", "https://localhost", "http://[::1]:8080",
                            "http://10.0.0.1/api/reel"})
        EXPECT_TRUE(Connection::open({.server = url})) << url;
    EXPECT_EQ(open({.server = "http://api/"}).livepeer_url(), "http://api/api");
    EXPECT_EQ(open({.server = "http://user:pass@word@a.example/api"}).server(), "http://a.example");
    EXPECT_EQ(Connection::open({.server = "user:word@a.example"}).error().message.find("word"), std::string::npos);
    for (const char* wrong : {"a.example", "ftp://a.example", "http://", "http://a.example/?b=1"})
        EXPECT_EQ(Connection::open({.server = wrong}).error().code, Code::invalid) << wrong;
}

TEST(Connection, AFlagGoesBeforeAVariableBeforeTheDefault) {
    ::unsetenv("SPANREEL_URL");
    ::unsetenv("SPANREEL_KEY");
    EXPECT_EQ(open({}).server(), "http://127.0.0.1:8080");
    EXPECT_EQ(open({}).key_source(), "");
    ::setenv("SPANREEL_URL", "http://variable.example", 1);
    ::setenv("SPANREEL_KEY", "from-variable", 1);
    EXPECT_EQ(open({}).server(), "http://variable.example");
    EXPECT_EQ(open({}).key_source(), "SPANREEL_KEY");
    EXPECT_EQ(open({.server = "http://flag.example"}).server(), "http://flag.example");
    EXPECT_EQ(open({.key = "sk_test"}).key_source(), "--key");
    for (const char* wrong : {"two words", "sk_\r\nA: b", "sk_\xc3\xa9"})
        EXPECT_EQ(Connection::open({.key = wrong}).error().code, Code::invalid) << wrong;
    ::unsetenv("SPANREEL_URL");
    ::unsetenv("SPANREEL_KEY");
}

TEST(Connection, AKeyFileHoldsAKeyAndNothingElse) {
    const std::string path = testing::TempDir() + "key" + std::to_string(::getpid());
    const auto with = [&path](const std::string& content) {
        std::ofstream(path) << content;
        return Connection::open({.key_file = path});
    };
    EXPECT_EQ(with("sk_abc\n")->key_source(), "--key-file " + path);
    for (const std::string& wrong :
         {std::string(), std::string("two words"), std::string("a\nb\n"), std::string(5000, 'x')})
        EXPECT_EQ(with(wrong).error().code, Code::invalid) << wrong.substr(0, 20);
    ::unlink(path.c_str());
    EXPECT_EQ(Connection::open({.key_file = path}).error().code, Code::invalid);
}

TEST(Failure, EachStatusHasACode) {
    const Connection connection = open({.server = "http://a.example", .key = "sk_test"});
    const auto code = [&](int status, const std::string& body = "") {
        const sdk::HttpResponse response{.status = status, .headers = {}, .body = body, .url = {}};
        return explain(connection, {.kind = sdk::Error::Kind::api, .message = "m", .response = response}, "it").code;
    };
    EXPECT_EQ(exit_status(code(400)), 2);
    EXPECT_EQ(exit_status(code(401)), 4);
    EXPECT_EQ(exit_status(code(403)), 4);
    EXPECT_EQ(exit_status(code(404)), 3);
    EXPECT_EQ(exit_status(code(409)), 2);
    EXPECT_EQ(exit_status(code(422)), 2);
    EXPECT_EQ(exit_status(code(429)), 5);
    EXPECT_EQ(exit_status(code(500)), 1);
    EXPECT_EQ(exit_status(code(501)), 2);
    EXPECT_EQ(exit_status(code(503)), 5);
    EXPECT_EQ(exit_status(code(202)), 1) << "nothing that the operation knows";
    EXPECT_EQ(exit_status(explain(connection, {.kind = sdk::Error::Kind::connection}, "it").code), 5);
    EXPECT_EQ(exit_status(explain(connection, {.kind = sdk::Error::Kind::timeout}, "it").code), 5);
    EXPECT_EQ(exit_status(explain(connection, {.kind = sdk::Error::Kind::response_validation}, "it").code), 1);
}

TEST(Failure, SaysWhatTheServerSaid) {
    const Connection connection = open({.server = "http://a.example", .key = "sk_test"});
    const auto message = [&](int status, const std::string& type, const std::string& body) {
        const sdk::HttpResponse response{
            .status = status, .headers = {{"content-type", type}}, .body = body, .url = {}};
        return explain(connection, {.kind = sdk::Error::Kind::api, .response = response}, "stream 1").message;
    };
    const std::string json = "application/json";
    EXPECT_NE(message(422, json, R"({"errors":["no name","no key"]})").find("no name; no key"), std::string::npos);
    EXPECT_NE(message(400, json, R"({"code":"400","message":"wrong sort"})").find("wrong sort"), std::string::npos);
    EXPECT_NE(message(502, "text/html", "<h1>Bad Gateway</h1>").find("Bad Gateway"), std::string::npos);
    EXPECT_LT(message(502, "text/html", std::string(100'000, 'x')).size(), 1000u);
    EXPECT_NE(message(404, json, R"({"errors":["not found"]})").find("no stream 1 on http://a.example"),
              std::string::npos);
    EXPECT_NE(message(401, json, R"({"errors":["no token"]})").find("the key from --key"), std::string::npos);
}

TEST(Failure, DoesNotRepeatTheKey) {
    const Connection connection = open({.server = "http://a.example", .key = "sk_secret"});
    const sdk::HttpResponse response{.status = 401,
                                     .headers = {{"content-type", "application/json"}},
                                     .body = R"({"errors":["no token sk_secret found, sk_secret!"]})",
                                     .url = {}};
    const Error error = explain(connection, {.kind = sdk::Error::Kind::api, .response = response}, "the streams");
    EXPECT_NE(error.message.find("no token (the key) found, (the key)!"), std::string::npos) << error.message;
}

TEST(Ingest, IsTheServersHostUnlessSaid) {
    ::unsetenv("SPANREEL_RTMP_URL");
    const auto url = [](const std::string& server, const std::string& rtmp = "") {
        return publish_url(open({.server = server}), {.rtmp_url = rtmp}, "abcd");
    };
    EXPECT_EQ(url("http://a.example:8080"), "rtmp://a.example:1935/live/abcd");
    EXPECT_EQ(url("https://[::1]:8443/reel"), "rtmp://[::1]:1935/live/abcd");
    EXPECT_EQ(url("http://a.example", "rtmp://b.example:1936/live/"), "rtmp://b.example:1936/live/abcd");
}

}  // namespace
}  // namespace spanreel::client
