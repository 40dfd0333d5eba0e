# SPDX-License-Identifier: Apache-2.0
import anthropic
from openinference.instrumentation import using_session
from openinference.instrumentation.anthropic import AnthropicInstrumentor

from conversations import with_anthropic
from telemetry import SESSION, tracing

with tracing() as provider, using_session(SESSION):
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    with_anthropic(anthropic)
