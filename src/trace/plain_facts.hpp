// SPDX-License-Identifier: Apache-2.0
// What OTLP itself says of a span, whatever convention its attributes follow. It is in the span's own bytes, so it is
// read from there again and not stored with the other facts.
#pragma once
#include <cstdint>

#include "model/facts.hpp"
#include "otlp/decode.hpp"

namespace spanreel::trace {

/// Resource and scope of a run of spans as they enter into the spans' versions.
struct SourceVersion {
    std::size_t bytes = 0;
    std::uint32_t digest = 0;  ///< CRC-32C of the resource, then the scope
};
SourceVersion version_of(const otlp::SourceView& source);

/// Overwrites ids, times, status, name, content_size and content_digest, and leaves the rest.
void read_plain_facts(const otlp::SpanView& span, const SourceVersion& source, SpanFacts& into);

}  // namespace spanreel::trace
