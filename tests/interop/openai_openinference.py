# SPDX-License-Identifier: Apache-2.0
import openai
from openinference.instrumentation import using_session
from openinference.instrumentation.openai import OpenAIInstrumentor

from conversations import with_openai
from telemetry import SESSION, tracing

with tracing() as provider, using_session(SESSION):
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    with_openai(openai)
