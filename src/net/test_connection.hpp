// SPDX-License-Identifier: Apache-2.0
// For tests: a blocking client that sends raw bytes and reads responses. Every wait ends after ten seconds.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace spanreel::net {

struct RawResponse {
    unsigned status = 0;                         ///< 0 when the connection ended first
    std::map<std::string, std::string> headers;  ///< names in lower case; several values joined by ", "
    std::string body;
};

class TestConnection {
  public:
    explicit TestConnection(std::uint16_t port, int receive_buffer = 0);
    ~TestConnection();
    TestConnection(const TestConnection&) = delete;
    TestConnection& operator=(const TestConnection&) = delete;

    /// False when the peer has closed.
    bool send(std::string_view bytes);
    /// The next response; `head_only` for the answer to HEAD.
    RawResponse receive(bool head_only = false);
    RawResponse ask(std::string_view bytes) {
        send(bytes);
        return receive();
    }
    /// At most `count` bytes, as they come; empty at the end of the stream.
    std::string read_some(std::size_t count);
    /// Whether the peer closes without sending anything more.
    bool closed() { return buffered_.empty() && read_some(1).empty(); }
    void finish_sending();
    /// Goes away with a reset.
    void abort();

  private:
    bool fill();

    int socket_ = -1;
    std::string buffered_;
};

}  // namespace spanreel::net
