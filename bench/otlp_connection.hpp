// SPDX-License-Identifier: Apache-2.0
// One exporter's HTTP/1.1 connection: sends a request body again and again until it is acknowledged, over restarts of
// the server. Used by one thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace spanreel::bench {

class OtlpConnection {
  public:
    OtlpConnection(std::string host, std::uint16_t port, const std::string& key);
    ~OtlpConnection();
    OtlpConnection(const OtlpConnection&) = delete;
    OtlpConnection& operator=(const OtlpConnection&) = delete;

    /// Times a request was sent again: the connection broke, or the server asked for it (429, 503).
    std::uint64_t repeats() const { return repeats_; }

    /// Until acknowledged in full. False once `given_up()` is true and the request is not acknowledged. Throws
    /// std::runtime_error when the server refuses it for good.
    bool send(std::string_view body, const std::function<bool()>& given_up);

  private:
    enum class Outcome { acknowledged, again };
    bool connect();
    void disconnect();
    bool write_all(std::string_view head, std::string_view body);
    Outcome exchange(std::string_view body);
    /// Status and body of the answer; false when the connection broke.
    bool read_answer(unsigned& status, std::string& body);

    std::string host_;
    std::uint16_t port_;
    std::string headers_;
    int socket_ = -1;
    std::string received_;
    std::uint64_t repeats_ = 0;
};

}  // namespace spanreel::bench
