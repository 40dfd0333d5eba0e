// SPDX-License-Identifier: Apache-2.0
#include "http_connection.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <stdexcept>

namespace spanreel::bench {

namespace {

constexpr int kAnswerSeconds = 60;

/// Of a response head; 0 when absent.
std::size_t content_length(std::string head) {
    for (char& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::size_t at = head.find("\r\ncontent-length:");
    if (at == std::string::npos) return 0;
    at = head.find_first_not_of(' ', at + 17);
    std::size_t value = 0;
    std::from_chars(head.data() + at, head.data() + head.size(), value);
    return value;
}

}  // namespace

HttpConnection::HttpConnection(std::string host, std::uint16_t port, std::string key)
    : host_(std::move(host)), port_(port), key_(std::move(key)) {}

HttpConnection::~HttpConnection() { disconnect(); }

void HttpConnection::disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    received_.clear();
}

bool HttpConnection::connect() {
    if (socket_ >= 0) return true;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    if (::inet_pton(AF_INET, host_.c_str(), &address.sin_addr) != 1) throw std::runtime_error(host_ + " is no address");
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    timeval wait{.tv_sec = kAnswerSeconds, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return true;
    disconnect();
    return false;
}

bool HttpConnection::write_all(std::string_view head, std::string_view body) {
    while (!head.empty() || !body.empty()) {
        iovec parts[2]{{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body.data()), body.size()}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = 2;
        ssize_t count = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
        if (count <= 0) return false;
        std::size_t from_head = std::min<std::size_t>(static_cast<std::size_t>(count), head.size());
        head.remove_prefix(from_head);
        body.remove_prefix(static_cast<std::size_t>(count) - from_head);
    }
    return true;
}

bool HttpConnection::read_answer(HttpAnswer& answer) {
    std::size_t head_end = std::string::npos, length = 0;
    while (true) {
        if (head_end == std::string::npos) {
            head_end = received_.find("\r\n\r\n");
            if (head_end != std::string::npos) length = content_length(received_.substr(0, head_end + 2));
        }
        if (head_end != std::string::npos && received_.size() >= head_end + 4 + length) break;
        char buffer[65536];
        ssize_t count = ::recv(socket_, buffer, sizeof(buffer), 0);
        if (count <= 0) return false;
        received_.append(buffer, static_cast<std::size_t>(count));
    }
    std::from_chars(received_.data() + std::min<std::size_t>(9, received_.size()), received_.data() + received_.size(),
                    answer.status);
    answer.body = received_.substr(head_end + 4, length);
    received_.erase(0, head_end + 4 + length);
    return true;
}

std::optional<HttpAnswer> HttpConnection::ask(std::string_view method, std::string_view path,
                                              std::string_view content_type, std::string_view body) {
    std::string head =
        fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\nAuthorization: Bearer {}\r\n", method, path, host_, port_, key_);
    if (!content_type.empty()) head += fmt::format("Content-Type: {}\r\n", content_type);
    if (!content_type.empty() || !body.empty()) head += fmt::format("Content-Length: {}\r\n", body.size());
    HttpAnswer answer;
    if (!connect()) return std::nullopt;
    if (write_all(head + "\r\n", body) && read_answer(answer)) return answer;
    disconnect();
    return std::nullopt;
}

}  // namespace spanreel::bench
