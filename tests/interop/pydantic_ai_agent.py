# SPDX-License-Identifier: Apache-2.0
from pydantic_ai import Agent
from pydantic_ai.capabilities import Instrumentation
from pydantic_ai.models.instrumented import InstrumentationSettings
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from telemetry import MODEL_URL, tracing, turn


def weather(city: str) -> str:
    return f"warm in {city}"


with tracing() as provider:
    settings = InstrumentationSettings(tracer_provider=provider)
    model = OpenAIChatModel("gpt-4o", provider=OpenAIProvider(base_url=MODEL_URL, api_key="none"))
    agent = Agent(model, tools=[weather], capabilities=[Instrumentation(settings)])
    with turn():
        agent.run_sync("How is the weather?")
        with agent.run_stream_sync("How is the weather?") as answer:
            answer.get_output()
