// SPDX-License-Identifier: Apache-2.0
// Spans made by hand, where a test has to choose what an SDK would not let it: ids, repetitions, mistakes.
import { randomBytes } from "node:crypto";

export const newTraceId = () => randomBytes(16).toString("hex");
export const newSpanId = () => randomBytes(8).toString("hex");

/**
 * An OTLP/JSON export request of spans { traceId, spanId, parentSpanId, name, start, end, attributes, status,
 * events: [{ name, time, attributes }] };
 * what is absent is made up. Times are Unix milliseconds.
 */
export function exportRequest(spans, { resource = { "service.name": "test" } } = {}) {
    const scope = { scope: { name: "test" }, spans: spans.map(encodeSpan) };
    return { resourceSpans: [{ resource: { attributes: encodeAttributes(resource) }, scopeSpans: [scope] }] };
}

/** Sends them and returns the answer of the server: { partialSuccess? }. */
export function sendSpans(server, spans, { path = "/v1/traces", ...options } = {}) {
    return server.json(path, { method: "POST", body: exportRequest(spans), ...options });
}

/** The span of one call of a model: GenAI attributes, a price known to the server. */
export function modelSpan({ session, input = 100, output = 10, attributes = {}, ...span } = {}) {
    const all = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": input,
        "gen_ai.usage.output_tokens": output,
        ...(session === undefined ? {} : { "session.id": session }),
        ...attributes,
    };
    return { name: "chat gpt-4o", ...span, attributes: all };
}

/**
 * An OTLP/JSON export request of log records { traceId, spanId, time, observed, severity, body, attributes }; only a
 * body is made up. Times are Unix milliseconds.
 */
export function exportLogsRequest(records, { resource = { "service.name": "test" } } = {}) {
    const scope = { scope: { name: "test" }, logRecords: records.map(encodeLog) };
    return { resourceLogs: [{ resource: { attributes: encodeAttributes(resource) }, scopeLogs: [scope] }] };
}

/** Sends them and returns the answer of the server: { partialSuccess? }. */
export function sendLogs(server, records, { path = "/v1/logs", ...options } = {}) {
    return server.json(path, { method: "POST", body: exportLogsRequest(records), ...options });
}

function encodeLog({ traceId, spanId, time, observed, severity, body = "test", attributes = {} }) {
    return {
        ...(traceId === undefined ? {} : { traceId }),
        ...(spanId === undefined ? {} : { spanId }),
        ...(time === undefined ? {} : { timeUnixNano: nanoseconds(time) }),
        ...(observed === undefined ? {} : { observedTimeUnixNano: nanoseconds(observed) }),
        ...(severity === undefined ? {} : { severityNumber: severity }),
        body: encodeValue(body),
        attributes: encodeAttributes(attributes),
    };
}

function encodeSpan({ traceId, spanId, parentSpanId, name, start, end, attributes, status, events = [] }) {
    start ??= Date.now();
    return {
        traceId: traceId ?? newTraceId(),
        spanId: spanId ?? newSpanId(),
        ...(parentSpanId === undefined ? {} : { parentSpanId }),
        name: name ?? "test",
        startTimeUnixNano: nanoseconds(start),
        endTimeUnixNano: nanoseconds(end ?? start),
        attributes: encodeAttributes(attributes ?? {}),
        ...(status === undefined ? {} : { status }),
        events: events.map(({ name, time, attributes }) => ({
            name,
            timeUnixNano: nanoseconds(time),
            attributes: encodeAttributes(attributes),
        })),
    };
}

const nanoseconds = (milliseconds) => String(BigInt(Math.round(milliseconds * 1000)) * 1000n);

const encodeAttributes = (attributes) =>
    Object.entries(attributes).map(([key, value]) => ({ key, value: encodeValue(value) }));

function encodeValue(value) {
    if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
    if (typeof value === "boolean") return { boolValue: value };
    if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    return { stringValue: value };
}
