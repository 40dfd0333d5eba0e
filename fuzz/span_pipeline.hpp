// SPDX-License-Identifier: Apache-2.0
// What happens to a decoded batch on its way in and out, with the promises each step makes to the next.
#pragma once
#include "otlp/render.hpp"
#include "require.hpp"
#include "trace/conventions/mapping.hpp"
#include "trace/derive.hpp"
#include "trace/facts_codec.hpp"

namespace spanreel {

inline void run_pipeline(const otlp::Batch& batch, const otlp::Limits& limits) {
    for (const otlp::SpanView& span : batch.spans) {
        auto stored = otlp::parse_span(span.raw);
        require(stored && stored->span_id == span.span_id && stored->name == span.name);
        std::size_t attributes = 0;
        for (const otlp::Attribute& attribute : span.attributes()) attributes += attribute.key != otlp::kTruncatedKey;
        require(attributes <= limits.attributes);
        (void)otlp::to_json(span, batch.sources.at(span.source));
    }
    std::vector<SpanFacts> facts = trace::map_batch(batch);
    for (const SpanFacts& one : facts) {
        std::string bytes;
        SpanFacts back;
        trace::encode_facts(one, bytes);
        require(trace::decode_facts(bytes, back).has_value() && back == one);
    }
    TraceRollup rollup = trace::derive(facts);
    require(rollup.usage.total() >= 0 && rollup.cost.total >= 0);
    std::vector<SpanFacts> reversed(facts.rbegin(), facts.rend());
    require(trace::derive(reversed) == rollup);
}

}  // namespace spanreel
