// SPDX-License-Identifier: Apache-2.0
// OTLP over gRPC as OpenTelemetry's own exporter speaks it, and HTTP/2 with clients that do not behave.
import assert from "node:assert/strict";
import http2 from "node:http2";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { openTelemetry } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { sessionsOf } from "../harness/sessions.mjs";
import { exportRequest, modelSpan, sendSpans } from "../harness/spans.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";

const method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const maxMessage = 64 * 1024 * 1024;
const status = { ok: "0", invalid: "3", exhausted: "8", unimplemented: "12", unauthenticated: "16" };

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** One connection of Node's own HTTP/2 client, for as long as `use` takes. */
async function connected(use, url = server.grpcUrl) {
    const connection = http2.connect(url, { maxSendHeaderBlockLength: 1 << 20 });
    const failures = [];
    connection.on("error", (error) => failures.push(error));
    try {
        return await use(connection, failures);
    } finally {
        connection.destroy();
    }
}

/** Sends a request and gives its answer: { status, headers, body, grpc } with what gRPC says of it. */
function ask(connection, headers, body) {
    const stream = connection.request({ ":method": body === undefined ? "GET" : "POST", ...headers });
    const answer = new Promise((resolve, reject) => {
        const parts = [];
        let head = {};
        let trailers = {};
        stream.on("response", (fields) => (head = fields));
        stream.on("trailers", (fields) => (trailers = fields));
        stream.on("data", (part) => parts.push(part));
        stream.on("error", reject);
        stream.on("close", () => {
            const grpc = trailers["grpc-status"] ?? head["grpc-status"];
            const text = trailers["grpc-message"] ?? head["grpc-message"] ?? "";
            const answered = { status: head[":status"], headers: head, body: Buffer.concat(parts) };
            resolve({ ...answered, grpc, message: decodeURIComponent(text) });
        });
    });
    stream.end(body);
    return settled("an answer", answer, 30_000);
}

const call = (connection, body, headers = {}) =>
    ask(
        connection,
        {
            ":path": method,
            "content-type": "application/grpc",
            te: "trailers",
            authorization: `Bearer ${server.key}`,
            ...headers,
        },
        body,
    );

function message(bytes, compressed = false) {
    const prefix = Buffer.alloc(5);
    prefix[0] = compressed ? 1 : 0;
    prefix.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([prefix, bytes]);
}

test("OTLP over gRPC: OpenTelemetry's exporter, with gzip and without", async () => {
    const workspace = await newWorkspace(server);
    for (const compression of ["none", "gzip"]) {
        const { tracer, flush, shutdown } = openTelemetry(workspace, { encoding: "grpc", compression });
        for (let i = 0; i < 1500; ++i)
            tracer.startSpan("chat", { attributes: modelSpan({ session: compression }).attributes }).end();
        await flush();
        await shutdown();
    }
    const sessions = await sessionsOf(workspace);
    assert.deepEqual(sessions.map((session) => session.externalId).sort(), ["gzip", "none"]);
    for (const session of sessions) {
        assert.equal(session.tracesCount, 1500);
        assert.equal(session.usage.totalTokens, 1500 * 110);
    }
});

test("OTLP over gRPC: an exporter with a wrong key learns UNAUTHENTICATED", async () => {
    const { tracer, flush, shutdown } = openTelemetry(server, { encoding: "grpc", key: "sk_wrong" });
    tracer.startSpan("refused").end();
    await assert.rejects(flush(), (error) => {
        assert.deepEqual(error.errors.map((each) => String(each.code)), [status.unauthenticated]);
        assert.match(error.errors[0].message, /API key/);
        return true;
    });
    await shutdown();
});

test("OTLP over gRPC: what is not one message of spans is refused, and the connection goes on", async () => {
    await connected(async (connection, failures) => {
        const cases = [
            [Buffer.alloc(0), {}, status.invalid],
            [Buffer.from([0, 0, 0, 0]), {}, status.invalid],
            [Buffer.concat([message(Buffer.alloc(0)), message(Buffer.alloc(0))]), {}, status.invalid],
            [message(Buffer.from([0x0a, 0x7f, 0x01])), {}, status.invalid],
            [message(Buffer.from("no gzip"), true), { "grpc-encoding": "gzip" }, status.invalid],
            [message(Buffer.from("?"), true), { "grpc-encoding": "snappy" }, status.unimplemented],
            [message(gzipSync(Buffer.alloc(maxMessage + 1)), true), { "grpc-encoding": "gzip" }, status.exhausted],
            [message(Buffer.alloc(0)), { ":path": method.replace("Export", "Import") }, status.unimplemented],
            [message(Buffer.alloc(0)), { authorization: "" }, status.unauthenticated],
        ];
        for (const [body, headers, wanted] of cases) {
            const answer = await call(connection, body, headers);
            assert.equal(answer.status, 200);
            assert.equal(answer.grpc, wanted, `${answer.message} ${JSON.stringify(headers)}`);
            assert.ok(answer.message);
        }
        assert.equal((await call(connection, message(Buffer.alloc(0)))).grpc, status.ok);
        assert.deepEqual(failures, []);
    });
});

test("OTLP over gRPC: a message over 64 MiB is RESOURCE_EXHAUSTED", async () => {
    await connected(async (connection) => {
        const answer = await call(connection, message(Buffer.alloc(maxMessage + 17)));
        assert.equal(answer.grpc, status.exhausted, answer.message);
    });
});

test("OTLP over gRPC: who speaks something else is told what is spoken here", async () => {
    await connected(async (connection) => {
        const json = await call(connection, JSON.stringify(exportRequest([])), { "content-type": "application/json" });
        assert.equal(json.status, 415);
        assert.match(json.body.toString(), /gRPC.*\/v1\/traces/);
        const other = await call(connection, message(Buffer.alloc(0)), { ":path": "/some.other.Service/Call" });
        assert.equal(other.status, 404);
    });
    const wrongPort = await server.fetch(method, { method: "POST", headers: { "content-type": "application/grpc" } });
    assert.equal(wrongPort.status, 415);

    const { hostname, port } = new URL(server.grpcUrl);
    const socket = connect(Number(port), hostname);
    socket.write("POST /v1/traces HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n");
    let said = "";
    socket.on("data", (data) => (said += data));
    await settled("the end", new Promise((resolve) => socket.on("close", resolve)));
    assert.match(said, /^HTTP\/1\.1 505 .*\r\n\r\nThis port speaks HTTP\/2 only, for gRPC.*\n$/s);
});

test("HTTP/2: every route answers as over HTTP/1.1", async () => {
    const workspace = await newWorkspace(server);
    for (let i = 0; i < 300; ++i)
        await sendSpans(workspace, [modelSpan({ session: `s${i % 7}`, attributes: { text: "x".repeat(2000) } })]);
    const authorization = `Bearer ${workspace.key}`;
    await connected(async (connection) => {
        for (const path of ["/healthz", "/", "/v1/spans", "/api/stream", "/v1/spans?from=no", "/no/such/path"]) {
            const plain = await workspace.fetch(path);
            const answer = await ask(connection, { ":path": path, authorization });
            assert.equal(answer.status, plain.status, path);
            assert.equal(answer.headers["content-type"], plain.headers.get("content-type"), path);
            const body = Buffer.from(await plain.arrayBuffer());
            assert.ok(body.equals(answer.body), `${path}: ${body.length} and ${answer.body.length} bytes`);
        }
        const head = await ask(connection, { ":method": "HEAD", ":path": "/healthz" });
        assert.deepEqual([head.status, head.body.length], [200, 0]);
    });
});

test("HTTP/2: requests are served side by side, and one that is reset harms no other", async () => {
    const workspace = await newWorkspace(server);
    const authorization = `Bearer ${workspace.key}`;
    await connected(async (connection) => {
        const given = Array.from({ length: 400 }, () => ask(connection, { ":path": "/api/stream", authorization }));
        for (let i = 0; i < 150; ++i) {
            const gone = connection.request({ ":method": "POST", ":path": method, authorization });
            gone.on("error", () => {});
            gone.write("half");
            gone.close(http2.constants.NGHTTP2_CANCEL);
        }
        for (const answer of await Promise.all(given)) assert.equal(answer.status, 200);
    });
    const settledDown = async () => /^spanreel_http_requests_in_flight 1$/m.test(await (await server.fetch("/metrics")).text());
    await waitFor("no request to be left", settledDown);
});

test("limits: a head over 64 KiB is refused over HTTP/2 as well", async () => {
    await connected(async (connection) => {
        const fields = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`x-${i}`, "y".repeat(8000)]));
        const answer = await ask(connection, { ":path": "/healthz", ...fields });
        assert.equal(answer.status, 431);
        assert.equal((await ask(connection, { ":path": "/healthz" })).status, 200);
    });
});

test("HTTP/2: a client that leaves in the middle leaves nothing behind, and the server stops while one is connected", async () => {
    const other = await startServer();
    for (let i = 0; i < 20; ++i)
        await connected(async (connection) => {
            const stream = connection.request({ ":method": "POST", ":path": method, authorization: `Bearer ${other.key}` });
            stream.on("error", () => {});
            await new Promise((sent) => stream.write("half", sent));
        }, other.grpcUrl);
    const { tracer, flush, shutdown } = openTelemetry(other, { encoding: "grpc" });
    tracer.startSpan("kept").end();
    await flush();
    await other.stop();
    await shutdown();
});
