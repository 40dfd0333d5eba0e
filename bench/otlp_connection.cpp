// SPDX-License-Identifier: Apache-2.0
#include "otlp_connection.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace spanreel::bench {

namespace {

constexpr std::chrono::milliseconds kPause{20};  // before a request is sent again

}  // namespace

OtlpConnection::Outcome OtlpConnection::exchange(std::string_view body) {
    std::optional<HttpAnswer> answer = connection_.ask("POST", "/v1/traces", "application/x-protobuf", body);
    if (!answer || answer->status == 429 || answer->status == 503) return Outcome::again;
    // An ExportTraceServiceResponse without partial_success, or with an empty one.
    if (answer->status != 200 || (!answer->body.empty() && answer->body != std::string_view("\n\0", 2)))
        throw std::runtime_error(fmt::format("answered {}: {}", answer->status, answer->body));
    return Outcome::acknowledged;
}

bool OtlpConnection::send(std::string_view body, const std::function<bool()>& given_up) {
    while (exchange(body) == Outcome::again) {
        if (given_up()) return false;
        ++repeats_;
        std::this_thread::sleep_for(kPause);
    }
    return true;
}

}  // namespace spanreel::bench
