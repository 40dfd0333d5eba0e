// SPDX-License-Identifier: Apache-2.0
// What each call of a client library owes its caller whatever it asks for, over real connections: what its options
// promise, and that it fails as the server says. A library brings its calls and names the tests.
#pragma once
#include <gtest/gtest.h>

#include "scripted_server.hpp"
#include "spanreel/sdk/operation.hpp"

namespace spanreel::sdk::test {

struct Call {
    std::string name;    ///< in that of a test
    int status;          ///< of success
    std::string answer;  ///< the smallest that fits
    /// Gives the answer as it prints.
    std::function<Result<std::string>(const ClientOptions&, const CallOptions&)> run;
};

/// For whoever reads of a failure.
inline void PrintTo(const Call& call, std::ostream* out) { *out << call.name; }

/// The answer of an operation that gives no model.
inline std::string to_json(const std::vector<std::string>& texts) { return "[\"" + texts.at(0) + "\"]"; }

/// Core is what a library's functions are called with, Client what has its methods.
template <class Core, class Client>
class Calls {
  public:
    /// Two calls: the operation as a function, and as a method, `method(client, options)`.
    template <class Request, class Response>
    void add(const std::string& name, int status, const std::string& answer,
             const Operation<Request, Response>& operation, const std::type_identity_t<Request>& request,
             const auto& method) {
        all_.push_back({name, status, answer, [&operation, request](auto& client, auto& options) {
                            return printed([&] { return operation(Core(client), request, options); });
                        }});
        all_.push_back({name + "_method", status, answer, [method](auto& client, auto& options) {
                            return printed([&]() -> Result<Response> {
                                try {
                                    if constexpr (!std::is_void_v<Response>) return method(Client(client), options);
                                    method(Client(client), options);
                                    return Result<Response>();
                                } catch (const Exception& error) {
                                    return std::unexpected(error.error());
                                }
                            });
                        }});
    }
    const std::vector<Call>& all() const { return all_; }

  private:
    static Result<std::string> printed(const auto& call) {
        auto result = call();
        if (!result) return std::unexpected(std::move(result).error());
        if constexpr (std::is_void_v<typename decltype(result)::value_type>)
            return "";
        else
            return to_json(*result);
    }

    std::vector<Call> all_;
};

class EveryCall : public testing::TestWithParam<Call> {
  protected:
    static Result<std::string> run(const ScriptedServer& server, const CallOptions& options,
                                   ClientOptions client = {}) {
        if (!client.api_key) client.api_key = "key";
        client.server_url = server.url();
        return GetParam().run(client, options);
    }
    static Reply good() { return {http_answer(GetParam().status, "application/json", GetParam().answer)}; }
    static std::optional<Error::Kind> failure(const Result<std::string>& result) {
        return result ? std::nullopt : std::optional(result.error().kind);
    }
    /// 0 for success.
    static int status(const Result<std::string>& result) { return result ? 0 : result.error().status_code(); }

    static void gives_the_answer() {
        ScriptedServer server([](auto&&...) { return good(); });
        const auto result = run(server, {});
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_NE(result->find(GetParam().answer), std::string::npos) << *result;
    }

    static void ends_in_time() {
        ScriptedServer server([](auto&&...) { return Reply{"", Reply::Then::stay_silent}; });
        const std::chrono::milliseconds limit(50);
        const auto begun = std::chrono::steady_clock::now();
        EXPECT_EQ(failure(run(server, {.timeout = limit}, {.timeout = kLong})), Error::Kind::timeout);
        EXPECT_LT(std::chrono::steady_clock::now() - begun, kLong);
        EXPECT_EQ(failure(run(server, {}, {.timeout = limit})), Error::Kind::timeout);
    }

    static void sends_headers() {
        ScriptedServer server([](const std::string& request, int) {
            const bool known = request.find(": Bearer right\r\n") != std::string::npos;
            return known ? good() : Reply{http_answer(401, "text/plain", "who?")};
        });
        const ClientOptions client{.api_key = "wrong"};
        EXPECT_EQ(status(run(server, {}, client)), 401);
        CallOptions options;
        options.fetch.headers = {{"authorization", "Bearer right"}, {"x-asked-by", "a test"}};
        EXPECT_TRUE(run(server, options, client));
        EXPECT_NE(server.requests().at(1).find("x-asked-by: a test\r\n"), std::string::npos);
        EXPECT_EQ(server.requests().at(1).find("wrong"), std::string::npos);
    }

    static void ends_by_a_stop() {
        std::stop_source stop;
        ScriptedServer server([&](auto&&...) {
            stop.request_stop();
            return Reply{"", Reply::Then::stay_silent};
        });
        CallOptions options;
        options.fetch.stop = stop.get_token();
        for (const char* when : {"while it waits", "before it begins"})
            EXPECT_EQ(failure(run(server, options, {.timeout = kLong})), Error::Kind::aborted) << when;
        EXPECT_EQ(server.requests().size(), 1u);
    }

    static void is_repeated_while_the_server_is_away() {
        ScriptedServer server([](const std::string&, int number) {
            return number % 4 < 3 ? Reply{http_answer(503, "text/plain", "away")} : good();
        });
        EXPECT_EQ(status(run(server, {})), 503) << "once when nobody asked for more";
        EXPECT_TRUE(run(server, {.retries = repeating()}));
        EXPECT_EQ(server.requests().size(), 4u);
        EXPECT_TRUE(run(server, {}, {.retries = repeating()}));
        ASSERT_EQ(server.requests().size(), 8u);
        EXPECT_EQ(server.requests()[4], server.requests()[7]) << "the same request";
    }

    static void is_repeated_over_broken_connections() {
        ScriptedServer server(
            [](const std::string&, int number) { return number % 4 < 3 ? Reply{"", Reply::Then::reset} : good(); });
        RetryConfig retries = repeating();
        EXPECT_EQ(failure(run(server, {.retries = retries})), Error::Kind::connection);
        retries.retry_connection_errors = true;
        EXPECT_TRUE(run(server, {.retries = retries}));
        EXPECT_TRUE(run(server, {}, {.retries = retries}));
        EXPECT_EQ(server.requests().size(), 8u);
    }

    static void fails_by_status_and_body() {
        for (const int status : {400, 401, 403, 404, 409, 429, 500, 502, 599}) {
            ScriptedServer server(
                [&](auto&&...) { return Reply{http_answer(status, "text/plain", "nobody is there")}; });
            const auto result = run(server, {});
            ASSERT_EQ(failure(result), Error::Kind::api) << status;
            EXPECT_EQ(result.error().status_code(), status);
            EXPECT_EQ(result.error().response->body, "nobody is there");
        }
    }

  private:
    /// For a call that lost its options: a failure instead of a test without end.
    static constexpr std::chrono::milliseconds kLong{10'000};

    static RetryConfig repeating() {
        return {.strategy = RetryConfig::Strategy::backoff,
                .backoff = {.initial_interval = Backoff::Millis(1), .max_interval = Backoff::Millis(1)}};
    }
};

}  // namespace spanreel::sdk::test
