// SPDX-License-Identifier: Apache-2.0
// One request and its response, as every version of HTTP treats them.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "net/content_coding.hpp"
#include "net/http_metrics.hpp"
#include "net/mount.hpp"
#include "net/router.hpp"

namespace spanreel::net {

/// Of the body; nothing for codings, or chains of them, that are not taken here.
std::optional<Coding> body_coding(const Headers& headers);

/// What can be said before the body is read.
std::optional<Response> answer_early(Request& request, const Mount& mount, std::optional<Coding> coding,
                                     std::optional<std::uint64_t> content_length);

/// Up to `max` bytes of a body from `offset` on, as StreamedBody::read gives them; an error also for what it must not
/// give, and for what it throws.
Result<std::optional<std::string>> read_piece(const StreamedBody& body, std::uint64_t offset, std::size_t max);

/// Adds to a 503 when to come again.
Response retry_later(Response response);

/// Counts and logs one request when it goes. Of its path only the pattern is told: paths carry stream keys.
class ExchangeRecord {
  public:
    ExchangeRecord(HttpMetrics& metrics, Method method, const RouteMatch& match);
    ExchangeRecord(const ExchangeRecord&) = delete;
    ExchangeRecord& operator=(const ExchangeRecord&) = delete;
    ~ExchangeRecord();

    void answered(const Response& response);

  private:
    using Clock = std::chrono::steady_clock;

    HttpMetrics& metrics_;
    Method method_;
    const MountPoint& mount_;
    const Route* route_;
    Clock::time_point started_ = Clock::now();
    unsigned status_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace spanreel::net
