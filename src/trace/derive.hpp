// SPDX-License-Identifier: Apache-2.0
// The counting law: absolute totals of a trace as a pure function of the set of its spans (contract: otlp-attributes
// section 8, rule 3; semantics, trace sessions). Order, batching and repetition never matter; time is linear but for
// one sort, without recursion, however deep the tree. docs/counting.md states the law with its corner cases.
#pragma once
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "model/facts.hpp"
#include "model/rollup.hpp"

namespace spanreel::trace {

/// Totals of the spans of one trace. Of spans with the same id only the one that supersedes the others counts.
TraceRollup derive(std::span<const SpanFacts* const> spans);
TraceRollup derive(std::span<const SpanFacts> spans);

/// Why a number of a span is in the totals of its trace, or is not.
enum class Counting : std::uint8_t {
    counted,
    aggregate,  ///< what lies below it has it, and is counted there
    none,       ///< the span has no such number
};
struct SpanCounting {
    Counting usage = Counting::none;
    Counting cost = Counting::none;
};
/// What derive() decides of each of `spans`, in their order; of a repetition or a version that is superseded it says
/// `none`.
std::vector<SpanCounting> counting_of(std::span<const SpanFacts* const> spans);

/// What decides between two versions of one span (same trace id and span id): the larger one counts. The later end,
/// then the larger message, then the larger digest of its bytes.
using SpanVersion = std::tuple<Time, std::uint32_t, std::uint32_t>;
SpanVersion version_of(const SpanFacts& facts);
/// Whether `a` replaces `b`; false for the same version, so that a repetition changes nothing.
bool supersedes(const SpanFacts& a, const SpanFacts& b);

}  // namespace spanreel::trace
