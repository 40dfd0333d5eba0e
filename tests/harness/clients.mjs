// SPDX-License-Identifier: Apache-2.0
// The unmodified clients of a server: the two SDKs and OpenTelemetry's exporters. Only their address is set.
import { context, trace } from "@opentelemetry/api";
import { Metadata } from "@grpc/grpc-js";
import { OTLPLogExporter as GrpcLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { Orq } from "@orq-ai/node";
import { Livepeer } from "livepeer";

export const orq = (server, options = {}) => new Orq({ apiKey: server.key, serverURL: server.url, ...options });

export const livepeer = (server, options = {}) =>
    new Livepeer({ apiKey: server.key, serverURL: `${server.url}/api`, ...options });

/**
 * A tracer whose spans go to the server by OTLP. `encoding` is "protobuf", "json" or "grpc", `url` the full address of
 * the traces resource, or of the gRPC server. `flush()` resolves when everything ended so far was answered, and rejects if an export failed.
 */
export function openTelemetry(server, { encoding = "protobuf", url, ...options } = {}) {
    const { key = server.key, service = "test", maxExportBatchSize = 512 } = options;
    const exporter = exporterOf(spanExporters, server, encoding, url, key, options.compression);
    const failures = failuresOf(exporter);
    const provider = new TracerProvider({
        resource: resourceFromAttributes({ "service.name": service }),
        spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 1_000_000, maxExportBatchSize })],
    });
    const flush = () => flushed(provider, failures);
    return { provider, tracer: provider.getTracer("test"), flush, shutdown: () => provider.shutdown() };
}

/** The same of logs: a logger whose records go to the server. */
export function openTelemetryLogs(server, { encoding = "protobuf", url, ...options } = {}) {
    const { key = server.key, resource = { "service.name": "test" }, scope = "test", version } = options;
    const exporter = exporterOf(logExporters, server, encoding, url, key, options.compression);
    const failures = failuresOf(exporter);
    const provider = new LoggerProvider({
        resource: resourceFromAttributes(resource),
        processors: [new BatchLogRecordProcessor({ exporter })],
    });
    const flush = () => flushed(provider, failures);
    return { logger: provider.getLogger(scope, version), flush, shutdown: () => provider.shutdown() };
}

/** Where the errors of an exporter are gathered. */
function failuresOf(exporter) {
    const failures = [];
    const send = exporter.export.bind(exporter);
    exporter.export = (items, done) =>
        send(items, (result) => {
            if (result.error) failures.push(result.error);
            done(result);
        });
    return failures;
}

async function flushed(provider, failures) {
    await provider.forceFlush().catch((error) => failures.length || failures.push(error));
    if (failures.length) throw new AggregateError(failures.splice(0), "an export failed");
}

const spanExporters = { grpc: GrpcExporter, json: JsonExporter, protobuf: ProtobufExporter, path: "/v1/traces" };
const logExporters = {
    ...{ grpc: GrpcLogExporter, json: JsonLogExporter, protobuf: ProtobufLogExporter },
    path: "/v1/logs",
};

function exporterOf(exporters, server, encoding, url, key, compression) {
    const authorization = `Bearer ${key}`;
    if (encoding === "grpc") {
        const metadata = new Metadata();
        metadata.set("authorization", authorization);
        return new exporters.grpc({ url: url ?? server.grpcUrl, compression, metadata });
    }
    return new exporters[encoding]({ url: url ?? server.otlpUrl + exporters.path, compression, headers: { authorization } });
}

/** Starts a span below another, whatever the ambient context. */
export function childOf(parent, tracer, name, options = {}) {
    return tracer.startSpan(name, options, trace.setSpan(context.active(), parent));
}
