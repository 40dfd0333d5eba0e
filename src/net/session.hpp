// SPDX-License-Identifier: Apache-2.0
// One connection of an HTTP listener, whatever version it speaks. Runs on its own strand; owned by the server that
// accepted it and by its coroutine.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "net/body_receiver.hpp"
#include "net/http_metrics.hpp"
#include "net/limits.hpp"
#include "net/router.hpp"

namespace boost::asio {
class thread_pool;
}

namespace spanreel::net {

/// What all sessions of a server share; outlives them.
struct SessionContext {
    const Router& router;
    boost::asio::thread_pool& blocking;
    HttpMetrics& metrics;
    MemoryBudget& budget;
    const Limits& limits;
};

class Session {
  public:
    virtual ~Session() = default;

    virtual boost::asio::awaitable<void> run() = 0;
    /// Answers the requests that have begun, then closes; an idle connection closes at once. Any thread.
    virtual void finish_soon() = 0;
    /// Closes now. Any thread.
    virtual void cut() = 0;
};

}  // namespace spanreel::net
