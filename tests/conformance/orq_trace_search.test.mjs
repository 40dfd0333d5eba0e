// SPDX-License-Identifier: Apache-2.0
// Orq, second generation: traces searched, queried, added up and listed by their values, through its SDK.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { APIError } from "@orq-ai/node/models/errors/apierror.js";

import { orq } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const began = Date.now() - 3_600_000;
const from = new Date(began);
const to = new Date(began + 1_800_000);

let server, workspace, traces;
const sent = []; // by end
before(async () => {
    server = await startServer();
    workspace = await newWorkspace(server);
    traces = orq(workspace).traces;
    for (let i = 0; i < 12; ++i) {
        const traceId = newTraceId();
        const start = began + i * 1000;
        sent.push(traceId);
        const span = modelSpan({ traceId, session: i < 8 ? "talk" : "other", input: 10 * i + 1, output: 1, start, end: start + 100 * (i + 1) });
        if (i % 3 === 0) Object.assign(span, { name: "Über", status: { code: 2 } });
        if (i === 5) span.attributes["gen_ai.request.model"] = "claude-sonnet-4-5";
        await sendSpans(workspace, [span]);
    }
});
after(() => server.stop());

const latest = (...numbers) => numbers.sort((a, b) => b - a).map((n) => sent[n]);
const ids = ({ data }) => data.map(({ traceId }) => traceId);
const search = (more) => traces.search({ from, to, ...more });
const isError = (statusCode, message) => (error) => {
    assert.ok(error instanceof APIError, String(error));
    assert.equal(error.statusCode, statusCode);
    assert.match(JSON.parse(error.body).message, message);
    return true;
};

test("search: the latest end first, each as traces.get gives it, with meta", async () => {
    const page = await search();
    assert.deepEqual(ids(page), [...sent].reverse());
    assert.deepEqual(page.data[3], (await traces.get({ traceId: page.data[3].traceId })).trace);
    assert.equal(page.object, "list");
    assert.equal(page.hasMore, false);
    assert.equal(page.nextPageToken, undefined);
    assert.deepEqual([page.meta.from, page.meta.to, page.meta.rowCount], [from, to, 12]);
    assert.ok(page.meta.requestId);
});

test("search: the content of spans, however JSON within an attribute has it escaped, and in OQL", async () => {
    const own = await newWorkspace(server), { traces } = orq(own);
    const traceId = newTraceId();
    const span = modelSpan({ traceId, session: "content", start: began });
    span.attributes["gen_ai.input.messages"] = JSON.stringify([{ role: "user", parts: [{ type: "text", content: 'Wo ist\nmein "Päckchen"?' }] }]);
    await sendSpans(own, [span]);
    const search = (more) => traces.search({ from, to, ...more });
    const filters = (...texts) => texts.map((text) => ({ field: "content", op: "contains", values: [text] }));
    assert.deepEqual(ids(await search({ filters: filters('wo IST\nmein "PÄCKCHEN"') })), [traceId]);
    assert.deepEqual(ids(await search({ filters: filters("päckchen", "nirgends") })), []);
    const { search: queried } = await traces.query({ from, to, oql: "fetch traces | filter content contains 'päckchen' and session_id == 'content'" });
    assert.deepEqual(ids(queried), [traceId]);
    await assert.rejects(search({ filterOperator: "or", filters: [...filters("a"), { field: "name", op: "exists" }] }), isError(400, /joined by and/u));
});

test("search: from and to bound the end; without them it is the last 7 days", async () => {
    const end = (n) => began + n * 1000 + 100 * (n + 1);
    assert.deepEqual(ids(await search({ from: new Date(end(3)), to: new Date(end(5)) })), latest(3, 4, 5));
    const old = newTraceId();
    await sendSpans(workspace, [modelSpan({ traceId: old, start: Date.now() - 8 * 86_400_000 })]);
    const page = await workspace.json("/v3/traces/search", { method: "POST", body: {} });
    assert.equal(page.data.length, 12);
    assert.deepEqual(ids(await search({ from: new Date(0), to: new Date(began - 1) })), [old]);
});

const byFilter = {
    "eq and in": [[{ field: "session_id", op: "eq", values: ["other"] }, { field: "status", op: "in", values: ["error", "ok"] }], [9]],
    "neq and not_in": [[{ field: "status", op: "neq", values: ["error"] }, { field: "session_id", op: "not_in", values: ["talk"] }], [8, 10, 11]],
    "gt, gte, lt, lte": [
        [
            { field: "duration_ms", op: "gt", values: ["300"] },
            { field: "duration_ms", op: "lte", values: ["600"] },
            { field: "prompt_tokens", op: "gte", values: ["41"] },
            { field: "total_cost", op: "lt", values: ["1"] },
        ],
        [4, 5],
    ],
    between: [[{ field: "end_time", op: "between", values: [new Date(began).toISOString(), new Date(began + 2000).toISOString()] }], [0, 1]],
    contains: [[{ field: "name", op: "contains", values: ["üBE"] }], [0, 3, 6, 9]],
    "exists and not_exists": [[{ field: "model", op: "exists" }, { field: "provider", op: "not_exists" }, { field: "model", op: "contains", values: ["CLAUDE"] }], [5]],
    trace_id: [[{ field: "trace_id", op: "in", values: ["0".repeat(32)] }], []],
};
for (const [name, [filters, found]] of Object.entries(byFilter))
    test(`search, filters: ${name}`, async () => assert.deepEqual(ids(await search({ filters })), latest(...found)));

test("search: filter_operator or, and a text in any of several fields", async () => {
    const filters = [
        { field: "trace_id", op: "eq", values: [sent[7]] },
        { field: "model", op: "eq", values: ["claude-sonnet-4-5"] },
    ];
    assert.deepEqual(ids(await search({ filters, filterOperator: "or" })), latest(5, 7));
    assert.deepEqual(ids(await search({ filters, filterOperator: "and" })), []);
    assert.deepEqual(ids(await search({ query: "CLAUDE" })), latest(5));
    assert.deepEqual(ids(await search({ query: "über", filters: [{ field: "session_id", op: "eq", values: ["other"] }] })), latest(9));
});

test("search: agents and tools of any span, by GenAI and OpenInference", async () => {
    const other = await newWorkspace(server);
    const spansOf = (attributes) => attributes.map((one) => ({ traceId: newTraceId(), start: began, attributes: one }));
    const spans = spansOf([
        { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper" },
        { "openinference.span.kind": "TOOL", "tool.name": "search" },
        { "gen_ai.operation.name": "chat", "gen_ai.agent.name": "helper" },
    ]);
    await sendSpans(other, spans);
    const asked = (field, value) => orq(other).traces.search({ from, to, filters: [{ field, op: "eq", values: [value] }] });
    assert.deepEqual(ids(await asked("agent_name", "helper")), [spans[0].traceId]);
    assert.deepEqual(ids(await asked("tool_name", "search")), [spans[1].traceId]);
    const { values } = await orq(other).traces.listFacetValues({ from, to, field: "tool_name" });
    assert.deepEqual(values, [{ value: "search", count: 1 }]);
});

test("search: pages by token while traces arrive, each trace once", async () => {
    const other = await newWorkspace(server);
    const known = [];
    for (let i = 0; i < 7; ++i) {
        known.push(newTraceId());
        await sendSpans(other, [modelSpan({ traceId: known[i], start: began + i })]);
    }
    const seen = [];
    let pageToken;
    do {
        const page = await orq(other).traces.search({ from, to, limit: 3, pageToken });
        assert.equal(page.hasMore, page.nextPageToken !== undefined);
        seen.push(...ids(page));
        pageToken = page.nextPageToken;
        await sendSpans(other, [modelSpan({ start: began + 1000 })]);
    } while (pageToken);
    assert.deepEqual(seen, known.reverse());
});

test("query: a pipeline of OQL, also in pages", async () => {
    const query = (oql, more) => traces.query({ from, to, oql, ...more });
    const answer = await query('fetch traces | filter session_id == "talk" and status != \'error\' | sort end_time desc | limit 2');
    assert.equal(answer.object, "query");
    assert.equal(answer.search.object, "list");
    assert.deepEqual(ids(answer.search), latest(7, 5));
    const oql = 'fetch traces | filter duration_ms >= 300 | filter model in ("gpt-4o") or name contains "none" | limit 4';
    const first = await query(oql, { limit: 1 });
    assert.deepEqual(ids(first.search), latest(11, 10, 9, 8));
    const second = await query(oql, { pageToken: first.search.nextPageToken });
    assert.deepEqual(ids(second.search), latest(7, 6, 4, 3));
    await assert.rejects(query("fetch logs"), isError(400, /oql at character 7: expected traces/));
    await assert.rejects(query("fetch traces | filter status = 'ok'"), isError(400, /character 30: expected an operator/));
    await assert.rejects(query("fetch traces | filter nope == 'ok'"), isError(400, /character 23.*"nope"/));
});

test("aggregate: counts, sums and percentiles by group", async () => {
    const { object, data } = await traces.aggregate({
        from,
        to,
        groupBy: ["session_id"],
        compute: [
            { op: "count" },
            { metric: "total_tokens", op: "sum" },
            { metric: "duration_ms", op: "p50" },
            { metric: "duration_ms", op: "max" },
            { metric: "error_count", op: "sum" },
        ],
    });
    assert.equal(object, "aggregate");
    assert.deepEqual(data, [
        {
            group: { session_id: "talk" },
            metrics: { count: 8, sum_total_tokens: 296, p50_duration_ms: 400, max_duration_ms: 800, sum_error_count: 3 },
        },
        {
            group: { session_id: "other" },
            metrics: { count: 4, sum_total_tokens: 388, p50_duration_ms: 1000, max_duration_ms: 1200, sum_error_count: 1 },
        },
    ]);
    const whole = await traces.aggregate({ from, to, filters: [{ field: "status", op: "eq", values: ["error"] }] });
    assert.deepEqual(whole.data, [{ group: {}, metrics: { count: 4 } }]);
    assert.equal((await traces.aggregate({ from, to, groupBy: ["model"], limit: 1 })).data.length, 1);
    await assert.rejects(traces.aggregate({ compute: [{ metric: "name", op: "sum" }] }), isError(400, /compute\[0\]\.metric/));
    await assert.rejects(traces.aggregate({ compute: [{ metric: "duration_ms", op: "median" }] }), isError(400, /compute\[0\]\.op/));
    await assert.rejects(traces.aggregate({ groupBy: ["total_cost"] }), isError(400, /group_by.*total_cost/));
});

test("listFacets and listFacetValues: what there is of each, the most first", async () => {
    const { data } = await traces.listFacets();
    for (const { field, label, type } of data) {
        assert.ok(label && type, field);
        assert.equal((await traces.listFacetValues({ field })).field, field);
    }
    const models = await traces.listFacetValues({ field: "model", from, to });
    assert.deepEqual(models.values, [
        { value: "gpt-4o", count: 11 },
        { value: "claude-sonnet-4-5", count: 1 },
    ]);
    assert.equal(models.hasMore, false);
    const one = await traces.listFacetValues({ field: "model", from, to, limit: 1, filterOperator: "and" });
    assert.deepEqual([one.values.length, one.hasMore], [1, true]);
    await assert.rejects(traces.listFacetValues({ field: "nope" }), isError(404, /nope/));
    await assert.rejects(traces.listFacetValues({ field: "duration_ms" }), isError(404, /duration_ms/));
});

test("listFields: each operator that is listed is taken, and no other", async () => {
    const { data } = await traces.listFields();
    const operators = ["eq", "neq", "in", "not_in", "gt", "gte", "lt", "lte", "between", "contains", "exists", "not_exists"];
    assert.deepEqual(data.filter(({ sortable }) => sortable).map(({ name }) => name), ["end_time"]);
    for (const field of data) {
        const value = field.type === "date" ? from.toISOString() : field.name === "trace_id" ? sent[0] : "1";
        for (const op of operators) {
            const values = op.endsWith("exists") ? [] : op === "between" ? [value, value] : [value];
            const asked = search({ filters: [{ field: field.name, op, values }] });
            if (field.operators.includes(op)) assert.equal((await asked).object, "list");
            else await assert.rejects(asked, isError(400, /filters\[0\]\.op/));
        }
        for (const alias of field.aliases ?? []) await search({ filters: [{ field: alias, op: field.operators[0], values: [value] }] });
    }
});

test("errors: an unknown field, key, operator, order or token is 400 by name", async () => {
    await assert.rejects(search({ filters: [{ field: "nope", op: "eq", values: ["x"] }] }), isError(400, /filters\[0\]\.field.*"nope"/));
    await assert.rejects(search({ filters: [{ field: "attributes.x", op: "eq", values: ["x"] }] }), isError(400, /attribute/));
    await assert.rejects(search({ filterOperator: "xor" }), isError(400, /filter_operator/));
    await assert.rejects(search({ sort: [{ field: "name", order: "desc" }] }), isError(400, /sort\[0\]\.field/));
    await assert.rejects(search({ sort: [{ field: "end_time", order: "asc" }] }), isError(400, /sort\[0\]\.order/));
    await assert.rejects(search({ pageToken: "made up" }), isError(400, /page_token/));
    await assert.rejects(search({ limit: 0 }), isError(400, /limit/));
    await assert.rejects(search({ from: to, to: from }), isError(400, /from is later than to/));
    const body = { filters: [{ field: "name", operator: "eq", value: "x" }] };
    const raw = await workspace.fetch("/v3/traces/search", { method: "POST", body });
    assert.equal(raw.status, 400);
    assert.match((await raw.json()).message, /operator is not known/);
});

test("what a key sees: a key of a project finds and counts traces of that project only", async () => {
    const everything = await newWorkspace(server);
    const blue = await withKey(everything, { project: "blue" });
    const green = await withKey(everything, { project: "green" });
    await sendSpans(blue, [modelSpan({ start: began, session: "secret" })]);
    const seen = async (key) => [
        (await orq(key).traces.search({ from, to })).data.length,
        (await orq(key).traces.query({ from, to, oql: "fetch traces" })).search.data.length,
        (await orq(key).traces.aggregate({ from, to })).data[0].metrics.count,
        (await orq(key).traces.listFacetValues({ from, to, field: "session_id" })).values.length,
    ];
    assert.deepEqual(await seen(everything), [1, 1, 1, 1]);
    assert.deepEqual(await seen(blue), [1, 1, 1, 1]);
    assert.deepEqual(await seen(green), [0, 0, 0, 0]);
    const { traces: stranger } = orq(server, { apiKey: "sk_wrong" });
    await assert.rejects(stranger.search({ from, to }), isError(401, /./));
});

test("a trace is found once its spans are answered, after a restart too", async () => {
    const fresh = await newWorkspace(server);
    const traceId = newTraceId();
    const first = newSpanId();
    const asked = () => orq(fresh).traces.search({ from, to, filters: [{ field: "span_count", op: "eq", values: ["2"] }] });
    await sendSpans(fresh, [modelSpan({ traceId, spanId: first, start: began })]);
    assert.deepEqual(ids(await asked()), []);
    await sendSpans(fresh, [modelSpan({ traceId, parentSpanId: first, start: began })]);
    assert.deepEqual(ids(await asked()), [traceId]);
    await server.kill();
    await server.restart();
    assert.deepEqual(ids(await asked()), [traceId]);
});
