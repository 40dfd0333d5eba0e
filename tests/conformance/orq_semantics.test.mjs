// SPDX-License-Identifier: Apache-2.0
// The rows of the semantics page that take several steps: two writers, the API and the traces, of one session.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { APIError } from "@orq-ai/node/models/errors/apierror.js";

import { orq } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { emptySession, emptyThread } from "../harness/sessions.mjs";
import { modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const began = Date.UTC(2026, 9, 1, 12, 0, 0);

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const given = {
    ...emptyThread,
    billing: { inputCost: 0.1, outputCost: 0.2, totalCost: 0.30000000000000004 },
    usage: { promptTokens: 1000, completionTokens: 500, totalTokens: 1500 },
    tracesCount: 7,
};

const all = async (workspace) =>
    (await orq(workspace).sessions.list({ filters: { interval: "SESSION_INTERVAL_ALL_TIME" }, limit: 1000 })).data;
const find = async (workspace, name) => (await all(workspace)).find((session) => session.externalId === name);
const update = (workspace, sessionId, updateThreadRequest) =>
    orq(workspace).sessions.update({ sessionId, updateThreadRequest });
const send = async (workspace, ...spans) => assert.deepEqual(await sendSpans(workspace, spans), {});
const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
const isStatus = (status) => (error) => error instanceof APIError && error.statusCode === status;

test("counters: what was given reads back bit for bit until a trace moves it", async () => {
    const workspace = await newWorkspace(server);
    const { id } = await orq(workspace).sessions.create({ externalId: "s", ...given });
    await send(workspace, modelSpan({ session: "other" }));
    const { billing, usage, tracesCount } = await find(workspace, "s");
    assert.deepEqual([billing, usage, tracesCount], [given.billing, given.usage, given.tracesCount]);

    await send(workspace, modelSpan({ session: "s", input: 100, output: 10 }));
    const moved = await orq(workspace).sessions.get({ sessionId: id });
    assert.deepEqual(moved.usage, { promptTokens: 1100, completionTokens: 510, totalTokens: 1610 });
    assert.equal(moved.tracesCount, 8);
    near(moved.billing.inputCost, 0.1 + 0.00025);
    near(moved.billing.outputCost, 0.2 + 0.0001);
    near(moved.billing.totalCost, 0.3 + 0.00035);
});

test("counters: a PATCH gives a new base, later traces add to it", async () => {
    const workspace = await newWorkspace(server);
    await send(workspace, modelSpan({ session: "s", input: 100, output: 10 }));
    const { id, usage, tracesCount } = await find(workspace, "s");
    assert.deepEqual(usage, { promptTokens: 100, completionTokens: 10, totalTokens: 110 });
    assert.equal(tracesCount, 1);
    const patched = await update(workspace, id, {
        usage: { promptTokens: 5, completionTokens: 5, totalTokens: 20 },
        tracesCount: 0,
    });
    assert.deepEqual(patched.usage, { promptTokens: 5, completionTokens: 5, totalTokens: 20 });
    assert.equal(patched.tracesCount, 0);
    near(patched.billing.totalCost, 0.00035);
    await send(workspace, modelSpan({ session: "s", input: 1, output: 2 }));
    const moved = await find(workspace, "s");
    assert.deepEqual(moved.usage, { promptTokens: 6, completionTokens: 7, totalTokens: 23 });
    assert.equal(moved.tracesCount, 1);
});

test("counters: create with a session key that traces will use observes 0 then", async () => {
    const workspace = await newWorkspace(server);
    await orq(workspace).sessions.create({ externalId: "s", ...emptyThread, tracesCount: 10 });
    await send(workspace, modelSpan({ session: "s" }), modelSpan({ session: "s" }));
    assert.equal((await find(workspace, "s")).tracesCount, 12);
});

test("counters: a trace that leaves takes its share away, never below 0", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    const spanId = newSpanId();
    await send(workspace, modelSpan({ traceId, spanId, session: "s", start: began, end: began + 1000 }));
    const { id } = await find(workspace, "s");
    await update(workspace, id, { tracesCount: 0, usage: { promptTokens: 40, completionTokens: 0, totalTokens: 40 } });
    // The root of the trace says another key and is earlier, so the trace moves.
    await send(workspace, { traceId, start: began - 1000, end: began + 2000, attributes: { "session.id": "t" } });
    const { tracesCount, usage } = await orq(workspace).sessions.get({ sessionId: id });
    assert.equal(tracesCount, 0);
    assert.deepEqual(usage, { promptTokens: 0, completionTokens: 0, totalTokens: 0 });
});

test("tags, contacts: declared ones as given, then observed by span start; a PATCH masks what was observed", async () => {
    const workspace = await newWorkspace(server);
    const seen = (start, tags, user) =>
        modelSpan({ session: "s", start, attributes: { "orq.tags": tags, "user.id": user } });
    await orq(workspace).sessions.create({ externalId: "s", ...emptyThread, tags: ["z", "a"], contactIds: ["me"] });
    await send(workspace, seen(began + 2000, ["late", "a"], "bob"), seen(began, ["early", "b"], "ann"));
    const shown = await find(workspace, "s");
    assert.deepEqual(shown.tags, ["z", "a", "b", "early", "late"]);
    assert.deepEqual(shown.contactIds, ["me", "ann", "bob"]);

    const patched = await update(workspace, shown.id, { tags: ["only"], contactIds: [] });
    assert.deepEqual([patched.tags, patched.contactIds], [["only"], []]);
    await send(workspace, seen(began + 3000, ["late", "new"], "bob"), seen(began + 4000, ["only"], "eve"));
    const added = await find(workspace, "s");
    assert.deepEqual([added.tags, added.contactIds], [["only", "new"], ["eve"]]);
});

test("duration, started_at: the earlier start, the longer duration; a default start is not declared", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    // The start that create filled in is now, which the traces of October move.
    await sessions.create({ externalId: "default", ...emptyThread, duration: 5000 });
    await send(workspace, modelSpan({ session: "default", start: began, end: began + 1000 }));
    const byTraces = await find(workspace, "default");
    assert.equal(byTraces.startedAt.getTime(), began);
    assert.equal(byTraces.duration, 5000);
    await send(workspace, modelSpan({ session: "default", start: began + 8000, end: began + 9000 }));
    assert.equal((await find(workspace, "default")).duration, 9000);

    await sessions.create({ externalId: "declared", ...emptyThread, startedAt: new Date(began - 60_000) });
    await send(workspace, modelSpan({ session: "declared", start: began, end: began + 1000 }));
    const declared = await find(workspace, "declared");
    assert.equal(declared.startedAt.getTime(), began - 60_000);
    assert.equal(declared.duration, 61_000);
    await send(workspace, modelSpan({ session: "declared", start: began - 90_000, end: began }));
    const earlier = await find(workspace, "declared");
    assert.equal(earlier.startedAt.getTime(), began - 90_000);
    assert.equal(earlier.duration, 91_000);
});

test("duration, started_at: after a PATCH the given values show until newer activity extends them", async () => {
    const workspace = await newWorkspace(server);
    await send(workspace, modelSpan({ session: "s", start: began, end: began + 10_000 }));
    const { id } = await find(workspace, "s");
    const patched = await update(workspace, id, { duration: 1, startedAt: new Date(began + 5000) });
    assert.deepEqual([patched.duration, patched.startedAt.getTime()], [1, began + 5000]);
    await send(workspace, modelSpan({ session: "s", start: began + 2000, end: began + 3000 }));
    const inside = await find(workspace, "s");
    assert.deepEqual([inside.duration, inside.startedAt.getTime()], [1, began + 5000]);
    await send(workspace, modelSpan({ session: "s", start: began + 11_000, end: began + 12_000 }));
    const extended = await find(workspace, "s");
    assert.deepEqual([extended.duration, extended.startedAt.getTime()], [12_000, began]);
});

test("updated_at: a value given by the client shows until something newer happens", async () => {
    const workspace = await newWorkspace(server);
    const updatedAt = new Date(began);
    await orq(workspace).sessions.create({ externalId: "s", ...emptyThread, updatedAt });
    assert.deepEqual((await find(workspace, "s")).updatedAt, updatedAt);
    const from = Date.now();
    await send(workspace, modelSpan({ session: "s", start: began }));
    assert.ok((await find(workspace, "s")).updatedAt >= from);
});

test("title: declared only for client and repo; an empty one is filled by what says it", async () => {
    const workspace = await newWorkspace(server);
    const { id } = await orq(workspace).sessions.create({ externalId: "s", ...emptyThread, title: "Mine" });
    await send(workspace, modelSpan({ session: "s" }));
    assert.equal((await orq(workspace).sessions.get({ sessionId: id })).title, "Mine");
    const cleared = await update(workspace, id, { title: "", client: "cli" });
    assert.deepEqual([cleared.title, cleared.client], [undefined, "cli"]);
});

test("delete: gone at once, late spans refused through partial_success, the same key in a new trace is a new session", async () => {
    const workspace = await newWorkspace(server);
    const { sessions, traces } = orq(workspace);
    const traceId = newTraceId();
    const span = modelSpan({ traceId, spanId: newSpanId(), session: "s", start: began, end: began + 1000 });
    await send(workspace, span);
    const { id } = await find(workspace, "s");
    await sessions.delete({ sessionId: id });
    assert.deepEqual(await all(workspace), []);
    await assert.rejects(sessions.get({ sessionId: id }), isStatus(404));
    await assert.rejects(traces.get({ traceId }), isStatus(404));

    for (const late of [span, modelSpan({ traceId, session: "s" })]) {
        const { partialSuccess } = await sendSpans(workspace, [late]);
        assert.equal(partialSuccess.rejectedSpans, "1");
        assert.match(partialSuccess.errorMessage, /deleted/);
    }
    assert.deepEqual(await all(workspace), []);

    const mixed = await sendSpans(workspace, [modelSpan({ traceId, session: "s" }), modelSpan({ session: "s" })]);
    assert.equal(mixed.partialSuccess.rejectedSpans, "1");
    const again = await find(workspace, "s");
    assert.notEqual(again.id, id);
    assert.equal(again.tracesCount, 1);
});

test("delete: it and its refusals survive a restart", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    await send(workspace, modelSpan({ traceId, session: "gone" }), modelSpan({ session: "kept", input: 3, output: 4 }));
    const kept = await find(workspace, "kept");
    await orq(workspace).sessions.delete({ sessionId: (await find(workspace, "gone")).id });
    await server.stop();
    await server.restart();
    assert.deepEqual(await all(workspace), [kept]);
    const late = await sendSpans(workspace, [modelSpan({ traceId, session: "gone" })]);
    assert.equal(late.partialSuccess.rejectedSpans, "1");
});

test("a trace whose session key changes moves whole, both rollups exact", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    const root = newSpanId();
    const child = { traceId, parentSpanId: root, start: began + 100, end: began + 200 };
    const weak = { "gen_ai.conversation.id": "weak" };
    await send(workspace, modelSpan({ session: "strong", input: 1, output: 1, start: began, end: began + 50 }));
    await send(
        workspace,
        modelSpan({ ...child, input: 100, output: 10, attributes: weak }),
        modelSpan({ ...child, input: 200, output: 20, attributes: weak }),
        modelSpan({ input: 5, output: 5, attributes: weak }),
    );
    assert.deepEqual((await find(workspace, "weak")).usage, { promptTokens: 305, completionTokens: 35, totalTokens: 340 });
    // session.id is of a higher class than gen_ai.conversation.id.
    await send(workspace, { traceId, spanId: root, start: began, end: began + 300, attributes: { "session.id": "strong" } });
    const weakLeft = await find(workspace, "weak");
    assert.deepEqual(weakLeft.usage, { promptTokens: 5, completionTokens: 5, totalTokens: 10 });
    assert.equal(weakLeft.tracesCount, 1);
    const strong = await find(workspace, "strong");
    assert.deepEqual(strong.usage, { promptTokens: 301, completionTokens: 31, totalTokens: 332 });
    assert.equal(strong.tracesCount, 2);
    assert.equal(strong.duration, 300);
    near(strong.billing.totalCost, (301 * 2.5 + 31 * 10) / 1e6);
});

test("a session that no API call touched and that has no trace left is gone; a declared one stays", async () => {
    const workspace = await newWorkspace(server);
    const ids = [newTraceId(), newTraceId()];
    const weak = (traceId, name) =>
        modelSpan({ traceId, start: began, attributes: { "gen_ai.conversation.id": name } });
    await send(workspace, weak(ids[0], "untouched"), weak(ids[1], "touched"));
    await update(workspace, (await find(workspace, "touched")).id, { title: "kept" });
    for (const traceId of ids) await send(workspace, modelSpan({ traceId, session: "strong" }));
    assert.equal(await find(workspace, "untouched"), undefined);
    assert.equal((await find(workspace, "touched")).tracesCount, 0);
    assert.equal((await find(workspace, "strong")).tracesCount, 2);
});

test("identity: traces stay bound to the _id when external_id is patched", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    await send(workspace, modelSpan({ traceId, session: "old" }));
    const { id } = await find(workspace, "old");
    await update(workspace, id, { externalId: "new" });
    await send(workspace, modelSpan({ traceId, session: "old" }));
    const renamed = await find(workspace, "new");
    assert.equal(renamed.id, id);
    assert.equal(renamed.usage.totalTokens, 220);
    assert.equal(await find(workspace, "old"), undefined);
    await send(workspace, modelSpan({ session: "old" }));
    assert.equal((await find(workspace, "old")).tracesCount, 1);
    await send(workspace, modelSpan({ session: "new" }));
    assert.equal((await find(workspace, "new")).tracesCount, 2);
});

test("project of a trace: the key's project, else orq.project_id, else none", async () => {
    const workspace = await newWorkspace(server);
    const blue = await withKey(workspace, { project: "blue" });
    const said = { "orq.project_id": "said" };
    await send(blue, modelSpan({ session: "s", attributes: said }));
    await send(workspace, modelSpan({ session: "s", attributes: said }), modelSpan({ session: "s" }));
    const sessions = await all(workspace);
    assert.deepEqual(sessions.map((session) => session.projectId ?? "").sort(), ["", "blue", "said"]);
    assert.ok(sessions.every((session) => session.tracesCount === 1));
});

test("a trace without a key: no session; readable by id", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    await send(workspace, modelSpan({ traceId }));
    assert.deepEqual(await all(workspace), []);
    const { trace } = await orq(workspace).traces.get({ traceId });
    assert.equal(trace.sessionId, undefined);
    assert.equal(trace.usage.totalTokens, 110);
});

test("span twice: counts once, in one request, in another, and after a restart", async () => {
    const workspace = await newWorkspace(server);
    const span = modelSpan({ traceId: newTraceId(), spanId: newSpanId(), session: "s", start: began, end: began + 1000 });
    await send(workspace, span, span);
    await send(workspace, span);
    await server.stop();
    await server.restart();
    await send(workspace, span);
    const { usage, tracesCount, duration } = await find(workspace, "s");
    assert.deepEqual([usage.totalTokens, tracesCount, duration], [110, 1, 1000]);
});

test("span twice: of two different versions the one with the later end wins, in either order", async () => {
    const workspace = await newWorkspace(server);
    for (const [session, order] of Object.entries({ forwards: [0, 1], backwards: [1, 0] })) {
        const ids = { traceId: newTraceId(), spanId: newSpanId(), session, start: began };
        const versions = [
            modelSpan({ ...ids, end: began + 1000, input: 999 }),
            modelSpan({ ...ids, end: began + 2000, input: 5, output: 5 }),
        ];
        for (const version of order) await send(workspace, versions[version]);
        const { usage, duration } = await find(workspace, session);
        assert.deepEqual([usage.totalTokens, duration], [10, 2000]);
    }
});

test("order of work: any order and batching of spans ends in the same rollups", async () => {
    const workspace = await newWorkspace(server);
    const shapes = [
        { input: 10, output: 1, start: began, end: began + 500, tags: ["a"], user: "u1" },
        { input: 20, output: 2, start: began + 100, end: began + 900, tags: ["b", "a"], user: "u2" },
        { input: 30, output: 3, start: began - 700, end: began - 200, tags: ["c"], user: "u1" },
        { input: 40, output: 4, start: began + 800, end: began + 1600, tags: [], user: "u3" },
    ];
    const orders = { one: [[0, 1, 2, 3]], two: [[3], [2], [1], [0]], three: [[2, 0], [1, 2], [3, 0, 1]] };
    const shown = [];
    for (const [session, batches] of Object.entries(orders)) {
        const traceIds = [newTraceId(), newTraceId()];
        const spans = shapes.map(({ tags, user, ...shape }, index) =>
            modelSpan({
                ...shape,
                session,
                traceId: traceIds[index % 2],
                spanId: String(index + 1).padStart(16, "0"),
                attributes: { "orq.tags": tags, "user.id": user },
            }),
        );
        for (const batch of batches) await send(workspace, ...batch.map((index) => spans[index]));
        const { id, externalId, updatedAt, ...rest } = await find(workspace, session);
        shown.push(rest);
    }
    assert.deepEqual(shown[1], shown[0]);
    assert.deepEqual(shown[2], shown[0]);
    assert.deepEqual(shown[0].tags, ["c", "a", "b"]);
    assert.deepEqual(shown[0].contactIds, ["u1", "u2", "u3"]);
    assert.equal(shown[0].duration, 2300);
    assert.equal(shown[0].usage.totalTokens, 110);
});

test("cost: a model without a price has no cost, a reported cost goes before the price table", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    const spanId = newSpanId();
    await send(
        workspace,
        modelSpan({ session: "unknown", traceId, spanId, attributes: { "gen_ai.request.model": "no-such-model" } }),
        modelSpan({ session: "reported", attributes: { "orq.billing.total_cost": 0.5 } }),
    );
    assert.equal((await find(workspace, "unknown")).billing.totalCost, 0);
    assert.equal((await orq(workspace).traces.get({ traceId })).trace.cost, undefined);
    assert.equal((await orq(workspace).traces.getSpan({ traceId, spanId })).span.summary.cost, undefined);
    const reported = await find(workspace, "reported");
    assert.equal(reported.billing.totalCost, 0.5);
    const unpriced = async ({ id }) => (await workspace.json(`/v1/sessions/${id}`)).unpriced_spans;
    assert.equal(await unpriced(await find(workspace, "unknown")), 1);
    assert.equal(await unpriced(reported), undefined);
});

test("clock: spans keep their own times, also in the future", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    const start = Date.UTC(2099, 0, 1);
    await send(workspace, modelSpan({ session: "ahead", traceId, start, end: start + 1500 }));
    const { trace } = await workspace.json(`/v3/traces/${traceId}`);
    assert.deepEqual([trace.started_at, trace.duration_ms], ["2099-01-01T00:00:00.000Z", 1500]);
    assert.equal((await find(workspace, "ahead")).duration, 1500);
});

test("limits: a JSON body over 1 MiB is 413", async () => {
    const workspace = await newWorkspace(server);
    const post = (length) =>
        workspace.fetch("/v2/sessions", { method: "POST", body: { ...emptySession, external_id: "s", title: "x".repeat(length) } });
    assert.equal((await post(1024 * 1024)).status, 413);
    assert.equal((await post(1000)).status, 200);
});

test("limits: an attribute value over 1 MiB is cut and the span says so", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    const spanId = newSpanId();
    const long = "x".repeat(1024 * 1024 + 1);
    await send(workspace, { traceId, spanId, attributes: { long, short: "y" } });
    const { span } = await workspace.json(`/v3/traces/${traceId}/spans/${spanId}`);
    assert.equal(span.attributes.long.length, 1024 * 1024);
    assert.equal(span.attributes.short, "y");
    const { long: kept, ...rest } = span.attributes;
    assert.match(JSON.stringify({ ...span, attributes: rest }), /cut|truncat/i);
});

test("durability: spans and API writes that were answered survive a kill", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    const made = await sessions.create({ externalId: "made", ...given });
    for (let i = 0; i < 20; ++i) await send(workspace, modelSpan({ session: "sent", start: began + i, end: began + i }));
    const updated = await sessions.update({ sessionId: made.id, updateThreadRequest: { title: "survives" } });
    await server.kill();
    await server.restart();
    assert.deepEqual(await sessions.get({ sessionId: made.id }), updated);
    const sent = await find(workspace, "sent");
    assert.equal(sent.tracesCount, 20);
    assert.equal(sent.usage.totalTokens, 2200);
});
