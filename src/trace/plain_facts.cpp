// SPDX-License-Identifier: Apache-2.0
#include "trace/plain_facts.hpp"

#include <algorithm>
#include <limits>

#include "base/encoding.hpp"
#include "trace/conventions/fact_text.hpp"

namespace spanreel::trace {

SourceVersion version_of(const otlp::SourceView& source) {
    return {source.resource.size() + source.scope.size(),
            crc32c(as_bytes(source.scope), crc32c(as_bytes(source.resource)))};
}

void read_plain_facts(const otlp::SpanView& span, const SourceVersion& source, SpanFacts& into) {
    into.trace_id = span.trace_id;
    into.span_id = span.span_id;
    into.parent_id = span.parent_id;
    // Exporters leave a time zero where they do not know it.
    into.start = span.start == Time{} ? span.end : span.start;
    into.end = std::max(into.start, span.end);
    into.status = span.status;
    into.content_size = static_cast<std::uint32_t>(
        std::min<std::size_t>(span.raw.size() + source.bytes, std::numeric_limits<std::uint32_t>::max()));
    into.content_digest = crc32c(as_bytes(span.raw), source.digest);
    assign_text(into.name, span.name);
}

}  // namespace spanreel::trace
