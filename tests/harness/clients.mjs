// SPDX-License-Identifier: Apache-2.0
// The unmodified clients of a server: the two SDKs and OpenTelemetry's exporters. Only their address is set.
import { context, trace } from "@opentelemetry/api";
import { Metadata } from "@grpc/grpc-js";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
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
    const exporter = exporterOf(server, encoding, url, key, options.compression);
    const failures = [];
    const send = exporter.export.bind(exporter);
    exporter.export = (spans, done) =>
        send(spans, (result) => {
            if (result.error) failures.push(result.error);
            done(result);
        });
    const provider = new TracerProvider({
        resource: resourceFromAttributes({ "service.name": service }),
        spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 1_000_000, maxExportBatchSize })],
    });
    const flush = async () => {
        await provider.forceFlush().catch((error) => failures.length || failures.push(error));
        if (failures.length) throw new AggregateError(failures.splice(0), "an export failed");
    };
    return { provider, tracer: provider.getTracer("test"), flush, shutdown: () => provider.shutdown() };
}

function exporterOf(server, encoding, url, key, compression) {
    const authorization = `Bearer ${key}`;
    if (encoding === "grpc") {
        const metadata = new Metadata();
        metadata.set("authorization", authorization);
        return new GrpcExporter({ url: url ?? server.grpcUrl, compression, metadata });
    }
    const Exporter = encoding === "json" ? JsonExporter : ProtobufExporter;
    return new Exporter({ url: url ?? `${server.otlpUrl}/v1/traces`, compression, headers: { authorization } });
}

/** Starts a span below another, whatever the ambient context. */
export function childOf(parent, tracer, name, options = {}) {
    return tracer.startSpan(name, options, trace.setSpan(context.active(), parent));
}
