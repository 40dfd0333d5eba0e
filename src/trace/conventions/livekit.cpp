// SPDX-License-Identifier: Apache-2.0
// LiveKit agents (github.com/livekit/agents, telemetry): `lk.*` beside GenAI's names. Its model calls are told by
// these; its tools by a name of their own.
#include "trace/conventions/convention.hpp"

namespace spanreel::trace {
namespace {

bool recognises_livekit(const Mapping& mapping) { return mapping.span.has(Key::lk_function_tool); }

void map_livekit(Mapping& mapping) {
    mapping.classify(SpanClass::tool, "function_tool");
    mapping.name_actor({}, mapping.span.text(Key::lk_function_tool));
}

}  // namespace

const Convention kLiveKit{"livekit", recognises_livekit, map_livekit};

}  // namespace spanreel::trace
