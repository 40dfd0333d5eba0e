// SPDX-License-Identifier: Apache-2.0
// Sends spans to an OTLP endpoint in requests that every server takes. A request that is refused for what is in it is
// sent again in halves, until the span that it was refused for is alone. One thread; waits for the server.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "client/otlp_file.hpp"
#include "spanreel/orq/core.hpp"

namespace spanreel::client {

struct SentSpans {
    std::size_t spans = 0;  ///< accepted
    std::size_t rejected = 0;
    std::size_t requests = 0;
    std::string first_answer;            ///< when, by the server's clock; empty: it did not tell
    std::chrono::seconds first_took{0};  ///< until then, rounded up
};

class SpanSender {
  public:
    /// Told of spans that were rejected: between which lines, and why. An error ends the sending.
    using Rejected = std::function<Result<void>(std::size_t first_line, std::size_t last_line, std::size_t spans,
                                                const std::string& why)>;
    /// What an answer means that is none of a bad span.
    using Explain = std::function<Error(const sdk::Error&)>;

    /// Requests are posted to `url` and `/traces`. The core outlives this.
    SpanSender(const sdk::Core& core, std::string url, Rejected rejected, Explain explain)
        : core_(core), url_(std::move(url)), rejected_(std::move(rejected)), explain_(std::move(explain)) {}

    /// Sends when enough has come together.
    Result<void> add(SpanText span);
    Result<void> flush();
    const SentSpans& sent() const { return sent_; }

  private:
    using Spans = std::vector<SpanText>;

    Result<void> send(Spans::const_iterator begin, Spans::const_iterator end);
    Result<void> read_answer(const sdk::HttpResponse& answer, const SpanText& first, const SpanText& last,
                             std::size_t count);

    const sdk::Core& core_;
    std::string url_;
    Rejected rejected_;
    Explain explain_;
    Spans waiting_;
    std::size_t waiting_bytes_ = 0;
    SentSpans sent_;
};

}  // namespace spanreel::client
