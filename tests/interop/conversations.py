# SPDX-License-Identifier: Apache-2.0
"""What the plain clients of OpenAI and Anthropic say: a call of a tool, its answer, and streams."""

from telemetry import MODEL_URL

QUESTION = {"role": "user", "content": "How is the weather?"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


def with_openai(openai):
    client = openai.OpenAI(base_url=MODEL_URL, api_key="none")
    create = client.chat.completions.create
    tools = [{"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}]
    called = create(model="gpt-4o", messages=[QUESTION], tools=tools).choices[0].message
    answer = {"role": "tool", "tool_call_id": called.tool_calls[0].id, "content": "warm"}
    create(model="gpt-4o", messages=[QUESTION, called, answer], tools=tools)
    options = {"include_usage": True}
    list(create(model="gpt-4o-mini", messages=[QUESTION], stream=True, stream_options=options))
    client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])


def with_anthropic(anthropic, stream=True):
    client = anthropic.Anthropic(base_url=MODEL_URL.removesuffix("/v1"), api_key="none")
    create = client.messages.create
    large = {"model": "claude-sonnet-4-20250514", "max_tokens": 100}
    small = {"model": "claude-haiku-4-5-20251001", "max_tokens": 100}
    cached = {"system": [{"type": "text", "text": "You know.", "cache_control": {"type": "ephemeral"}}]}
    tools = [{"name": "weather", "input_schema": SCHEMA}]
    content = create(**large, **cached, tools=tools, messages=[QUESTION]).content
    result = {"type": "tool_result", "tool_use_id": content[0].id, "content": "warm"}
    answered = [QUESTION, {"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
    create(**large, **cached, tools=tools, messages=answered)
    for more in (cached, cached, {}):
        answer = create(**small, **more, messages=[QUESTION], stream=stream)
        if stream:
            list(answer)
