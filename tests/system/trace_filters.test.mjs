// SPDX-License-Identifier: Apache-2.0
// Random filters and OQL over random traces, some saved and some just sent, against a reference of its own: which
// traces, in which order, in pages, and how many there are of each value. SPANREEL_PROPERTY_CASES requests (300),
// SPANREEL_SEED to repeat a run.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { randomFrom } from "../harness/random.mjs";
import { startServer } from "../harness/server.mjs";
import { exportRequest, newSpanId } from "../harness/spans.mjs";
import { fields, latestFirst, matches, searched, valuesOf } from "../reference/trace_filters.mjs";

const cases = Number(process.env.SPANREEL_PROPERTY_CASES ?? 300);
const seed = Number(process.env.SPANREEL_SEED ?? Date.now() % 2 ** 31);
const random = randomFrom(seed);
const { pick, below, chance } = random;
const traces = [];
const began = Date.UTC(2026, 10, 1);

let server;
before(async () => (server = await startServer({ listen: { rtmp: "off", "otlp-http": "off", "otlp-grpc": "off" } })));
after(() => server.stop());

const words = ["alpha", "Alpha", "BETA", "beta test", "Straße", "ärger", "ÄRGER", "100%_", "a.b*c", "it's", '"x"', "日本", "\\"];
const some = (most, make) => Array.from({ length: below(most + 1) }, make);

let sent = 0;
function randomTrace() {
    const traceId = (seed * 4096 + ++sent).toString(16).padStart(32, "0");
    const start = began + below(20) * 60_000;
    const length = pick([0, 1, 2.5, 100, 1000]);
    const spanIds = Array.from({ length: 1 + below(3) }, newSpanId);
    const spans = spanIds.map((spanId, i) => ({
        traceId,
        spanId,
        ...(i > 0 && { parentSpanId: spanIds[0] }),
        name: pick(words),
        start: start + i,
        end: start + i + length,
        ...(chance(0.2) && { status: { code: pick([1, 2]) } }),
        attributes: {
            ...(chance(0.7) && {
                "gen_ai.operation.name": pick(["chat", "invoke_agent", "execute_tool"]),
                ...(chance(0.6) && { "gen_ai.agent.name": pick(words) }),
                ...(chance(0.6) && { "gen_ai.tool.name": pick(words) }),
            }),
            ...(chance(0.6) && { "gen_ai.response.model": pick(["gpt-4o", "o1", "Mistral", ...words]) }),
            ...(chance(0.4) && { "gen_ai.provider.name": pick(["openai", "acme"]) }),
            ...(chance(0.5) && { "gen_ai.usage.input_tokens": below(20), "gen_ai.usage.output_tokens": below(5) }),
            ...(chance(0.2) && { "gen_ai.usage.cost": pick([0, 0.25, 0.001]) }),
            ...(chance(0.5) && { "session.id": pick(words) }),
            ...(chance(0.2) && { "gen_ai.conversation.id": pick(words) }),
            ...(chance(0.4) && { "user.id": pick(words) }),
            ...(chance(0.3) && { "langfuse.trace.tags": [pick(words), pick(words)] }),
            ...(chance(0.3) && { "orq.project_id": pick(["p1", "p2"]) }),
        },
    }));
    return { traceId, spans };
}

async function send(count) {
    const made = Array.from({ length: count }, randomTrace);
    const body = exportRequest(made.flatMap(({ spans }) => spans));
    await server.json("/v1/traces", { method: "POST", body });
    for (const { traceId, spans } of made) {
        const { trace } = await server.json(`/v3/traces/${traceId}`);
        const failed = spans.filter(({ status }) => status?.code === 2).length;
        const named = (operation, key) =>
            spans.map(({ attributes }) => attributes["gen_ai.operation.name"] === operation && attributes[key]).filter(Boolean);
        const [agents, tools] = [named("invoke_agent", "gen_ai.agent.name"), named("execute_tool", "gen_ai.tool.name")].map(
            (names) => [...new Set(names)],
        );
        const tags = [...new Set(spans.flatMap(({ attributes }) => attributes["langfuse.trace.tags"] ?? []))];
        const end = Math.max(...spans.map((span) => Math.max(span.start, span.end)));
        traces.push({ ...trace, spans: spans.length, failed, agents, tools, tags, end });
    }
}

const anyValue = (field) => {
    const known = valuesOf(pick(traces), field);
    return String(known.length > 0 && chance(0.8) ? pick(known) : pick(words));
};
const anyNumber = (field) => String(valuesOf(pick(traces), field)[0] ?? below(10));
const anyDate = (field) => new Date(valuesOf(pick(traces), field)[0] + pick([0, 0, 1])).toISOString();

const textOperators = ["eq", "neq", "in", "not_in", "contains", "exists", "not_exists"];
const numberOperators = ["eq", "neq", "in", "not_in", "gt", "gte", "lt", "lte", "between"];

function condition() {
    const group = pick(["texts", "texts", "numbers", "dates"]);
    const field = pick(fields[group]);
    let operators = group === "texts" ? textOperators : group === "numbers" ? numberOperators : numberOperators.slice(4);
    if (["trace_id", "status", "day", "hour"].includes(field)) operators = textOperators.slice(0, 4);
    if (["total_tokens", "prompt_tokens", "total_cost"].includes(field)) operators = [...operators, "exists", "not_exists"];
    const op = pick(operators);
    const make = () =>
        field === "trace_id" ? pick(traces).trace_id
        : group === "texts" ? anyValue(field)
        : group === "numbers" ? anyNumber(field)
        : anyDate(field);
    if (op.endsWith("exists")) return { field, op };
    if (op === "between") return { field, op, values: [make(), make()] };
    return { field, op, values: ["in", "not_in", "contains"].includes(op) ? [make(), ...some(3, make)] : [make()] };
}

function tree(depth) {
    if (depth === 0 || chance(0.4)) return condition();
    return { [pick(["and", "or"])]: Array.from({ length: 1 + below(3) }, () => tree(depth - 1)) };
}

const symbols = { eq: "==", neq: "!=", gt: ">", gte: ">=", lt: "<", lte: "<=" };

function quoted(text) {
    const quote = pick(["'", '"']);
    return quote + text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`) + quote;
}

function oql(node) {
    if (node.and || node.or) return `(${(node.and ?? node.or).map(oql).join(node.and ? " and " : " or ")})`;
    const { field, op, values = [] } = node;
    if (op.endsWith("exists")) return `${field} ${op}`;
    const plain = fields.numbers.includes(field) && chance(0.7) ? (text) => text : quoted;
    if (symbols[op] && chance(0.8)) return `${field} ${symbols[op]} ${plain(values[0])}`;
    return `${field} ${op} ${pick(["()", "[]"]).split("").join(values.map(plain).join(", "))}`;
}

/** { path, body, wanted }; `page` of an answer. */
function randomRequest() {
    const limit = 1 + below(40);
    const from = began - (chance(0.3) ? -10 * 60_000 : 0);
    const window = { from: new Date(from).toISOString(), to: new Date(began + 3_600_000).toISOString() };
    const inside = ({ end }) => Math.floor(end) >= from;
    if (chance(0.5)) {
        const filters = tree(3);
        const stages = chance(0.3) ? [filters, condition()] : [filters];
        const text = ["fetch traces", ...stages.map((stage) => `filter ${oql(stage)}`)].join(pick(["|", " | ", "\n| "]));
        const wanted = traces.filter((trace) => inside(trace) && stages.every((stage) => matches(stage, trace)));
        return { path: "query", body: { ...window, oql: text, limit }, wanted, page: (answer) => answer.search };
    }
    const [filters, word] = [some(4, condition), pick(["and", "or", undefined])];
    const joined = filters.length === 0 ? { and: [] } : { [word ?? "and"]: filters };
    const query = chance(0.3) ? pick([pick(words), "o1", pick(traces).trace_id.slice(20)]) : undefined;
    const wanted = traces.filter(
        (trace) => inside(trace) && matches(joined, trace) && (query === undefined || searched(query, trace)),
    );
    const body = { ...window, filters, limit, ...(word && { filter_operator: word }), ...(query && { query }) };
    return { path: "search", body, wanted, page: (answer) => answer };
}

const post = (path, body) => server.json(`/v3/traces/${path}`, { method: "POST", body });

async function check() {
    const { path, body, wanted, page } = randomRequest();
    const what = `seed ${seed}: ${path} ${JSON.stringify(body)}`;
    const rows = [];
    for (let token; token !== null; ) {
        const { data, has_more, next_page_token, meta } = page(await post(path, { ...body, page_token: token ?? "" }));
        assert.equal(meta.row_count, data.length, what);
        assert.equal(has_more, next_page_token !== undefined, what);
        if (has_more) assert.equal(data.length, body.limit, what);
        rows.push(...data.map((row) => row.trace_id));
        token = next_page_token ?? null;
    }
    assert.deepEqual(rows, latestFirst(wanted).map((trace) => trace.trace_id), what);
    return rows.length;
}

test("300 random traces are sent, and some of them saved", async () => {
    await send(200);
    await server.stop();
    await server.start();
    await send(100);
});

test(`${cases} random searches find what the reference finds`, async (context) => {
    let found = 0;
    for (let done = 0; done < cases; ++done) {
        if (chance(0.1)) await send(1); // asked for before it is saved
        if ((await check()) > 0) ++found;
    }
    context.diagnostic(`${cases} requests (seed ${seed}), ${found} found something`);
    assert.ok(found > cases / 4, `only ${found} found anything`);
});

test("groups and facets count what the reference counts", async () => {
    const window = { from: new Date(began).toISOString(), to: new Date(began + 3_600_000).toISOString() };
    const rank = (values, percent) => values[Math.max(1, Math.ceil((percent / 100) * values.length)) - 1];
    for (const field of fields.texts.filter((name) => name !== "trace_id")) {
        const groups = new Map();
        for (const trace of traces)
            for (const value of valuesOf(trace, field)) groups.set(value, [...(groups.get(value) ?? []), trace]);
        const { values } = await server.json(`/v3/traces/facets/${field}?${new URLSearchParams({ ...window, limit: "1000" })}`);
        const counts = new Map(values.map(({ value, count }) => [value, count]));
        assert.deepEqual(counts, new Map(values.map(({ value }) => [value, groups.get(value).length])), field);
        assert.equal(values.length, groups.size, field);

        const compute = ["p50", "p99", "max"].map((op) => ({ metric: "duration_ms", op }));
        const { data } = await post("aggregate", { ...window, group_by: [field], compute, limit: 1000 });
        for (const { group, metrics } of data) {
            const members = group[field] === undefined ? traces.filter((trace) => valuesOf(trace, field).length === 0) : groups.get(group[field]);
            const lengths = members.map((trace) => trace.duration_ms).sort((a, b) => a - b);
            assert.deepEqual(
                metrics,
                { p50_duration_ms: rank(lengths, 50), p99_duration_ms: rank(lengths, 99), max_duration_ms: lengths.at(-1) },
                `${field} ${group[field]}`,
            );
        }
    }
});
