// SPDX-License-Identifier: Apache-2.0
// Pipecat (github.com/pipecat-ai/pipecat, utils/tracing): scope `pipecat`, GenAI's names on stt, llm and tts; a call of
// a tool is a span of its service with the tool's name.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

bool recognises_pipecat(const Mapping& mapping) {
    return mapping.scope.starts_with("pipecat") && mapping.span.has(Key::tool_function_name);
}

void map_pipecat(Mapping& mapping) {
    mapping.classify(SpanClass::tool, mapping.span.text(Key::gen_ai_operation_name));
    mapping.name_actor({}, mapping.span.text(Key::tool_function_name));
}

}  // namespace

const Convention kPipecat{"pipecat", recognises_pipecat, map_pipecat};

}  // namespace spanreel::trace
