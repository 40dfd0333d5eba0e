// SPDX-License-Identifier: Apache-2.0
// The counting law: absolute totals of a trace as a pure function of the set of its spans (contract: otlp-attributes
// section 8, rule 3; semantics, trace sessions). Order, batching and repetition never matter; time is linear but for
// one sort, without recursion, however deep the tree. docs/counting.md states the law with its corner cases.
#pragma once
#include <span>

#include "model/facts.hpp"
#include "model/rollup.hpp"

namespace spanreel::trace {

/// Totals of the spans of one trace. Of spans with the same id only the one that supersedes the others counts.
TraceRollup derive(std::span<const SpanFacts* const> spans);
TraceRollup derive(std::span<const SpanFacts> spans);

/// Of two versions of one span (same trace id and span id): whether `a` replaces `b`. The later end wins, then the
/// larger message, then the larger digest of its bytes; false for the same version, so that a repetition changes
/// nothing.
bool supersedes(const SpanFacts& a, const SpanFacts& b);

}  // namespace spanreel::trace
