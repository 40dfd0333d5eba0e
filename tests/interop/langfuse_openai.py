# SPDX-License-Identifier: Apache-2.0
"""Langfuse's SDK with its own exporter, set by LANGFUSE_BASE_URL, _PUBLIC_KEY and _SECRET_KEY."""

from langfuse import get_client, propagate_attributes
from langfuse.openai import openai

from conversations import with_openai
from telemetry import SESSION

langfuse = get_client()
with langfuse.start_as_current_observation(name="turn", as_type="agent"), propagate_attributes(session_id=SESSION):
    with_openai(openai)
langfuse.shutdown()
