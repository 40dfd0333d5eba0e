// SPDX-License-Identifier: Apache-2.0
// How much each key may send: token buckets (RFC 2697's committed rate and burst), one for bytes and one for spans.
// What a request takes is taken after it was let in, whole, and the next one waits until what was taken too much has
// come in again: so a request of any size gets through, and the rate holds over time. Any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/error.hpp"

namespace spanreel::access {

/// Of each key, a second; 0: as much as it likes.
struct RateLimits {
    std::uint64_t bytes = 0;  ///< of decompressed bodies
    std::uint64_t spans = 0;
};

/// What may be sent at once after a time of silence: exporters collect for some seconds.
inline constexpr std::chrono::seconds kBurst{10};

class KeyRates {
  public:
    using Clock = std::chrono::steady_clock;

    explicit KeyRates(RateLimits limits) : limits_(limits) {}

    /// `exhausted`, and when to come again, while the key has taken too much.
    Result<void> check(const std::string& key, Clock::time_point now = Clock::now());
    /// The same, else takes as much.
    Result<void> take(const std::string& key, std::uint64_t bytes, std::uint64_t spans,
                      Clock::time_point now = Clock::now());
    /// Keys that have not been full since they were last asked for.
    std::size_t size() const;

  private:
    /// A bucket is told by when it is full again.
    struct Buckets {
        Clock::time_point bytes_full{};
        Clock::time_point spans_full{};
    };

    Result<void> check_locked(const std::string& key, Clock::time_point now) const;
    void forget_full(Clock::time_point now);

    const RateLimits limits_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Buckets> keys_;  ///< those whose buckets are not full
    std::size_t forget_at_ = 1024;
};

}  // namespace spanreel::access
