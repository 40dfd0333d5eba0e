// SPDX-License-Identifier: Apache-2.0
// One exporter's connection: sends a request body again and again until it is acknowledged, over restarts of the
// server. Used by one thread.
#pragma once
#include <functional>

#include "http_connection.hpp"

namespace spanreel::bench {

class OtlpConnection {
  public:
    OtlpConnection(std::string host, std::uint16_t port, std::string key)
        : connection_(std::move(host), port, std::move(key)) {}

    /// Times a request was sent again: the connection broke, or the server asked for it (429, 503).
    std::uint64_t repeats() const { return repeats_; }

    /// Until acknowledged in full. False once `given_up()` is true and the request is not acknowledged. Throws
    /// std::runtime_error when the server refuses it for good.
    bool send(std::string_view body, const std::function<bool()>& given_up);

  private:
    enum class Outcome { acknowledged, again };
    Outcome exchange(std::string_view body);

    HttpConnection connection_;
    std::uint64_t repeats_ = 0;
};

}  // namespace spanreel::bench
