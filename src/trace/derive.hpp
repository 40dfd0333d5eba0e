// SPDX-License-Identifier: Apache-2.0
// The counting law: absolute totals of a trace as a pure function of the set of its spans (contract: otlp-attributes
// section 8, rule 3; semantics, trace sessions). Order, batching and repetition never matter; time is linear but for
// one sort, without recursion, however deep the tree. docs/counting.md states the law with its corner cases.
#pragma once
#include <cstdint>
#include <span>
#include <tuple>

#include "model/facts.hpp"
#include "model/rollup.hpp"

namespace spanreel::trace {

/// Totals of the spans of one trace. Of spans with the same id only the one that supersedes the others counts.
TraceRollup derive(std::span<const SpanFacts* const> spans);
TraceRollup derive(std::span<const SpanFacts> spans);

/// What decides between two versions of one span (same trace id and span id): the larger one counts. The later end,
/// then the larger message, then the larger digest of its bytes.
using SpanVersion = std::tuple<Time, std::uint32_t, std::uint32_t>;
SpanVersion version_of(const SpanFacts& facts);
/// Whether `a` replaces `b`; false for the same version, so that a repetition changes nothing.
bool supersedes(const SpanFacts& a, const SpanFacts& b);

}  // namespace spanreel::trace
