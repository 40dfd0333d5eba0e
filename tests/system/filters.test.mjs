// SPDX-License-Identifier: Apache-2.0
// Random list bodies over 2,000 random sessions, against a reference of its own: which sessions, in which order, how
// many, and whether more follow. SPANREEL_PROPERTY_CASES bodies (300), SPANREEL_SEED to repeat a run.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../harness/server.mjs";
import { matches, sorted } from "../reference/session_filters.mjs";

const cases = Number(process.env.SPANREEL_PROPERTY_CASES ?? 300);
const seed = Number(process.env.SPANREEL_SEED ?? Date.now() % 2 ** 31);
const sessions = [];
const began = Date.now();

let server;
before(async () => (server = await startServer({ listen: { rtmp: "off", "otlp-http": "off", "otlp-grpc": "off" } })));
after(() => server.stop());

// Splitmix32: small, and the same everywhere.
let state = seed | 0;
function below(limit) {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % limit;
}
const pick = (from) => from[below(from.length)];
const some = (most, make) => Array.from({ length: below(most + 1) }, make);
const chance = (oneIn) => below(oneIn) === 0;

const words = ["alpha", "Alpha", "BETA", "beta test", "Straße", "STRASSE", "ärger", "ÄRGER", "100%_", "a.b*c", "日本", "x"];
const numbers = [0, 1, 1.5, 2, 7, 10, 100, 5952, 2072.38];
// Half an hour away from the borders of the windows asked for below, which are whole hours or days from now.
const ages = [0.5, 1.5, 5.5, 23.5, 30.5, 50.5, 24 * 6 + 0.5, 24 * 8 + 0.5, 24 * 40 + 0.5, 24 * 400 + 0.5, 24 * 900 + 0.5];
const agoIso = (hours) => new Date(began - hours * 3_600_000).toISOString();

function randomSession(number) {
    const started = agoIso(pick(ages) + below(3));
    return {
        external_id: `${pick(words)} ${number}`,
        duration: pick(numbers),
        contact_ids: some(2, () => pick(words)),
        billing: { input_cost: pick(numbers), output_cost: pick(numbers), total_cost: pick(numbers) },
        usage: { prompt_tokens: below(20), completion_tokens: below(20), total_tokens: below(40) },
        traces_count: below(4),
        tags: some(3, () => pick(words)),
        started_at: started,
        updated_at: chance(2) ? started : agoIso(pick(ages)),
        ...(chance(2) && { project_id: pick(["p1", "p2"]) }),
        ...(chance(2) && { title: pick(words) }),
        ...(chance(3) && { client: pick(words) }),
        ...(chance(3) && { repo: pick(words) }),
        ...(chance(3) && { kind: pick(["THREAD_KIND_CONVERSATION", "THREAD_KIND_CODING_AGENT"]) }),
    };
}

// Bodies.

const textPaths = ["external_id", "_id", "workspace_id", "project_id", "title", "client", "repo", "kind", "tags", "contact_ids"];
const numberPaths = [
    ...["duration", "traces_count", "billing.input_cost", "billing.output_cost", "billing.total_cost"],
    ...["usage.prompt_tokens", "usage.completion_tokens", "usage.total_tokens"],
];
const datePaths = ["started_at", "updated_at"];
const anyPath = () => pick([textPaths, textPaths, numberPaths, datePaths, ["nowhere", "usage", "tags.x"]].map(pick));

const anyText = () => {
    const session = pick(sessions);
    return pick([pick(words), pick(words).toUpperCase(), pick(words).slice(0, 2), session.external_id, session._id, session.started_at, "7", "1.5", "", "p1"]);
};
const anyScalar = () => pick([anyText(), anyText(), pick(numbers), chance(2)]);
const anyOptions = () => pick([anyText(), some(3, anyScalar), [anyText(), { a: 1 }, null], { a: 1 }, null, undefined, false, 7]);

const textWords = ["is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with", "is_empty", "is_not_empty"];
const orderWords = ["is_greater_than", "is_less_than", "is_greater_than_or_equal_to", "is_less_than_or_equal_to"];
const numberWords = ["equals", "is_not_equal", "is_between", "is_empty", "is_not_empty", ...orderWords];
const dateWords = ["is", "is_before", "is_on_or_before", "is_between", "is_relative_today", "is_relative_time", "is_empty", "is_not_empty"];

function textFilter() {
    const operator = pick(textWords);
    const one = operator.endsWith("_with");
    const value = pick(one ? [anyText(), anyText(), null] : [anyText(), anyText(), some(3, anyText), null]);
    return { type: "string", operator, path: chance(4) ? anyPath() : pick(textPaths), value };
}

function numberFilter() {
    const operator = pick(numberWords);
    const few = operator.startsWith("is_empty") || operator.startsWith("is_not_empty") ? [null, 5] : [pick(numbers)];
    const many = orderWords.includes(operator) ? [[pick(numbers)], null] : [some(3, () => pick(numbers)), null];
    return { type: "number", operator, path: chance(4) ? anyPath() : pick(numberPaths), value: pick([...few, ...few, ...many]) };
}

const customDate = () => pick([agoIso(pick(ages)), agoIso(pick(ages)).slice(0, 10), pick(sessions).started_at, pick(sessions).updated_at]);

function criteria(operator) {
    if (chance(12)) return null;
    if (operator === "is_between")
        return { startDate: chance(3) ? null : customDate(), ...(!chance(3) && { endDate: customDate() }) };
    if (operator === "is_relative_time")
        return { ...(!chance(8) && { unit: pick(["hours_ago", "minutes_ago"]) }), count: chance(8) ? null : pick([0, 60, 180, 1440, 6000]) };
    if (operator === "is_relative_today")
        return {
            ...(!chance(6) && { unit: pick(["day", "week", "month", "year"]) }),
            ...(!chance(6) && { direction: pick(["present", "past"]) }),
            ...(!chance(6) && { count: below(14) }),
        };
    const relativeTime = pick(["today", "yesterday", "one_week_ago", "one_month_ago", "custom_date", undefined, null]);
    return { ...(relativeTime !== undefined && { relativeTime }), ...(!chance(6) && { customDate: customDate() }) };
}

function dateFilter() {
    const operator = pick(dateWords);
    const value = { criteria: criteria(operator), mode: pick(["date", "datetime"]) };
    return { type: "date", operator, path: chance(5) ? anyPath() : pick(datePaths), value };
}

function objectFilter() {
    const filter = pick([textFilter, numberFilter, dateFilter])();
    return { ...filter, type: "object", ...(chance(3) && { options: [], selectedOptionId: null }) };
}

function optionsFilter() {
    if (chance(2)) {
        const operator = pick(["is", "is_not", "is_empty", "is_not_empty"]);
        return { type: "single-value-array", operator, path: anyPath(), value: anyOptions(), options: ["a", 1] };
    }
    const operator = pick(["contains", "does_not_contain", "is_empty", "is_not_empty"]);
    const value = pick([some(3, anyScalar), some(3, anyText), anyText(), anyText(), null, [{ a: 1 }]]);
    return { type: "multi-value-array", operator, path: pick(["tags", "tags", "contact_ids", anyPath()]), value };
}

const oddFilter = () =>
    pick([
        { type: "boolean", operator: "is", path: anyPath(), value: chance(2) },
        { type: "evaluator", operator: "is_less_than", path: "evals.q", value: 3 },
        { type: "evaluator", operator: "is", path: anyPath(), value: { x: 1 } },
    ]);

function richFilter() {
    const make = pick([textFilter, textFilter, numberFilter, numberFilter, dateFilter, dateFilter, objectFilter, optionsFilter, oddFilter]);
    return { name: "n", ...make() };
}

function simpleFilter() {
    const path = anyPath();
    return pick([
        { type: "id", path: pick(["_id", path]), id: pick(sessions)._id },
        { type: "search", value: anyText(), searchPaths: some(3, anyPath) },
        { type: "string", operator: "contains", path, value: anyText() },
        { type: "string", operator: "equals", path, value: anyText() },
        { type: "string_array", operator: "in", path, values: some(4, anyText) },
    ]);
}

function randomBody() {
    return {
        filters: chance(3) ? some(2, simpleFilter) : [],
        ...(!chance(6) && {
            query: { operator: pick(["and", "or"]), ...(chance(5) && { search: anyText() }), filters: some(4, richFilter) },
        }),
        pagination: { limit: 1 + below(60), page: 1 + below(3) },
        sortingProps: some(3, () => ({
            key: pick(["external_id", "title", "client", "kind", "_id", ...numberPaths, ...datePaths]),
            ...(!chance(3) && { direction: pick(["asc", "desc"]) }),
        })),
    };
}

const post = (path, body) => server.json(`/v2/traces/sessions${path}`, { method: "POST", body });

function expected(body, now) {
    const found = sorted(sessions.filter((session) => matches(body, session, now)), body.sortingProps);
    const { limit, page } = body.pagination;
    const rows = found.slice((page - 1) * limit, page * limit).map(({ _id }) => _id);
    return { count: found.length, rows, hasMore: found.length > page * limit };
}

async function check(body) {
    while (true) {
        const sent = Date.now();
        const [page, { count }] = await Promise.all([post("/query", body), post("/count", body)]);
        const seen = { count, rows: page.data.map(({ _id }) => _id), hasMore: page.has_more };
        const wanted = expected(body, sent);
        // Windows that count from now may end while the server answers; then nothing can be said.
        if (JSON.stringify(wanted) !== JSON.stringify(expected(body, Date.now()))) continue;
        assert.deepEqual(seen, wanted, `seed ${seed}: ${JSON.stringify(body)}`);
        return seen.count;
    }
}

test("2,000 random sessions are made", async () => {
    const { _id, workspace_id } = await server.json("/v2/traces/sessions", { method: "POST" });
    assert.equal((await server.fetch(`/v2/sessions/${_id}`, { method: "DELETE" })).status, 204);
    for (let made = 0; made < 2000; made += 50)
        await Promise.all(
            Array.from({ length: 50 }, async (_, i) => {
                const body = randomSession(made + i);
                const session = await server.json("/v2/sessions", { method: "POST", body });
                sessions.push({ ...session, workspace_id });
            }),
        );
    assert.equal((await post("/count", {})).count, 2000);
    assert.deepEqual(
        await server.json("/v2/sessions/tags"),
        [...new Set(sessions.flatMap(({ tags }) => tags))].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
});

test(`${cases} random bodies find what the reference finds`, async (context) => {
    // Sorted by id: what is picked must not hang on the order in which the server answered.
    sessions.sort((a, b) => (a.external_id < b.external_id ? -1 : 1));
    let found = 0;
    for (let done = 0; done < cases; ++done) if ((await check(randomBody())) > 0) ++found;
    context.diagnostic(`${cases} bodies (seed ${seed}), ${found} found something`);
    assert.ok(found > cases / 4, `only ${found} found anything`);
});
