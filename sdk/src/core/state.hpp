// SPDX-License-Identifier: Apache-2.0
// What the copies of a client share.
#pragma once
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
};

}  // namespace spanreel::sdk
