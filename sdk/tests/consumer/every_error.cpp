// SPDX-License-Identifier: Apache-2.0
// Catches what the libraries throw, each by its own type and not by another: every_error URL KEY. A line each.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

#include "spanreel/livepeer.hpp"
#include "spanreel/orq.hpp"
#include "spanreel/sdk/asio.hpp"

namespace {

using namespace spanreel;
using namespace std::chrono_literals;

template <class Wanted>
void expect(const char* name, const std::function<void()>& call) {
    try {
        call();
        std::cout << name << " nothing thrown\n";
    } catch (const Wanted& error) {
        std::cout << name << (dynamic_cast<const sdk::Exception*>(&error) ? " caught\n" : " no sdk::Exception\n");
    } catch (const std::exception& error) {
        std::cout << name << " caught as another: " << error.what() << '\n';
    }
}

sdk::HttpClient answers(const std::string& body) {
    return sdk::HttpClient([body](const sdk::HttpRequest&, const sdk::SendOptions&) -> sdk::SendResult {
        return sdk::HttpResponse{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = body};
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const std::string url = argv[1], key = argv[2];
    const orq::Orq orq({.api_key = key, .server_url = url});
    const livepeer::Livepeer livepeer({.api_key = "wrong", .server_url = url + "/api"});
    const orq::Orq nobody({.server_url = "http://127.0.0.1:1"});
    std::stop_source stop;
    stop.request_stop();
    sdk::CallOptions stopped;
    stopped.fetch.stop = stop.get_token();

    expect<sdk::InputValidationError>("input_validation", [&] { orq.sessions.get({.session_id = ".."}); });
    expect<sdk::ResponseValidationError>("response_validation", [] {
        orq::Orq({.server_url = "http://h", .http_client = answers("[]")}).sessions.get({.session_id = "a"});
    });
    expect<sdk::ApiError>("api", [&] { livepeer.session.get("none"); });
    expect<sdk::HonoApiError>("not_found", [&] { orq.sessions.get({.session_id = "none"}); });
    expect<sdk::InvalidRequestError>("invalid_request",
                                     [&] { orq.sessions.get({.session_id = "a"}, {.server_url = "no URL"}); });
    expect<sdk::RequestAbortedError>("aborted", [&] { orq.sessions.get({.session_id = "a"}, stopped); });
    expect<sdk::ConnectionError>("connection", [&] { nobody.sessions.get({.session_id = "a"}); });
    expect<sdk::HttpClientError>("base", [&] { nobody.sessions.get({.session_id = "a"}); });
    expect<sdk::UnexpectedClientError>("unexpected", [] {
        const sdk::HttpClient throws(
            [](auto&&...) -> sdk::SendResult { throw std::runtime_error("a fetcher of the caller's"); });
        orq::Orq({.server_url = "http://h", .http_client = throws}).sessions.get({.session_id = "a"});
    });

    boost::asio::io_context io;
    boost::asio::co_spawn(
        io,
        [&]() -> boost::asio::awaitable<void> {
            const auto page = co_await sdk::call(orq::sessions_list, orq);
            std::cout << "coroutine " << (page ? "caught" : page.error().message) << '\n';
        },
        [](std::exception_ptr) {});
    io.run();
}
