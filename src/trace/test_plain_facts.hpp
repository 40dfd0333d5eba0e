// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "model/facts.hpp"

namespace spanreel::trace {

/// What the codec of facts leaves to the span, of facts that were made without one.
inline SpanFacts plain_part(const SpanFacts& facts) {
    SpanFacts plain;
    plain.trace_id = facts.trace_id;
    plain.span_id = facts.span_id;
    plain.parent_id = facts.parent_id;
    plain.start = facts.start;
    plain.end = facts.end;
    plain.status = facts.status;
    plain.content_size = facts.content_size;
    plain.content_digest = facts.content_digest;
    plain.name = facts.name;
    return plain;
}

}  // namespace spanreel::trace
