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
    for (std::size_t i = 0; i < facts.size(); ++i) {
        std::string bytes;
        trace::encode_facts(facts[i], batch.spans[i].name, bytes);
        SpanFacts plain;
        trace::read_plain_facts(*otlp::parse_span(batch.spans[i].raw),
                                trace::version_of(batch.sources.at(batch.spans[i].source)), plain);
        const Result<SpanFacts> back = trace::decode_facts(bytes, std::move(plain));
        require(back && *back == facts[i]);
    }
    TraceRollup rollup = trace::derive(facts);
    require(rollup.usage.total() >= 0 && rollup.cost.total >= 0);
    std::vector<SpanFacts> reversed(facts.rbegin(), facts.rend());
    require(trace::derive(reversed) == rollup);
}

}  // namespace spanreel
