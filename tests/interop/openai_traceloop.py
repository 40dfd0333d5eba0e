# SPDX-License-Identifier: Apache-2.0
import openai
from opentelemetry.instrumentation.openai import OpenAIInstrumentor

from conversations import with_openai
from telemetry import tracing, turn

with tracing() as provider:
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    with turn():
        with_openai(openai)
