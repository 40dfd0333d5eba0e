# SPDX-License-Identifier: Apache-2.0
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
from openinference.instrumentation import using_session
from openinference.instrumentation.langchain import LangChainInstrumentor

from telemetry import MODEL_URL, SESSION, tracing


@tool
def weather(city: str) -> str:
    """The weather of a city."""
    return f"warm in {city}"


def chat(model):
    return ChatOpenAI(model=model, base_url=MODEL_URL, api_key="none", stream_usage=True)


with tracing() as provider, using_session(SESSION):
    LangChainInstrumentor().instrument(tracer_provider=provider)
    agent = create_react_agent(chat("gpt-4o"), [weather])
    agent.invoke({"messages": [("user", "How is the weather?")]})
    list(chat("gpt-4o-mini").stream("How is the weather?"))
