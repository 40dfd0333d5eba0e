// SPDX-License-Identifier: Apache-2.0
#include "access/key_rates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spanreel::access {

namespace {

using Clock = KeyRates::Clock;

Clock::duration time_for(std::uint64_t amount, std::uint64_t rate) {
    if (rate == 0) return {};
    return std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(static_cast<double>(amount) / static_cast<double>(rate)));
}

void add(Clock::time_point& full, std::uint64_t amount, std::uint64_t rate, Clock::time_point now) {
    full = std::max(full, now) + time_for(amount, rate);
}

Result<void> check_bucket(Clock::time_point full, Clock::time_point now, std::uint64_t rate, std::string_view what) {
    if (full <= now + kBurst) return {};
    Error error{Code::exhausted, fmt::format("This key may send {} {} a second here", rate, what)};
    error.retry_after = std::chrono::ceil<std::chrono::seconds>(full - now - kBurst);
    return std::unexpected(std::move(error));
}

}  // namespace

Result<void> KeyRates::check(const std::string& key, Clock::time_point now) {
    if (limits_.bytes == 0 && limits_.spans == 0) return {};
    std::lock_guard lock(mutex_);
    return check_locked(key, now);
}

Result<void> KeyRates::take(const std::string& key, std::uint64_t bytes, std::uint64_t spans, Clock::time_point now) {
    if (limits_.bytes == 0 && limits_.spans == 0) return {};
    std::lock_guard lock(mutex_);
    SPANREEL_CHECK(check_locked(key, now));
    if (keys_.size() >= forget_at_) forget_full(now);
    Buckets& buckets = keys_[key];
    add(buckets.bytes_full, bytes, limits_.bytes, now);
    add(buckets.spans_full, spans, limits_.spans, now);
    return {};
}

std::size_t KeyRates::size() const {
    std::lock_guard lock(mutex_);
    return keys_.size();
}

Result<void> KeyRates::check_locked(const std::string& key, Clock::time_point now) const {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return {};
    SPANREEL_CHECK(check_bucket(found->second.bytes_full, now, limits_.bytes, "bytes"));
    return check_bucket(found->second.spans_full, now, limits_.spans, "spans");
}

/// Half of the next round's keys are new, so it costs each of them little.
void KeyRates::forget_full(Clock::time_point now) {
    std::erase_if(
        keys_, [now](const auto& entry) { return entry.second.bytes_full <= now && entry.second.spans_full <= now; });
    forget_at_ = std::max<std::size_t>(1024, 2 * keys_.size());
}

}  // namespace spanreel::access
