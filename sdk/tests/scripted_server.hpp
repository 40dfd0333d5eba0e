// SPDX-License-Identifier: Apache-2.0
// A server on a free port of this machine that answers as a test tells it, and remembers what it was sent.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace spanreel::sdk::test {

/// What the server does with one request.
struct Reply {
    std::string bytes;                                                      ///< sent as they are, head and body
    enum class Then { keep, close, reset, stay_silent } then = Then::keep;  ///< stay_silent: until the test ends
};

/// An answer with its length.
std::string http_answer(int status, const std::string& content_type, const std::string& body,
                        const std::string& more_headers = "");

class ScriptedServer {
  public:
    /// `answer(request, number)`: the whole request, head and body; counted from 0 over all connections.
    explicit ScriptedServer(std::function<Reply(const std::string& request, int number)> answer);
    ~ScriptedServer();

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::vector<std::string> requests() const;
    int connections() const;  ///< that there ever were
    std::size_t open_connections() const;

  private:
    void accept_all();
    void serve(int connection);

    std::function<Reply(const std::string&, int)> answer_;
    int listener_ = -1;
    int port_ = 0;
    mutable std::mutex mutex_;  ///< of the rest
    std::vector<std::string> requests_;
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    int connections_ = 0;
    std::thread acceptor_;
};

}  // namespace spanreel::sdk::test
