// SPDX-License-Identifier: Apache-2.0
// The baseline of reading a session: a bare Beast server that gives every request the same ready answer.
// Usage: bench_http_baseline PORT FILE_OF_BODY THREADS; until it is killed.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

asio::awaitable<void> serve(tcp::socket socket, const std::string& body) try {
    boost::beast::flat_buffer buffer;
    while (true) {
        http::request<http::string_body> request;
        co_await http::async_read(socket, buffer, request, asio::use_awaitable);
        http::response<http::string_body> response(http::status::ok, request.version());
        response.set(http::field::content_type, "application/json");
        response.body() = body;
        response.prepare_payload();
        co_await http::async_write(socket, response, asio::use_awaitable);
    }
} catch (const boost::system::system_error&) {  // the client left
}

asio::awaitable<void> listen(std::uint16_t port, const std::string& body) {
    auto executor = co_await asio::this_coro::executor;
    tcp::acceptor acceptor(executor, {asio::ip::address_v4::loopback(), port});
    while (true) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        socket.set_option(tcp::no_delay(true));
        asio::co_spawn(executor, serve(std::move(socket), body), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    std::ifstream file(argv[2]);
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    asio::io_context io;
    asio::co_spawn(io, listen(static_cast<std::uint16_t>(std::atoi(argv[1])), body), asio::detached);
    std::vector<std::jthread> threads;
    for (int i = 0; i < std::atoi(argv[3]); ++i) threads.emplace_back([&] { io.run(); });
}
