// SPDX-License-Identifier: Apache-2.0
// `spanreel export` gives spans as OpenTelemetry's exporters sent them, and `spanreel import` makes the same of them on
// another server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
    chmodSync,
    closeSync,
    lstatSync,
    mkdirSync,
    openSync,
    readFileSync,
    readdirSync,
    statSync,
    symlinkSync,
    writeFileSync,
    writeSync,
} from "node:fs";
import { createServer, get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { newAuthority } from "../harness/certificates.mjs";
import { openTelemetry, orq } from "../harness/clients.mjs";
import { outcome } from "../harness/command.mjs";
import { start, temporaryFolder } from "../harness/leftovers.mjs";
import { program, startServer } from "../harness/server.mjs";
import { exportRequest, modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const folder = temporaryFolder("spans");
let server;
let another;
let authority;
before(async () => {
    authority = await newAuthority();
    const { certificate, key } = await authority.issue();
    const tls = { listen: { https: "127.0.0.1:0" }, args: ["--tls-certificate", certificate, "--tls-key", key] };
    [server, another] = await Promise.all([startServer(), startServer(tls)]);
});
after(() => Promise.all([server.stop(), another.stop()]));

const spanreel = (workspace, args, { key = workspace.key, ...options } = {}) =>
    outcome(program, args, {
        env: { ...process.env, SPANREEL_URL: workspace.url, SPANREEL_KEY: key },
        within: 120_000,
        ...options,
    });

let made = 0;
function file(text, ending = "jsonl") {
    const name = join(folder, `${++made}.${ending}`);
    writeFileSync(name, text);
    return name;
}

/** Runs a command that must work; resolves to what it printed. */
async function works(workspace, args, options) {
    const { code, stdout, stderr } = await spanreel(workspace, args, options);
    assert.equal(code, 0, stderr);
    return stdout.toString();
}
const exported = (workspace, ...args) => works(workspace, ["export", ...args]);
const imported = async (workspace, ...args) => JSON.parse(await works(workspace, ["import", "--json", ...args]));

/** All spans of OTLP JSON lines with what they come from, in an order of their own. */
function spansOf(lines) {
    const found = [];
    for (const line of lines.split("\n").filter(Boolean))
        for (const { scopeSpans, ...resource } of JSON.parse(line).resourceSpans)
            for (const { spans, ...scope } of scopeSpans)
                for (const span of spans) found.push({ resource, scope, span });
    return found.sort((a, b) => (a.span.traceId + a.span.spanId < b.span.traceId + b.span.spanId ? -1 : 1));
}

async function rollupsOf(workspace) {
    const { data } = await orq(workspace).sessions.list({ filters: { interval: "SESSION_INTERVAL_ALL_TIME" } });
    return data
        .map(({ id, createdAt, updatedAt, ...rollup }) => rollup)
        .sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
}

/** What attributes can be, and everything else a span has. */
const everything = {
    traceId: newTraceId(),
    spanId: newSpanId(),
    parentSpanId: newSpanId(),
    traceState: "vendor=value",
    flags: 257,
    name: 'all "there" is\n\t\u0001 é 😀',
    kind: 3,
    startTimeUnixNano: "1760000000123456789",
    endTimeUnixNano: "1760000001987654321",
    attributes: [
        { key: "session.id", value: { stringValue: "everything" } },
        { key: "empty", value: { stringValue: "" } },
        { key: "largest", value: { intValue: "9223372036854775807" } },
        { key: "smallest", value: { intValue: "-9223372036854775808" } },
        { key: "zero", value: { intValue: "0" } },
        { key: "tenth", value: { doubleValue: 0.1 } },
        { key: "whole", value: { doubleValue: 3 } },
        { key: "no number", value: { doubleValue: "NaN" } },
        { key: "endless", value: { doubleValue: "-Infinity" } },
        { key: "no", value: { boolValue: false } },
        { key: "bytes", value: { bytesValue: "AP+A" } },
        { key: "nothing", value: {} },
        { key: "list", value: { arrayValue: { values: [{ intValue: "1" }, {}, { stringValue: "b" }] } } },
        { key: "map", value: { kvlistValue: { values: [{ key: "in", value: { kvlistValue: { values: [] } } }] } } },
    ],
    droppedAttributesCount: 3,
    events: [
        {
            timeUnixNano: "1760000000500000001",
            name: "event",
            attributes: [{ key: "k", value: { stringValue: "v" } }],
            droppedAttributesCount: 1,
        },
    ],
    droppedEventsCount: 2,
    links: [
        {
            traceId: newTraceId(),
            spanId: newSpanId(),
            traceState: "a=b",
            attributes: [{ key: "k", value: { boolValue: true } }],
            droppedAttributesCount: 4,
            flags: 1,
        },
    ],
    droppedLinksCount: 5,
    status: { message: "why", code: 2 },
};
const everythingRequest = {
    resourceSpans: [
        {
            resource: {
                attributes: [{ key: "service.name", value: { stringValue: "r" } }],
                droppedAttributesCount: 1,
                entityRefs: [{ schemaUrl: "https://opentelemetry.io/schemas/1.3.0", type: "service", idKeys: ["service.name"], descriptionKeys: ["a", "b"] }],
            },
            scopeSpans: [
                {
                    scope: { name: "s", version: "1", attributes: [{ key: "k", value: { intValue: "1" } }], droppedAttributesCount: 2 },
                    spans: [everything],
                    schemaUrl: "https://opentelemetry.io/schemas/1.1.0",
                },
            ],
            schemaUrl: "https://opentelemetry.io/schemas/1.2.0",
        },
    ],
};

test("every field comes back as it was sent", async () => {
    const workspace = await newWorkspace(server);
    await workspace.json("/v1/traces", { method: "POST", body: everythingRequest });
    const lines = await exported(workspace, "--trace", everything.traceId);
    const [back] = lines.trim().split("\n").map((line) => JSON.parse(line));
    // An empty list is not told from none.
    const sent = JSON.parse(JSON.stringify(everythingRequest).replace('"kvlistValue":{"values":[]}', '"kvlistValue":{}'));
    assert.deepEqual(back, sent);
});

for (const encoding of ["protobuf", "json"])
    test(`what OpenTelemetry sends as ${encoding} is the same on another server, in spans and in sums`, async () => {
        const workspace = await newWorkspace(server);
        const { tracer, flush, shutdown } = openTelemetry(workspace, { encoding });
        for (let n = 0; n < 300; ++n) {
            const { attributes } = modelSpan({ session: `session ${n % 7}`, input: n, output: 2 * n });
            const span = tracer.startSpan(`call ${n}`, { attributes: { ...attributes, ratio: n / 7, list: ["a", "b"] } });
            span.addEvent("token", { index: n });
            span.end();
        }
        await flush();
        await shutdown();

        const first = await exported(workspace);
        assert.equal(spansOf(first).length, 300);
        const copy = await newWorkspace(another);
        for (const repetition of ["the first time", "again"]) {
            const summary = await imported(copy, file(first));
            assert.deepEqual([summary.spans, summary.rejected], [300, 0], repetition);
            if (repetition === "the first time") assert.equal(summary.sessions.length, 7);
            assert.deepEqual(spansOf(await exported(copy)), spansOf(first), repetition);
            assert.deepEqual(await rollupsOf(copy), await rollupsOf(workspace), repetition);
        }
        assert.ok((await rollupsOf(copy))[0].usage.totalTokens > 0);
    });

test("a session, several traces, or what began within a time; to a file that is there when it is whole", async () => {
    const workspace = await newWorkspace(server);
    const traceIds = [newTraceId(), newTraceId(), newTraceId()];
    const day = Date.parse("2026-03-01T12:00:00Z");
    for (const [n, traceId] of traceIds.entries())
        await sendSpans(workspace, [modelSpan({ session: `s${n}`, traceId, start: day + n * 86_400_000 })]);
    const tracesOf = (lines) => spansOf(lines).map(({ span }) => traceIds.indexOf(span.traceId)).sort();
    const { data } = await orq(workspace).sessions.list({ filters: { interval: "SESSION_INTERVAL_ALL_TIME" } });
    const session = data.find(({ externalId }) => externalId === "s1").id;
    assert.deepEqual(tracesOf(await exported(workspace, "--session", session)), [1]);
    assert.deepEqual(tracesOf(await exported(workspace, "--trace", traceIds[0], "--trace", traceIds[2])), [0, 2]);
    assert.deepEqual(tracesOf(await exported(workspace, "--from", "2026-03-02")), [1, 2]);
    assert.deepEqual(tracesOf(await exported(workspace, "--from", "2026-03-02", "--to", "2026-03-03")), [1]);

    const name = join(folder, "all.jsonl");
    assert.equal(await exported(workspace, "-o", name), "");
    assert.deepEqual(tracesOf(readFileSync(name, "utf8")), [0, 1, 2]);

    const fails = async (expected, message, ...args) => {
        const { code, stderr } = await spanreel(workspace, ["export", "-o", join(folder, "none"), ...args]);
        assert.match(stderr, message);
        assert.equal(code, expected, stderr);
        assert.throws(() => readFileSync(join(folder, "none")), { code: "ENOENT" });
    };
    await fails(3, /Trace not found/, "--trace", newTraceId());
    await fails(3, /Session not found/, "--session", "nobody");
    await fails(2, /32 hexadecimal digits/, "--trace", "12");
    await fails(4, /refuses the key/, "--key", "sk_wrong");
    await fails(5, /is not reached/, "--server", "http://127.0.0.1:1");
    const blind = await withKey(workspace, { scopes: ["ingest"] });
    await fails(4, /read/, "--key", blind.key);
});

test("what is damaged is missing, which the last line and the exit status tell; the rest is there", async () => {
    const damaged = await startServer();
    const workspace = await newWorkspace(damaged);
    const tape = join(damaged.dataDir, "spans", "0000000001.tape");
    const traceIds = [newTraceId(), newTraceId(), newTraceId()];
    const send = (traceId) => sendSpans(workspace, [modelSpan({ session: "s", traceId })]);
    await send(traceIds[0]);
    const before = readFileSync(tape);
    await send(traceIds[1]);
    const bytes = readFileSync(tape);
    await send(traceIds[2]);
    const first = bytes.findIndex((byte, at) => byte !== (before[at] ?? 0));
    const opened = openSync(tape, "r+");
    writeSync(opened, Buffer.from("damage"), 0, 6, first + 60); // within the frame, behind its head
    closeSync(opened);

    const name = join(folder, "damaged.jsonl");
    for (const output of [["-o", name], []]) {
        const { code, stdout, stderr } = await spanreel(workspace, ["export", ...output]);
        assert.equal(code, 6, stderr);
        assert.match(stderr, /missing spans: 1\. .*spanreel check/);
        if (!output.length) assert.equal(stdout.toString(), readFileSync(name, "utf8"));
    }
    const lines = readFileSync(name, "utf8");
    assert.deepEqual(new Set(spansOf(lines).map(({ span }) => span.traceId)), new Set([traceIds[0], traceIds[2]]));
    assert.deepEqual(JSON.parse(lines.trim().split("\n").at(-1)), { resourceSpans: [], spanreel: { incompleteTraces: 1 } });
    assert.equal((await imported(await newWorkspace(another), name)).spans, 2);
    await exported(workspace, "--trace", traceIds[0]);
    await damaged.stop();
});

test("an export that breaks off is no success", async () => {
    const half = createServer((_, answer) => {
        answer.writeHead(200, { "content-type": "application/x-ndjson" });
        answer.write('{"resourceSpans":[]}\n');
        setTimeout(() => answer.destroy(), 100);
    });
    await new Promise((ready) => half.listen(0, "127.0.0.1", ready));
    const name = join(folder, "half.jsonl");
    const url = `http://127.0.0.1:${half.address().port}`;
    const { code } = await spanreel(server, ["export", "--server", url, "-o", name]);
    half.close();
    assert.equal(code, 5);
    assert.throws(() => readFileSync(name), { code: "ENOENT" });
});

test("-o follows links, writes pipes as they are, and leaves nothing behind", async () => {
    const workspace = await newWorkspace(server);
    await sendSpans(workspace, Array.from({ length: 50 }, () => modelSpan({ session: "s" })));
    const lines = await exported(workspace);
    const place = join(folder, "targets");
    mkdirSync(place);
    const at = (name) => join(place, name);
    const writes = (name, words = ["-o", at(name)]) => works(workspace, ["export", ...words]);

    writeFileSync(at("old"), "old");
    chmodSync(at("old"), 0o600);
    symlinkSync("old", at("link"));
    symlinkSync(at("new"), at("dangling"));
    for (const [link, target] of [["link", "old"], ["dangling", "new"]]) {
        await writes(link);
        assert.ok(lstatSync(at(link)).isSymbolicLink(), link);
        assert.equal(readFileSync(at(target), "utf8"), lines, link);
    }
    assert.equal(statSync(at("old")).mode & 0o777, 0o600, "that of the file which was there");
    const masked = ["-c", `umask 027; exec "${program}" export -o "${at("masked")}"`];
    const env = { ...process.env, SPANREEL_URL: workspace.url, SPANREEL_KEY: workspace.key };
    assert.equal((await outcome("sh", masked, { env })).code, 0);
    assert.equal(statSync(at("masked")).mode & 0o777, 0o640);

    symlinkSync("/proc/self/fd/1", at("stdout"));
    assert.equal(await writes("stdout"), lines, "as standard output");
    execFileSync("mkfifo", [at("pipe")]);
    const reader = outcome("cat", [at("pipe")]);
    await writes("pipe");
    assert.equal((await reader).stdout.toString(), lines);
    assert.ok(statSync(at("pipe")).isFIFO());

    await Promise.all([writes("both"), writes("both")]);
    assert.equal(readFileSync(at("both"), "utf8"), lines);
    const there = ["both", "dangling", "link", "masked", "new", "old", "pipe", "stdout"];
    assert.deepEqual(readdirSync(place).sort(), there);

    const unwritable = await spanreel(workspace, ["export", "-o", at("none/file")]);
    assert.equal(unwritable.code, 3);
    assert.match(unwritable.stderr, /none\/file: No such file/);
});

// Python can make a pipe that does not block.
const slowReader = `
import os, subprocess, sys, time
read, write = os.pipe()
os.set_blocking(write, False)
child = subprocess.Popen(sys.argv[1:], stdout=write)
os.close(write)
time.sleep(0.5)
while piece := os.read(read, 65536): os.write(1, piece)
sys.exit(child.wait())
`;

test("nothing is lost in a pipe that does not block", async () => {
    const workspace = await newWorkspace(server);
    await sendSpans(workspace, Array.from({ length: 1000 }, () => modelSpan({ session: "s" })));
    const lines = await exported(workspace);
    assert.ok(lines.length > 300_000, "much more than a pipe holds");
    const env = { ...process.env, SPANREEL_URL: workspace.url, SPANREEL_KEY: workspace.key };
    const { code, stdout, stderr } = await outcome("python3", ["-c", slowReader, program, "export"], { env });
    assert.equal(code, 0, stderr);
    assert.equal(stdout.toString(), lines);
});

test("an export that is interrupted leaves no file", async () => {
    const place = join(folder, "interrupted");
    mkdirSync(place);
    const endless = createServer((_, answer) => {
        answer.writeHead(200, { "content-type": "application/x-ndjson" });
        answer.write('{"resourceSpans":[]}\n');
    });
    await new Promise((ready) => endless.listen(0, "127.0.0.1", ready));
    for (const signal of ["SIGINT", "SIGTERM"]) {
        const asked = new Promise((resolve) => endless.once("request", resolve));
        const child = start(program, ["export", "--server", `http://127.0.0.1:${endless.address().port}`, "-o", join(place, "all")]);
        await settled("the request", asked);
        child.kill(signal);
        assert.equal((await settled("the export", child.ended)).signal, signal);
        assert.deepEqual(readdirSync(place), [], signal);
    }
    endless.closeAllConnections();
    endless.close();
});

test("imports a whole document, one in snake_case on many lines, gzip, several files, and standard input", async () => {
    const workspace = await newWorkspace(another);
    const one = () => exportRequest([modelSpan({ session: "s" })]);
    const snake = JSON.stringify(one(), null, 2).replace(/"(\w+)":/g, (_, key) => `"${key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}":`);
    const files = [
        file(JSON.stringify(one()), "json"),
        file(`${JSON.stringify(one(), null, 2)}\n${snake}\n`, "json"),
        file(gzipSync(`${JSON.stringify(one())}\n\n${JSON.stringify(one())}\n`), "jsonl.gz"),
    ];
    assert.equal((await imported(workspace, ...files)).spans, 5);
    const child = start("sh", ["-c", `cat "${file(JSON.stringify(one()))}" | "${program}" import -`], {
        env: { ...process.env, SPANREEL_URL: workspace.url, SPANREEL_KEY: workspace.key },
    });
    assert.equal((await settled("the import", child.ended, 30_000)).code, 0);
    assert.equal((await rollupsOf(workspace))[0].tracesCount, 6);
});

test("a bad line is named with what is wrong; --keep-going takes the rest", async () => {
    const workspace = await newWorkspace(another);
    const good = () => JSON.stringify(exportRequest([modelSpan({ session: "s" })]));
    const wrong = JSON.stringify(exportRequest([modelSpan({ session: "s" }), { ...modelSpan(), name: 5 }]));
    const short = JSON.stringify(exportRequest([modelSpan({ session: "s", traceId: "12" })]));
    const lines = [good(), "no JSON", good(), good().slice(0, -20), wrong, '{"resourceMetrics":[]}', short, good()];
    const name = file(lines.join("\n"));

    const stopped = await spanreel(workspace, ["import", name]);
    assert.equal(stopped.code, 2);
    assert.match(stopped.stderr, /jsonl, line 2: '\{' is expected: this is no OTLP JSON. --keep-going leaves out/);

    const { code, stdout, stderr } = await spanreel(workspace, ["import", "--keep-going", "--json", name]);
    assert.equal(code, 1);
    assert.match(stderr, /line 2: /);
    assert.match(stderr, /line 4: the line ends within its request/);
    assert.match(stderr, /line 5: a span is rejected: .*name has a value of the wrong type/);
    assert.match(stderr, /lines? .*: a span is rejected: .*trace id/i);
    const { spans, rejected, bad } = JSON.parse(stdout);
    assert.deepEqual({ spans, rejected, bad }, { spans: 4, rejected: 2, bad: 4 });
});

test("what is no gzip to its end, no file, or refused for its key", async () => {
    const workspace = await newWorkspace(another);
    const packed = gzipSync(`${JSON.stringify(exportRequest([modelSpan()]))}\n`.repeat(1000));
    const fails = async (expected, message, args, options) => {
        const { code, stderr } = await spanreel(workspace, ["import", ...args], options);
        assert.match(stderr, message);
        assert.equal(code, expected, stderr);
    };
    const cut = file(packed.subarray(0, packed.length / 2), "gz");
    await fails(6, /ends before its gzip data does/, ["--keep-going", cut]);
    await fails(3, /nowhere/, [join(folder, "nowhere")]);
    const good = file(JSON.stringify(exportRequest([modelSpan()])));
    await fails(4, /refuses the key/, [good], { key: "sk_wrong" });
    await fails(2, /within a request/, [file('{"resourceSpans":[')]);
});

test("waits for a server that is busy, and sends to any OTLP endpoint", async () => {
    const requests = [];
    const busy = createServer(async (request, answer) => {
        const body = Buffer.concat(await request.toArray());
        requests.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
        if (requests.length < 3) return answer.writeHead(503, { "retry-after": "0" }).end();
        const count = JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.length;
        answer.writeHead(200, { "content-type": "application/json" });
        answer.end(JSON.stringify({ partialSuccess: { rejectedSpans: "1", errorMessage: `one of ${count}` } }));
    });
    await new Promise((ready) => busy.listen(0, "127.0.0.1", ready));
    const name = file(JSON.stringify(exportRequest([modelSpan(), modelSpan()])));
    const url = `http://127.0.0.1:${busy.address().port}`;
    const { code, stdout, stderr } = await spanreel(server, ["import", "--keep-going", "--json", "--otlp-url", url, name]);
    busy.close();
    assert.equal(code, 1);
    assert.match(stderr, /line 1: a span is rejected: one of 2/);
    assert.deepEqual(requests, Array(3).fill("POST /v1/traces application/json"));
    assert.equal(JSON.parse(stdout).spans, 1);
});

/** An endpoint that answers everything with `body`; `url`, and `close()`. */
async function endpoint(body, status = 200) {
    const listener = createServer((request, answer) =>
        request.resume().on("end", () => answer.writeHead(status, { "content-type": "application/json" }).end(body)));
    await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
    return { url: `http://localhost:${listener.address().port}`, close: () => listener.close() };
}

test("an answer that cannot be true is an error, and so is one that refuses: by the endpoint's own name", async () => {
    const name = file(JSON.stringify(exportRequest([modelSpan(), modelSpan()])));
    for (const [status, body, code, message] of [
        [200, '{"partialSuccess":{"rejectedSpans":-1}}', 1, /rejectedSpans is no number from 0 to 2/],
        [200, '{"partialSuccess":{"rejectedSpans":"3"}}', 1, /rejectedSpans is no number from 0 to 2/],
        [200, '{"partialSuccess":{"rejectedSpans":"many"}}', 1, /rejectedSpans is no number from 0 to 2/],
        [200, "<p>Log in</p>", 1, /its body is no JSON object but application\/json/],
        [401, "{}", 4, /wants an API key: name a file with --key-file/],
    ]) {
        const away = await endpoint(body, status);
        const end = await spanreel(server, ["import", "--keep-going", "--otlp-url", `${away.url}/v1/traces`, name]);
        away.close();
        assert.equal(end.code, code, `${body}: ${end.stderr}`);
        assert.match(end.stderr, message);
        assert.ok(end.stderr.includes(`spanreel: ${away.url}/v1/traces `), end.stderr);
    }
    const good = await endpoint("{}");
    const one = await works(server, ["import", "--otlp-url", good.url, file(JSON.stringify(exportRequest([modelSpan()])))]);
    good.close();
    assert.equal(one, "1 span sent in 1 request, 0 rejected\n");
});

// The largest resident size of a program and its children; programs under AddressSanitizer keep what they freed.
const peak = `
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(code)
`;

test("a small file cannot take much memory", async () => {
    const resource = { attributes: [{ key: "large", value: { stringValue: "x".repeat(1_000_000) } }] };
    const scopeSpans = Array.from({ length: 500 }, (_, n) => ({ scope: { name: `${n}` }, spans: [{}] }));
    const away = await endpoint("{}");
    const env = { ...process.env, ASAN_OPTIONS: "quarantine_size_mb=8" };
    const name = file(JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }));
    const { code, stdout, stderr } = await outcome("python3", ["-c", peak, program, "import", "--otlp-url", away.url, name], { env });
    away.close();
    assert.equal(code, 0, stderr);
    assert.ok(Number(stdout) < 300, `${stdout} MiB for 500 scopes of one resource of 1 MB`);
});

test("an export follows redirects, and takes the key to no other server", async (t) => {
    const seen = [];
    const listen = async (answers) => {
        const listener = createServer((request, answer) => {
            seen.push([request.url, request.headers.authorization]);
            answers(request, answer);
        });
        await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
        t.after(() => listener.close());
        return `http://127.0.0.1:${listener.address().port}`;
    };
    const lines = '{"resourceSpans":[]}\n';
    const there = await listen((_, answer) => answer.writeHead(200).end(lines));
    const here = await listen((request, answer) => {
        const location = request.url === "/v1/spans" ? "/moved" : `${there}/v1/spans`;
        answer.writeHead(307, { location }).end("elsewhere");
    });
    const words = ["export", "--server", here.replace("//", "//user:hunter2@")];
    assert.equal(await works({ url: "", key: "sk_own" }, words), lines);
    assert.deepEqual(seen, [["/v1/spans", "Bearer sk_own"], ["/moved", "Bearer sk_own"], ["/v1/spans", undefined]]);

    const unreached = await spanreel({ url: "", key: "sk_own" }, ["export", "--server", "http://user:hunter2@127.0.0.1:1"]);
    assert.match(unreached.stderr, /^spanreel: http:\/\/127\.0\.0\.1:1 is not reached/);
    assert.equal(unreached.code, 5);
});

test("another host is sent a key only when both are named together", async () => {
    const keys = [];
    const listener = createServer((request, answer) => {
        keys.push(request.headers.authorization);
        request.resume().on("end", () => answer.writeHead(200, { "content-type": "application/json" }).end("{}"));
    });
    await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
    const name = file(JSON.stringify(exportRequest([modelSpan()])));
    const away = ["--otlp-url", `http://localhost:${listener.address().port}`, name];
    assert.equal((await spanreel(server, ["import", ...away])).code, 0);
    assert.equal((await spanreel(server, ["import", "--key", "sk_named", ...away])).code, 0);
    listener.close();
    assert.deepEqual(keys, [undefined, "Bearer sk_named"]);
});

test("a trace of 100,000 spans in one document goes through in requests that a server takes; readers of it that leave give their turns back", async () => {
    const workspace = await newWorkspace(another);
    const traceId = newTraceId();
    const spans = Array.from({ length: 100_000 }, (_, n) => ({ traceId, name: `span ${n}`, attributes: { filler: "x".repeat(300) } }));
    const name = file(JSON.stringify(exportRequest(spans)), "json");
    const { spans: sent, requests } = await imported(workspace, name);
    assert.equal(sent, 100_000);
    assert.ok(requests >= 50, `${requests} requests`);
    const lines = await exported(workspace, "--trace", traceId);
    assert.equal(spansOf(lines).length, 100_000);

    // As much as fills every buffer of a reader that takes nothing.
    const ask = (url) => {
        const headers = { authorization: `Bearer ${workspace.key}` };
        const options = { headers, agent: false, ...(url.startsWith("https") && { ca: readFileSync(authority.ca) }) };
        return new Promise((resolve, reject) =>
            (url.startsWith("https") ? httpsGet : httpGet)(`${url}/v1/spans?trace=${traceId}`, options, resolve).once("error", reject));
    };
    const begun = (url) =>
        waitFor("a reader that left to give its turn back", async () => {
            const answer = await ask(url);
            if (answer.statusCode === 200) return answer.on("error", () => {});
            await answer.toArray();
        });
    for (const url of [another.url, another.httpsUrl]) {
        const readers = [await begun(url), await begun(url)];
        const third = await ask(url);
        assert.equal(third.statusCode, 503);
        assert.match(Buffer.concat(await third.toArray()).toString(), /2 exports run already: try again later/);
        for (const reader of readers) reader.destroy();
    }
    (await begun(another.url)).destroy();
});
