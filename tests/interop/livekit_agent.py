# SPDX-License-Identifier: Apache-2.0
"""A session without a room: text in, text out."""

import asyncio

from livekit.agents import Agent, AgentSession, function_tool
from livekit.agents.telemetry import set_tracer_provider
from livekit.plugins import openai

from telemetry import MODEL_URL, SESSION, tracing


@function_tool
async def weather(city: str) -> str:
    """The weather of a city."""
    return f"warm in {city}"


async def talk():
    model = openai.LLM(model="gpt-4o", base_url=MODEL_URL, api_key="none")
    async with AgentSession(llm=model) as session:
        await session.start(Agent(instructions="You know the weather.", tools=[weather]))
        await session.run(user_input="How is the weather?")


with tracing() as provider:
    set_tracer_provider(provider, metadata={"session.id": SESSION})
    asyncio.run(talk())
