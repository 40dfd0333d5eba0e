// SPDX-License-Identifier: Apache-2.0
// Where each span of a trace stands in its tree. A parent that is not there makes a root; a cycle is cut at its
// earliest span, as the counting law does. Linear in the number of spans, without recursion. Pure.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "trace/trace_reader.hpp"

namespace spanreel::trace {

struct SpanPlace {
    std::uint32_t level = 0;  ///< 0: a root
    bool has_children = false;
};

/// One per span. `spans` is in the order of read_spans.
std::vector<SpanPlace> places_of(std::span<const StoredSpan> spans);

}  // namespace spanreel::trace
