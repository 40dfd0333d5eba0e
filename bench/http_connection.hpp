// SPDX-License-Identifier: Apache-2.0
// A client's HTTP/1.1 connection that stays open: one request at a time, by one thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spanreel::bench {

struct HttpAnswer {
    unsigned status = 0;
    std::string body;
};

class HttpConnection {
  public:
    HttpConnection(std::string host, std::uint16_t port, std::string key);
    ~HttpConnection();
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    /// Nothing when the server does not answer; the next call connects anew. Throws std::runtime_error for a host that
    /// is no IPv4 address.
    std::optional<HttpAnswer> ask(std::string_view method, std::string_view path, std::string_view content_type,
                                  std::string_view body);

  private:
    bool connect();
    void disconnect();
    bool write_all(std::string_view head, std::string_view body);
    bool read_answer(HttpAnswer& answer);

    std::string host_;
    std::uint16_t port_;
    std::string key_;
    int socket_ = -1;
    std::string received_;
};

}  // namespace spanreel::bench
