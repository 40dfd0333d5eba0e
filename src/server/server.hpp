// SPDX-License-Identifier: Apache-2.0
// The wiring: makes every part, gives each what it needs, starts the listeners and ends all of it in order.
#pragma once
#include <memory>

#include "base/error.hpp"
#include "server/settings.hpp"

namespace spanreel::server {

class Server {
  public:
    /// Opens the data directory, recovers what a crash left and listens. One log line `listening` per port.
    static Result<std::unique_ptr<Server>> start(const Settings& settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Until SIGTERM or SIGINT; then answers what has begun and stops.
    void run();

  private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace spanreel::server
