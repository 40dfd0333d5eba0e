// SPDX-License-Identifier: Apache-2.0
// Absolute totals of one trace, a function of the set of its spans alone: any order, batching or repetition of the
// same spans gives the same rollup.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "model/facts.hpp"

namespace spanreel {

/// Of the distinct users of a trace or session, and of its tags, so many are kept: the first ones.
inline constexpr std::size_t kMaxDistinct = 1'000;

/// A distinct value seen on spans, with the span that said it first (start, then span id): the order values are shown.
struct Observed {
    std::string value;
    Time first{};
    SpanId by;
    bool operator==(const Observed&) const = default;
};

struct CostTotals {
    PicoUsd input = 0;
    PicoUsd output = 0;
    PicoUsd total = 0;
    bool operator==(const CostTotals&) const = default;
};

struct TraceRollup {
    Time started_at{};
    Time ended_at{};
    std::uint32_t span_count = 0;
    std::uint32_t error_count = 0;
    std::uint32_t counted_count = 0;   ///< spans whose usage counts
    std::uint32_t unpriced_count = 0;  ///< counted spans with usage and without a cost
    Usage usage;
    CostTotals cost;

    KeyClass key_class = KeyClass::none;
    std::string session_key;  ///< empty: the trace has no session
    std::string session_id;
    std::string conversation_id;
    std::string project;
    std::string stream_session;
    std::string title;
    std::string client;
    std::string repo;

    SpanId root;  ///< the earliest span without a present parent
    std::string name;
    std::string operation;
    SpanStatus status = SpanStatus::unset;  ///< the root's, or error when any span failed

    std::vector<Observed> users;  ///< each in the order of `first`, then span id, then value; at most kMaxDistinct
    std::vector<Observed> tags;
    std::vector<std::string> models;     ///< sorted, without duplicates
    std::vector<std::string> providers;  ///< sorted, without duplicates
    std::vector<std::string> agents;     ///< sorted, without duplicates
    std::vector<std::string> tools;      ///< sorted, without duplicates

    bool operator==(const TraceRollup&) const = default;
};

/// Whether there are tokens to show, and a cost: what is not known is not shown as zero.
inline bool has_usage(const TraceRollup& rollup) { return rollup.counted_count > 0; }
inline bool has_cost(const TraceRollup& rollup) {
    return rollup.counted_count > rollup.unpriced_count || rollup.cost.total != 0;
}

}  // namespace spanreel
