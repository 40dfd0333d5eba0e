// SPDX-License-Identifier: Apache-2.0
// What the copies of a client share.
#pragma once
#include <mutex>

#include "async_sender.hpp"
#include "spanreel/sdk/core.hpp"
#include "url.hpp"

namespace spanreel::sdk {

class Core::State {
  public:
    State(const Service& service, ClientOptions options);

    Service service;
    ClientOptions options;
    HttpClient client;
    ServerUrl server;
    std::string user_agent;
    DebugLogger log;  ///< empty: none

    /// Made by the first call that nobody waits for.
    AsyncSender& async() const;

  private:
    mutable std::once_flag async_once_;
    mutable std::optional<AsyncSender> async_;
};

}  // namespace spanreel::sdk
