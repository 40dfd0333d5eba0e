// SPDX-License-Identifier: Apache-2.0
// What arrives is more than the server can take: its memory stays within what it was given, exporters are told to come
// again in the words they wait for, and who sends little is not kept waiting by who sends all it can.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import http2 from "node:http2";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { openTelemetry } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { sessionsOf } from "../harness/sessions.mjs";
import { exportRequest, modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";

const MiB = 1 << 20;
const protobuf = { "content-type": "application/x-protobuf" };
const exportPath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/** Of a process, as the kernel counts it: VmHWM, VmRSS. */
const memoryOf = (pid, name) =>
    Number(readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`${name}:\\s+(\\d+) kB`))[1]) * 1024;

/** A protobuf field of bytes. */
function field(number, bytes) {
    const head = [(number << 3) | 2];
    for (let length = bytes.length; ; length >>>= 7) {
        head.push(length > 0x7f ? (length & 0x7f) | 0x80 : length);
        if (length <= 0x7f) break;
    }
    return Buffer.concat([Buffer.from(head), bytes]);
}

/** An export request of about `size` bytes in one span. */
function largeRequest(size) {
    const text = field(1, Buffer.alloc(MiB - 100, "a"));
    const attribute = field(9, Buffer.concat([field(1, Buffer.from("text")), field(2, text)]));
    const ids = [field(1, Buffer.from(newTraceId(), "hex")), field(2, Buffer.from(newSpanId(), "hex"))];
    const span = Buffer.concat([...ids, ...Array(Math.floor(size / attribute.length)).fill(attribute)]);
    return field(1, field(2, field(2, span)));
}

/**
 * Posts `body` in pieces of `piece` bytes, one every `pause` milliseconds, over a socket that looks at the answer while
 * it sends. The status, or 0 when the connection ended without one.
 */
function post(server, key, body, { piece = body.length, pause = 0, headers = {} } = {}) {
    const { hostname, port } = new URL(server.otlpUrl);
    const socket = connect(Number(port), hostname);
    const head = { Host: "here", Authorization: `Bearer ${key}`, "Content-Length": body.length, ...protobuf, ...headers };
    socket.write(
        `POST /v1/traces HTTP/1.1\r\n${Object.entries(head)
            .map(([name, value]) => `${name}: ${value}\r\n`)
            .join("")}\r\n`,
    );
    let answer = "";
    let over = false;
    const status = new Promise((resolve) => {
        const end = () => {
            over = true;
            socket.destroy();
            resolve(Number(answer.match(/^HTTP\/1.1 (\d+)/)?.[1] ?? 0));
        };
        socket.setEncoding("latin1").on("data", (text) => {
            answer += text;
            if (answer.includes("\r\n\r\n")) end();
        });
        socket.on("error", end).on("close", end);
    });
    (async () => {
        for (let at = 0; at < body.length && !over; at += piece) {
            if (!socket.write(body.subarray(at, at + piece)) && !over)
                await new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
            if (pause > 0) await delay(pause);
        }
    })();
    return { status, stop: () => socket.destroy() };
}

/** Sends a span every `every` milliseconds and sends it again, as exporters do, until it was taken. */
async function smallExporter(workspace, { until, every = 100 }) {
    const told = { taken: 0, again: 0, slowest: 0 };
    while (!until.over) {
        const span = modelSpan({ session: "small", traceId: newTraceId(), spanId: newSpanId() });
        for (;;) {
            const began = performance.now();
            const body = exportRequest([span]);
            const answer = await workspace.fetch("/v1/traces", { method: "POST", body });
            await answer.arrayBuffer();
            told.slowest = Math.max(told.slowest, performance.now() - began);
            if (answer.status === 200) break;
            assert.equal(answer.status, 503);
            assert.ok(Number(answer.headers.get("retry-after")) >= 1);
            ++told.again;
            await delay(200);
        }
        ++told.taken;
        await delay(every);
    }
    return told;
}

const isSanitized = (pid) => readFileSync(`/proc/${pid}/maps`, "utf8").includes("/spanreel") && memoryOf(pid, "VmSize") > 2 ** 40;

test("memory: 200 connections of large bodies, slow and fast, and of bombs stay within ingest-memory; a small exporter loses nothing", async (t) => {
    const memory = 256 * MiB;
    const server = await startServer({
        args: ["--ingest-memory", String(memory)],
        // A sanitizer keeps what is freed, to see whether it is used.
        env: { ASAN_OPTIONS: "quarantine_size_mb=1:thread_local_quarantine_size_kb=16:allocator_release_to_os_interval_ms=0" },
    });
    const flooder = await newWorkspace(server);
    const small = await newWorkspace(server);
    const until = { over: false };
    const exporting = smallExporter(small, { until });

    const large = largeRequest(60 * MiB);
    const bomb = gzipSync(largeRequest(63 * MiB));
    assert.ok(bomb.length < 100_000);
    const statuses = {};
    const stops = [];
    const flood = async (number) => {
        for (let round = 0; !until.over; ++round) {
            const kind = (number + round) % 4;
            const options =
                kind === 0 ? { piece: 256 << 10, pause: 50 } : kind === 3 ? { headers: { "Content-Encoding": "gzip" } } : {};
            const sent = post(server, flooder.key, kind === 3 ? bomb : large, options);
            stops[number] = sent.stop;
            const status = await sent.status;
            statuses[status] = (statuses[status] ?? 0) + 1;
            if (status !== 200) await delay(500 + Math.random() * 500);
        }
    };
    const before = memoryOf(server.pid, "VmHWM");
    const floods = Array.from({ length: 200 }, (_, number) => flood(number));
    await delay(15_000);
    until.over = true;
    for (const stop of stops) stop?.();
    await Promise.all(floods);
    const told = await exporting;
    const most = memoryOf(server.pid, "VmHWM") - before;
    t.diagnostic(`${Math.round(most / MiB)} MiB more at most; answers ${JSON.stringify(statuses)}; small ${JSON.stringify(told)}`);

    // Beside ingest-memory: buffers of 200 connections, and what the allocator keeps; more of it under a sanitizer.
    assert.ok(most < memory + (isSanitized(server.pid) ? 512 : 192) * MiB, `${most / MiB} MiB`);
    assert.ok(statuses[503] > 0, "some were told to come again");
    assert.ok(Object.keys(statuses).every((status) => ["0", "200", "503"].includes(status)), JSON.stringify(statuses));
    assert.ok(told.taken > 10);
    const [session] = await sessionsOf(small);
    assert.equal(session.tracesCount, told.taken);
    const again = () => flooder.fetch("/v1/traces", { method: "POST", headers: protobuf, body: large });
    await waitFor("a large request to be taken again", async () => (await again()).status === 200, { within: 60_000, every: 500 });
    await server.stop();
});

test("memory: a request that could never fit is told so, over HTTP and gRPC", async () => {
    const server = await startServer({ args: ["--ingest-memory", "16MiB"] });
    const body = largeRequest(20 * MiB);
    for (const headers of [protobuf, { ...protobuf, "content-encoding": "gzip" }]) {
        const sent = headers["content-encoding"] ? gzipSync(body) : body;
        const answer = await server.fetch("/v1/traces", { method: "POST", headers, body: sent });
        assert.equal(answer.status, 413);
        assert.match(await answer.text(), /takes \d+ bytes of memory, and one may take \d+ here/);
    }
    const packed = gzipSync(body);
    const prefix = Buffer.alloc(5);
    prefix[0] = 1;
    prefix.writeUInt32BE(packed.length, 1);
    const answer = await call(server, Buffer.concat([prefix, packed]), { "grpc-encoding": "gzip" });
    assert.equal(answer["grpc-status"], "8");
    assert.equal(answer["grpc-status-details-bin"], undefined, "not to be sent again");
    await server.stop();
});

/** A gRPC call; the fields of its answer. */
async function call(server, body, headers = {}) {
    const connection = http2.connect(server.grpcUrl);
    const stream = connection.request({
        ":method": "POST",
        ":path": exportPath,
        "content-type": "application/grpc",
        te: "trailers",
        authorization: `Bearer ${server.key}`,
        ...headers,
    });
    const fields = {};
    stream.on("response", (head) => Object.assign(fields, head)).on("trailers", (more) => Object.assign(fields, more));
    stream.resume().end(body);
    await settled("an answer", new Promise((resolve, reject) => stream.on("close", resolve).on("error", reject)), 30_000);
    connection.destroy();
    return fields;
}

test("rates: a key that sends more is told 429 and when to come again, and what it sends then is taken", async () => {
    const server = await startServer({ args: ["--ingest-rate-spans", "10"] });
    const other = await newWorkspace(server);
    await sendSpans(server, Array.from({ length: 115 }, () => modelSpan({ session: "burst" })));
    const ask = (type, body) => server.fetch("/v1/traces", { method: "POST", headers: { "content-type": type }, body });
    const json = await ask("application/json", JSON.stringify(exportRequest([modelSpan()])));
    assert.equal(json.status, 429);
    const wait = Number(json.headers.get("retry-after"));
    assert.ok(wait >= 1 && wait <= 2, `${wait}`);
    const status = await json.json();
    assert.equal(status.code, 8);
    assert.match(status.message, /10 spans a second/);
    assert.deepEqual(status.details, [
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${wait}s` },
    ]);
    const binary = await ask("application/x-protobuf", Buffer.alloc(0));
    assert.equal(binary.status, 429);
    assert.equal(binary.headers.get("content-type"), "application/x-protobuf");

    const prefix = Buffer.alloc(5);
    const grpc = await call(server, prefix);
    assert.equal(grpc["grpc-status"], "8");
    const details = Buffer.from(grpc["grpc-status-details-bin"], "base64").toString("latin1");
    assert.match(details, /type\.googleapis\.com\/google\.rpc\.RetryInfo/);
    await sendSpans(other, [modelSpan({ session: "another key" })]);

    const { tracer, flush, shutdown } = openTelemetry(server);
    tracer.startSpan("later", { attributes: modelSpan({ session: "later" }).attributes }).end();
    await flush(); // the exporter comes again by itself
    await shutdown();
    assert.deepEqual((await sessionsOf(server)).map((session) => session.externalId).sort(), ["burst", "later"]);
    await server.stop();
});

test("limits of a request are settings: its bytes, its spans, and what its attributes hold", async () => {
    const settings = { "max-body": "100KiB", "max-spans": "10", "max-value": "64", "max-attributes": "7", "max-nesting": "2" };
    const server = await startServer({
        args: Object.entries(settings).flatMap(([name, value]) => [`--otlp-${name}`, value]),
    });
    const send = (options) => server.fetch("/v1/traces", { method: "POST", ...options });
    assert.equal((await send({ body: largeRequest(MiB), headers: protobuf })).status, 413);
    const bomb = gzipSync(largeRequest(MiB));
    assert.equal((await send({ body: bomb, headers: { ...protobuf, "content-encoding": "gzip" } })).status, 413);
    const spans = Array.from({ length: 11 }, () => modelSpan({ session: "eleven" }));
    assert.equal((await send({ body: exportRequest(spans) })).status, 413);
    assert.equal((await send({ body: exportRequest(spans.slice(1)) })).status, 200);

    for (const [name, attributes] of Object.entries({
        value: { text: "v".repeat(200) },
        attributes: Object.fromEntries(Array.from({ length: 8 }, (_, number) => [`key${number}`, number])),
        nesting: { list: [["a", ["b", ["c"]]]] },
    })) {
        const traceId = newTraceId();
        await sendSpans(server, [{ traceId, attributes }]);
        const kept = await server.fetch(`/v1/spans?trace=${traceId}`);
        assert.match(await kept.text(), /spanreel\.truncated/, name);
    }
    await server.stop();
});

test("threads have names", async () => {
    const server = await startServer();
    const folder = `/proc/${server.pid}/task`;
    const names = new Set(readdirSync(folder).map((task) => readFileSync(`${folder}/${task}/comm`, "utf8").trim()));
    for (const name of ["io", "handlers", "decode", "recorder", "index", "media", "clips", "pictures"])
        assert.ok(names.has(name), `${name} is not among ${[...names]}`);
    await server.stop();
});
