// SPDX-License-Identifier: Apache-2.0
// Logs of traces: in by OpenTelemetry's own exporters, out by Orq's SDK.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { context, trace, TraceFlags } from "@opentelemetry/api";

import { openTelemetryLogs, orq } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { sessionsOf } from "../harness/sessions.mjs";
import { exportLogsRequest, modelSpan, newSpanId, newTraceId, sendLogs, sendSpans } from "../harness/spans.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const paths = [
    ...["/v1/logs", "/v2/otel/v1/logs", "/api/public/otel/v1/logs", "/otel/v1/logs"],
    "/observability/logs/otlp/v0",
];
const maxTraceLogs = 10_000;

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const isError = (status, message = /./) => (error) => {
    assert.equal(error.statusCode, status, String(error));
    assert.match(String(error.body ?? error.message), message);
    return true;
};

const logsOf = async (workspace, traceId, options) =>
    (await orq(workspace).logs.listTraceLogs({ traceId, limit: 1000, ...options })).data;
const bodiesOf = async (workspace, traceId) => (await logsOf(workspace, traceId)).map((log) => log.body);

/** A trace with one span. */
async function newTrace(workspace, span = {}) {
    const ids = { traceId: newTraceId(), spanId: newSpanId() };
    await sendSpans(workspace, [modelSpan({ ...ids, ...span })]);
    return ids;
}

/** The context in which what is logged belongs to the span. */
const inSpan = ({ traceId, spanId }) =>
    trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: TraceFlags.SAMPLED });

async function logThrough(workspace, record, options) {
    const { logger, flush, shutdown } = openTelemetryLogs(workspace, options);
    logger.emit(record);
    try {
        await flush();
    } finally {
        await shutdown();
    }
}

test("OTLP logs: every path takes them, protobuf and JSON, and so does gRPC", async () => {
    const workspace = await newWorkspace(server);
    const ids = await newTrace(workspace);
    const sent = [];
    const send = async (options) => {
        sent.push(`${sent.length}`);
        await logThrough(workspace, { body: sent.at(-1), context: inSpan(ids) }, options);
    };
    for (const base of [workspace.url, workspace.otlpUrl])
        for (const path of paths)
            for (const encoding of ["protobuf", "json"]) await send({ url: base + path, encoding });
    for (const encoding of ["protobuf", "json", "grpc"]) {
        await send({ encoding });
        await send({ encoding, compression: "gzip" });
    }
    assert.deepEqual((await bodiesOf(workspace, ids.traceId)).sort(), sent.sort());
});

test("OTLP logs: all that a record says is shown", async () => {
    const workspace = await newWorkspace(server);
    for (const encoding of ["protobuf", "json", "grpc"]) {
        const ids = await newTrace(workspace);
        const record = {
            timestamp: new Date("2026-05-01T10:00:00.250Z"),
            observedTimestamp: new Date("2026-05-01T10:00:01.500Z"),
            severityNumber: 13,
            severityText: "WARN",
            eventName: "turn.ended",
            body: { said: "goodbye", turns: 3 },
            attributes: { reason: "hang up", count: 2, deep: { a: [1, true] } },
            context: inSpan(ids),
        };
        const resource = {
            ...{ "service.name": "agent", "service.version": "1.2", "host.name": "h1" },
            "deployment.environment.name": "staging",
        };
        await logThrough(workspace, record, { encoding, resource, scope: "chat_history", version: "0.9" });
        const [log, ...more] = await logsOf(workspace, ids.traceId);
        assert.deepEqual(more, []);
        assert.match(log.id, /^[0-9a-f]{32}$/);
        const { id, body, logAttributes, resourceAttributes, ...rest } = log;
        assert.deepEqual(JSON.parse(body), record.body);
        assert.deepEqual(
            { ...logAttributes, deep: JSON.parse(logAttributes.deep) },
            { reason: "hang up", count: "2", deep: record.attributes.deep },
        );
        assert.equal(resourceAttributes["service.name"], "agent");
        assert.deepEqual(rest, {
            ...ids,
            timestamp: record.timestamp,
            observedTimestamp: record.observedTimestamp,
            severityNumber: 13,
            severityText: "WARN",
            bodyIsJson: true,
            eventName: "turn.ended",
            scopeName: "chat_history",
            scopeVersion: "0.9",
            serviceName: "agent",
            serviceVersion: "1.2",
            deploymentEnvironment: "staging",
            hostName: "h1",
            droppedAttributesCount: 0,
            traceFlags: 1,
            scopeAttributes: {},
        });
    }
});

test("OTLP logs: an exporter with a wrong key learns it", async () => {
    const workspace = await newWorkspace(server);
    const ids = await newTrace(workspace);
    const refusedAs = async (encoding, code) =>
        assert.rejects(
            logThrough(workspace, { body: "b", context: inSpan(ids) }, { key: "sk_wrong", encoding }),
            (error) => {
                assert.deepEqual(error.errors.map((each) => each.code), [code]);
                return true;
            },
        );
    await refusedAs("protobuf", 401);
    await refusedAs("json", 401);
    await refusedAs("grpc", 16);
    assert.deepEqual(await logsOf(workspace, ids.traceId), []);
});

test("OTLP logs: a record without a trace is not taken, and that is told", async () => {
    const workspace = await newWorkspace(server);
    const { traceId } = await newTrace(workspace);
    const { partialSuccess } = await sendLogs(workspace, [{ traceId, body: "kept" }, { body: "lost" }]);
    assert.equal(partialSuccess.rejectedLogRecords, "1");
    assert.match(partialSuccess.errorMessage, /1 log record with no valid trace id/);
    assert.deepEqual(await bodiesOf(workspace, traceId), ["kept"]);
    assert.deepEqual(await sendLogs(workspace, [{ traceId, body: "more" }]), {});
});

test("OTLP logs: what is malformed or too large is refused", async () => {
    const workspace = await newWorkspace(server);
    const post = async (body, headers) => (await workspace.fetch("/v1/logs", { method: "POST", headers, body })).status;
    const json = { "content-type": "application/json" };
    assert.equal(await post("{", json), 400);
    assert.equal(await post("{}", { "content-type": "text/plain" }), 415);
    assert.equal(await post(Buffer.from([0x0a, 0x05]), { "content-type": "application/x-protobuf" }), 400);
    const large = gzipSync(Buffer.alloc((64 << 20) + 1, " "));
    assert.equal(await post(large, { ...json, "content-encoding": "gzip" }), 413);
});

test("OTLP logs: they may come before their trace, and are not shown without it", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    await sendLogs(workspace, [{ traceId, body: "early" }]);
    await assert.rejects(logsOf(workspace, traceId), isError(404, /not found/));
    await sendSpans(workspace, [modelSpan({ traceId })]);
    assert.deepEqual(await bodiesOf(workspace, traceId), ["early"]);
});

test("OTLP logs: pages in the order of time, the same record once", async () => {
    const workspace = await newWorkspace(server);
    const { traceId } = await newTrace(workspace);
    const at = Date.parse("2026-05-01T10:00:00Z");
    const records = Array.from({ length: 25 }, (_, n) => ({ traceId, body: `${n}`, time: at + n }));
    records[7] = { traceId, body: "7", observed: at + 7 }; // observed only
    await sendLogs(workspace, records.toReversed());
    await sendLogs(workspace, records);
    const { logs } = orq(workspace);
    const bodies = [];
    let pageToken;
    let pages = 0;
    do {
        const page = await logs.listTraceLogs({ traceId, limit: 10, pageToken });
        bodies.push(...page.data.map((log) => log.body));
        assert.equal(page.hasMore, page.nextPageToken !== undefined);
        pageToken = page.nextPageToken;
        ++pages;
    } while (pageToken);
    assert.deepEqual(bodies, records.map((record) => record.body));
    assert.equal(pages, 3);
    await assert.rejects(logs.listTraceLogs({ traceId, limit: 0 }), isError(400, /limit/));
    await assert.rejects(logs.listTraceLogs({ traceId, pageToken: "made up" }), isError(400, /page_token/));
});

test("OTLP logs: a page has 100 by default and at most 1000, a trace at most 10,000", async () => {
    const workspace = await newWorkspace(server);
    const { traceId } = await newTrace(workspace);
    const records = Array.from({ length: maxTraceLogs + 3 }, (_, n) => ({ traceId, body: `${n}`, time: 1e12 + n }));
    const { partialSuccess } = await sendLogs(workspace, records);
    assert.equal(partialSuccess.rejectedLogRecords, "3");
    assert.match(partialSuccess.errorMessage, /beyond the limit of a trace/);
    const { logs } = orq(workspace);
    assert.equal((await logs.listTraceLogs({ traceId })).data.length, 100);
    assert.equal((await logs.listTraceLogs({ traceId, limit: 5000 })).data.length, 1000);
    let seen = 0;
    for (let pageToken; ; ) {
        const page = await logs.listTraceLogs({ traceId, limit: 1000, pageToken });
        seen += page.data.length;
        if (!page.hasMore) break;
        pageToken = page.nextPageToken;
    }
    assert.equal(seen, maxTraceLogs);
});

test("OTLP logs: a key of a project reaches logs of its traces only", async () => {
    const everything = await newWorkspace(server);
    const blue = await withKey(everything, { project: "blue" });
    const green = await withKey(everything, { project: "green" });
    const early = newTraceId();
    await sendLogs(green, [{ traceId: early, body: "of another project, early" }]);
    await sendSpans(blue, [modelSpan({ traceId: early })]);
    await sendLogs(blue, [{ traceId: early, body: "blue" }]);
    const { partialSuccess } = await sendLogs(green, [{ traceId: early, body: "late" }]);
    assert.match(partialSuccess.errorMessage, /trace of another project/);
    await sendLogs(everything, [{ traceId: early, body: "of the workspace" }]);
    for (const who of [blue, everything])
        assert.deepEqual(await bodiesOf(who, early), ["blue", "of the workspace"]);
    assert.equal((await logsOf(blue, early))[0].projectId, "blue");
    await assert.rejects(logsOf(green, early), isError(404));
    await assert.rejects(logsOf(await newWorkspace(server), early), isError(404));
});

test("OTLP logs: they go with their session, and come no more", async () => {
    const workspace = await newWorkspace(server);
    const { traceId } = await newTrace(workspace, { session: "gone" });
    await sendLogs(workspace, [{ traceId, body: "said" }]);
    const [session] = await sessionsOf(workspace);
    await orq(workspace).sessions.delete({ sessionId: session.id });
    await assert.rejects(logsOf(workspace, traceId), isError(404));
    const { partialSuccess } = await sendLogs(workspace, [{ traceId, body: "again" }]);
    assert.match(partialSuccess.errorMessage, /deleted session/);
});

test("OTLP logs: a server that was killed has all it answered for", async () => {
    const own = await startServer();
    try {
        const workspace = await newWorkspace(own);
        const { traceId } = await newTrace(workspace);
        for (let n = 0; n < 20; ++n) await sendLogs(workspace, [{ traceId, body: `${n}`, time: 1e12 + n }]);
        const before = await logsOf(workspace, traceId);
        assert.equal(before.length, 20);
        await own.kill();
        await own.restart();
        assert.deepEqual(await logsOf({ ...workspace, url: own.url }, traceId), before);
    } finally {
        await own.stop();
    }
});
