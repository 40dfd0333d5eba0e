// SPDX-License-Identifier: Apache-2.0
// Calls that no thread waits for: one thread sends them all over one set of connections and tells when each ended.
#pragma once
#include <functional>
#include <memory>

#include "spanreel/sdk/core.hpp"

namespace spanreel::sdk {

class AsyncSender {
  public:
    using Done = std::function<void(Result<HttpResponse>)>;

    explicit AsyncSender(std::shared_ptr<const TransportOptions> options);
    /// Every call has ended: each keeps its client, and with it this, alive.
    ~AsyncSender();
    AsyncSender(const AsyncSender&) = delete;
    AsyncSender& operator=(const AsyncSender&) = delete;

    /// `done` is called once, on the thread of this; it must not throw.
    void send(std::shared_ptr<const Core::State> state, Prepared prepared, CallOptions options,
              std::stop_token cancelled, Done done);

  private:
    struct Call;
    class Loop;
    std::shared_ptr<Loop> loop_;
};

}  // namespace spanreel::sdk
