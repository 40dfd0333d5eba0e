// SPDX-License-Identifier: Apache-2.0
#include "scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace spanreel::sdk::test {

namespace {

/// The next whole request; empty when the client has gone.
std::string read_request(int connection, std::string& rest) {
    for (;;) {
        if (const auto head = rest.find("\r\n\r\n"); head != std::string::npos) {
            std::size_t body = 0;
            for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "})
                if (const auto at = rest.find(name); at < head) body = std::stoul(rest.substr(at + 18));
            if (const std::size_t size = head + 4 + body; rest.size() >= size) {
                std::string request = rest.substr(0, size);
                rest.erase(0, size);
                return request;
            }
        }
        char bytes[4096];
        const ssize_t count = ::recv(connection, bytes, sizeof(bytes), 0);
        if (count <= 0) return {};
        rest.append(bytes, static_cast<std::size_t>(count));
    }
}

void reset(int connection) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

}  // namespace

std::string http_answer(int status, const std::string& content_type, const std::string& body,
                        const std::string& more_headers) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" +
           (content_type.empty() ? "" : "Content-Type: " + content_type + "\r\n") + more_headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

ScriptedServer::ScriptedServer(std::function<Reply(const std::string&, int)> answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no port to listen on");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (int connection : open_) ::shutdown(connection, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
}

std::vector<std::string> ScriptedServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

int ScriptedServer::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

std::size_t ScriptedServer::open_connections() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

void ScriptedServer::accept_all() {
    for (;;) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        const std::lock_guard lock(mutex_);
        ++connections_;
        open_.push_back(connection);
        threads_.emplace_back([this, connection] { serve(connection); });
    }
}

void ScriptedServer::serve(int connection) {
    std::string rest;
    for (std::string request; !(request = read_request(connection, rest)).empty();) {
        int number = 0;
        {
            const std::lock_guard lock(mutex_);
            number = static_cast<int>(requests_.size());
            requests_.push_back(request);
        }
        const Reply reply = answer_(request, number);
        ::send(connection, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
        if (reply.then == Reply::Then::keep) continue;
        if (reply.then == Reply::Then::stay_silent) {
            char byte = 0;
            while (::recv(connection, &byte, 1, 0) > 0) {
            }
        }
        if (reply.then == Reply::Then::reset) reset(connection);
        break;
    }
    const std::lock_guard lock(mutex_);
    std::erase(open_, connection);
    ::close(connection);
}

}  // namespace spanreel::sdk::test
