// SPDX-License-Identifier: Apache-2.0
// Pydantic AI (pydantic.dev, Logfire): GenAI's names, with the agent's and the model's name on the run of an agent,
// whose usage is the sum of its model calls, and a text for people.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

bool recognises_pydantic_ai(const Mapping& mapping) {
    return mapping.scope == "pydantic-ai" || mapping.span.has(Key::logfire_msg);
}

void map_pydantic_ai(Mapping& mapping) {
    using enum Key;
    const AttributeIndex& span = mapping.span;
    if (const std::string_view message = span.text(logfire_msg); !message.empty())
        assign_text(mapping.facts.name, message);
    if (mapping.scope != "pydantic-ai" || span.has(gen_ai_operation_name) || !span.has(agent_name)) return;
    mapping.classify(span.has(gen_ai_tool_name) ? SpanClass::tool : SpanClass::agent, "");
    mapping.name_actor(span.text(agent_name), span.text(gen_ai_tool_name));
    Mapping::fill(mapping.facts.request_model, span.text(model_name));
}

}  // namespace

const Convention kPydanticAi{"pydantic_ai", recognises_pydantic_ai, map_pydantic_ai};

}  // namespace spanreel::trace
