// SPDX-License-Identifier: Apache-2.0
// Token numbers as exporters report them, brought into buckets that never overlap (contract: otlp-attributes section
// 8, rules 1 and 2).
#pragma once
#include <cstdint>
#include <optional>

#include "model/facts.hpp"

namespace spanreel::trace {

/// What a span says, each number where it was sent. Negative numbers were dropped and all are at most kMaxSpanTokens.
struct TokenReport {
    std::optional<std::int64_t> prompt;
    std::optional<std::int64_t> completion;
    std::optional<std::int64_t> total;
    std::optional<std::int64_t> cache_read;
    std::optional<std::int64_t> cache_write;
    std::optional<std::int64_t> reasoning;
    std::optional<std::int64_t> audio_in;
    std::optional<std::int64_t> audio_out;
    /// The instrumentation hands on Anthropic's own numbers, whose input leaves the cache out.
    bool anthropic_native = false;
};

/// Nothing when no number is above zero: some exporters write zeros for "not known".
///
/// A prompt either includes its details (OpenTelemetry's rule) or stands beside them, and so does a completion. An
/// explicit total decides which; without one that fits, an Anthropic-native report and a prompt smaller than its own
/// cache stand beside, all else includes.
std::optional<Usage> normalise(const TokenReport& report);

}  // namespace spanreel::trace
