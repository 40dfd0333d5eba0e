# SPDX-License-Identifier: Apache-2.0
"""A pipeline of a model alone: two turns of text."""

import asyncio

from pipecat.frames.frames import EndFrame, LLMContextFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.workers.runner import WorkerRunner

from telemetry import MODEL_URL, SESSION, tracing


async def talk():
    settings = OpenAILLMService.Settings(model="gpt-4o")
    model = OpenAILLMService(api_key="none", base_url=MODEL_URL, settings=settings)
    worker = PipelineWorker(
        Pipeline([model]),
        params=PipelineParams(enable_metrics=True, enable_usage_metrics=True),
        enable_tracing=True,
        conversation_id=SESSION,
    )
    context = LLMContext([{"role": "user", "content": "How is the weather?"}])
    await worker.queue_frames([LLMContextFrame(context), LLMContextFrame(context), EndFrame()])
    runner = WorkerRunner()
    await runner.add_workers(worker)
    await runner.run()


with tracing():
    asyncio.run(talk())
