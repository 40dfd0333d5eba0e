// SPDX-License-Identifier: Apache-2.0
// OTLP over HTTP as OpenTelemetry's own exporters speak it, and what they rely on when something is wrong.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { openTelemetry, orq } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { sessionsOf } from "../harness/sessions.mjs";
import { exportRequest, modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { settled } from "../harness/waiting.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";

const paths = [
    "/v1/traces",
    "/v2/otel",
    "/v2/otel/v1/traces",
    "/api/public/otel",
    "/api/public/otel/v1/traces",
    "/otel/v1/traces",
    "/observability/traces/otlp/v0",
];
const maxBody = 64 * 1024 * 1024;

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** One session named `key` with one model call, through an exporter. */
async function sendThrough(workspace, key, options) {
    const { tracer, flush, shutdown } = openTelemetry(workspace, options);
    tracer.startSpan("chat", { attributes: modelSpan({ session: key }).attributes }).end();
    try {
        await flush();
    } finally {
        await shutdown();
    }
}

test("OTLP over HTTP: every base path takes spans, protobuf and JSON, on both ports", async () => {
    const workspace = await newWorkspace(server);
    const sent = [];
    for (const base of [workspace.url, workspace.otlpUrl])
        for (const path of paths)
            for (const encoding of ["protobuf", "json"]) {
                const key = `${sent.length} ${path} ${encoding}`;
                await sendThrough(workspace, key, { url: base + path, encoding });
                sent.push(key);
            }
    const sessions = await sessionsOf(workspace);
    assert.deepEqual(sessions.map((session) => session.externalId).sort(), sent.sort());
    for (const session of sessions) {
        assert.equal(session.tracesCount, 1);
        assert.deepEqual(session.usage, { promptTokens: 100, completionTokens: 10, totalTokens: 110 });
    }
});

test("OTLP over HTTP: exporters may compress with gzip", async () => {
    const workspace = await newWorkspace(server);
    for (const encoding of ["protobuf", "json"])
        await sendThrough(workspace, encoding, { encoding, compression: "gzip" });
    const sessions = await sessionsOf(workspace);
    assert.deepEqual(sessions.map((session) => session.externalId).sort(), ["json", "protobuf"]);
});

test("OTLP over HTTP: an exporter without a key or with a wrong one learns 401", async () => {
    const workspace = await newWorkspace(server);
    for (const encoding of ["protobuf", "json"])
        await assert.rejects(sendThrough(workspace, "refused", { key: "sk_wrong", encoding }), (error) => {
            assert.deepEqual(error.errors.map((each) => each.code), [401]);
            return true;
        });
    const headers = { "content-type": "application/json" };
    const answer = await workspace.fetch("/v1/traces", { method: "POST", key: "", headers, body: "{}" });
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get("www-authenticate"), /Bearer/);
    assert.match((await answer.json()).message, /API key/);
    assert.deepEqual(await sessionsOf(workspace), []);
});

test("OTLP over HTTP: keys are taken as Bearer in any case, Basic password and x-api-key", async () => {
    const workspace = await newWorkspace(server);
    const basic = Buffer.from(`pk:${workspace.key}`).toString("base64");
    const ways = {
        bearer: { authorization: `bEaReR ${workspace.key}` },
        basic: { authorization: `Basic ${basic}` },
        "x-api-key": { "x-api-key": workspace.key },
    };
    for (const [session, headers] of Object.entries(ways))
        assert.deepEqual(await sendSpans(workspace, [modelSpan({ session })], { key: "", headers }), {});
    const sessions = await sessionsOf(workspace);
    assert.deepEqual(sessions.map((each) => each.externalId).sort(), Object.keys(ways).sort());
});

test("OTLP over HTTP: partial_success counts bad spans and the good ones beside them are kept", async () => {
    const workspace = await newWorkspace(server);
    const good = modelSpan({ session: "good" });
    const zeroTrace = modelSpan({ session: "bad", traceId: "0".repeat(32) });
    const zeroSpan = modelSpan({ session: "bad", spanId: "0".repeat(16) });
    const { partialSuccess } = await sendSpans(workspace, [zeroTrace, good, zeroSpan]);
    assert.equal(partialSuccess.rejectedSpans, "2");
    assert.match(partialSuccess.errorMessage, /trace.?id|span.?id/i);
    const sessions = await sessionsOf(workspace);
    assert.deepEqual(sessions.map((each) => each.externalId), ["good"]);
});

test("OTLP over HTTP: span ids of 16 bytes, as a UUID without dashes, are taken", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    const spanId = newTraceId();
    const child = modelSpan({ traceId, spanId: newSpanId(), parentSpanId: spanId, session: "long" });
    assert.deepEqual(await sendSpans(workspace, [{ traceId, spanId, name: "root" }, child]), {});
    const { span } = await orq(workspace).traces.getSpan({ traceId, spanId });
    assert.equal(span.summary.spanId, spanId);
    assert.equal(span.summary.hasChildren, true);
});

test("OTLP over HTTP: a body that is not OTLP is 400, with a status in the encoding of the request", async () => {
    const post = (type, body) =>
        server.fetch("/v1/traces", { method: "POST", headers: { "content-type": type }, body });
    const json = await post("application/json", '{"resourceSpans": [');
    assert.equal(json.status, 400);
    assert.ok((await json.json()).message);
    const protobuf = await post("application/x-protobuf", Buffer.from([0x0a, 0x7f, 0x01]));
    assert.equal(protobuf.status, 400);
    assert.equal(protobuf.headers.get("content-type"), "application/x-protobuf");
    const unzipped = await server.fetch("/v1/traces", {
        method: "POST",
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
        body: JSON.stringify(exportRequest([modelSpan()])),
    });
    assert.equal(unzipped.status, 400);
});

test("OTLP over HTTP: another content type is 415", async () => {
    for (const type of ["text/plain", "application/octet-stream", ""]) {
        const headers = type ? { "content-type": type } : {};
        const body = Buffer.from(JSON.stringify(exportRequest([modelSpan()])));
        const answer = await server.fetch("/v1/traces", { method: "POST", headers, body });
        assert.equal(answer.status, 415, type);
    }
});

test("limits: an OTLP body over 64 MiB is 413, before and after decompression", async () => {
    const packed = gzipSync(Buffer.alloc(maxBody + 1, " "));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const bomb = await server.fetch("/v1/traces", { method: "POST", headers, body: packed });
    assert.equal(bomb.status, 413);

    const host = new URL(server.url);
    const socket = connect(Number(host.port), host.hostname);
    const head = [
        "POST /v1/traces HTTP/1.1",
        `Host: ${host.host}`,
        `Authorization: Bearer ${server.key}`,
        "Content-Type: application/x-protobuf",
        `Content-Length: ${maxBody + 1}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const line = await settled("an answer", new Promise((got, failed) => socket.once("data", got).once("error", failed)));
    assert.match(line.toString(), /^HTTP\/1.1 413 /);
    socket.destroy();
});
