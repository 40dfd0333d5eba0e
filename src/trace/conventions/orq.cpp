// SPDX-License-Identifier: Apache-2.0
// Orq's attributes (docs.orq.ai): models, costs and span types beside GenAI's names.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

constexpr WordClass kTypes[] = {
    {"llm", SpanClass::model}, {"embedding", SpanClass::model}, {"tool", SpanClass::tool}, {"agent", SpanClass::agent}};

bool recognises_orq(const Mapping& mapping) {
    using enum Key;
    return mapping.span.has_any({orq_span_type, orq_model_id, orq_model_provider, orq_billing_total_cost});
}

void map_orq(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    // An operation in GenAI's names says more.
    if (const std::string_view type = span.text(orq_span_type); !type.empty() && !span.has(gen_ai_operation_name))
        mapping.classify(class_of(kTypes, type), type);
    Mapping::fill(mapping.facts.provider, span.first_text({gen_ai_provider_name, gen_ai_system, orq_model_provider}));
    Mapping::fill(mapping.facts.request_model, span.first_text({gen_ai_request_model, orq_model_id}));
    mapping.report_cost(span.money(orq_billing_input_cost), span.money(orq_billing_output_cost),
                        span.money(orq_billing_total_cost));
}

}  // namespace

const Convention kOrq{"orq", recognises_orq, map_orq};

}  // namespace spanreel::trace
