# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry's SDK as its own environment variables set it: OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _HEADERS.
MODEL_URL is the model's endpoint, SESSION the session that spans must name."""

import os
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

MODEL_URL = os.environ["MODEL_URL"]
SESSION = os.environ["SESSION"]


def exporter():
    if os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return OTLPSpanExporter()


@contextmanager
def tracing():
    """Gives the global provider; all that ended in the block is sent when it is left."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(exporter()))
    trace.set_tracer_provider(provider)
    try:
        yield provider
    finally:
        provider.shutdown()


@contextmanager
def turn():
    """A span around, with the session as OpenTelemetry names it."""
    with trace.get_tracer("app").start_as_current_span("turn", attributes={"session.id": SESSION}):
        yield
