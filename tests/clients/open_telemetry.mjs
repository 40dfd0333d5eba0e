// SPDX-License-Identifier: Apache-2.0
// OpenTelemetry 2.x, sending to a server; contexts follow asynchronous calls.
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

export const providerOf = (...spanProcessors) =>
    new BasicTracerProvider({ resource: resourceFromAttributes({ "service.name": "client" }), spanProcessors });

export function otlp(server) {
    const headers = { authorization: `Bearer ${server.key}` };
    return new BatchSpanProcessor(new OTLPTraceExporter({ url: `${server.otlpUrl}/v1/traces`, headers }));
}
