# SPDX-License-Identifier: Apache-2.0
"""The client's own spans are off, as they tell the same calls. Of a stream's output the instrumentation adds the count
at its start to that at its end."""

import os

os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "false"

import anthropic
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor

from conversations import with_anthropic
from telemetry import tracing, turn

with tracing() as provider:
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    with turn():
        with_anthropic(anthropic, stream=False)
