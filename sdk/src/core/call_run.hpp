// SPDX-License-Identifier: Apache-2.0
// One call from its first attempt to its end, without the sending and the waiting: a thread and a coroutine do those
// each in their own way.
#pragma once
#include <optional>

#include "state.hpp"

namespace spanreel::sdk {

class CallRun {
  public:
    using Clock = std::chrono::steady_clock;

    /// All three must outlive this.
    CallRun(const Core::State& state, const Prepared& prepared, const CallOptions& options);

    /// Before anything else; a failure is the call's.
    Result<void> begin();
    /// What the next attempt sends; hooks have run. A failure is the call's.
    Result<HttpRequest> next_request();
    const SendOptions& send_options() const { return send_; }
    /// By the client's fetcher; what it throws is the call's failure.
    SendResult fetch(const HttpRequest& request);
    /// Takes what came of an attempt. The wait until the next one, or nothing: result() tells how the call ended.
    std::optional<Backoff::Millis> attempted(SendResult result, const HttpRequest& request);
    Result<HttpResponse> result() &&;

  private:
    bool may_repeat() const;
    Backoff::Millis wait() const;

    const Core::State& state_;
    const Prepared& prepared_;
    const CallOptions& options_;
    const RetryConfig& retries_;
    std::chrono::milliseconds timeout_{0};
    HttpRequest request_;  ///< as each attempt begins
    SendOptions send_;
    Clock::time_point begun_{};
    unsigned attempts_ = 0;
    SendResult last_;
    std::optional<Error> failure_;  ///< of a hook, or of the fetcher
};

/// The wait that a server asks for; 0 when it names none that can be read (RFC 9110, section 10.2.3).
Backoff::Millis retry_after(const Headers& headers, bool knows_milliseconds);

/// "503", or "5XX" for all that begin with 5; letters in any case.
bool matches_status(std::string_view pattern, int status);

}  // namespace spanreel::sdk
