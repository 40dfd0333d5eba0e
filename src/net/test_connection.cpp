// SPDX-License-Identifier: Apache-2.0
#include "net/test_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace spanreel::net {

TestConnection::TestConnection(std::uint16_t port, int receive_buffer) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
}

TestConnection::~TestConnection() {
    if (socket_ >= 0) ::close(socket_);
}

bool TestConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool TestConnection::fill() {
    char piece[64 << 10];
    ssize_t count = ::recv(socket_, piece, sizeof piece, 0);
    if (count <= 0) return false;
    buffered_.append(piece, static_cast<std::size_t>(count));
    return true;
}

std::string TestConnection::read_some(std::size_t count) {
    if (buffered_.empty() && !fill()) return {};
    std::string out = buffered_.substr(0, count);
    buffered_.erase(0, out.size());
    return out;
}

RawResponse TestConnection::receive(bool head_only) {
    RawResponse response;
    std::size_t end;
    while ((end = buffered_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return response;
    std::string head = buffered_.substr(0, end + 2);
    buffered_.erase(0, end + 4);
    unsigned status = static_cast<unsigned>(std::stoul(head.substr(9, 3)));
    for (std::size_t line = head.find("\r\n") + 2; line < head.size();) {
        std::size_t next = head.find("\r\n", line) + 2;
        std::size_t colon = head.find(": ", line);
        std::string name = head.substr(line, colon - line);
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        std::string value = head.substr(colon + 2, next - colon - 4);
        std::string& held = response.headers[name];
        held = held.empty() ? value : held + ", " + value;
        line = next;
    }
    std::size_t length =
        head_only || !response.headers.contains("content-length") ? 0 : std::stoull(response.headers["content-length"]);
    while (buffered_.size() < length)
        if (!fill()) return {};
    response.body = buffered_.substr(0, length);
    buffered_.erase(0, length);
    response.status = status;
    return response;
}

void TestConnection::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void TestConnection::abort() {
    linger reset{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    ::close(socket_);
    socket_ = -1;
}

}  // namespace spanreel::net
