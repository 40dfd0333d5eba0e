// SPDX-License-Identifier: Apache-2.0
// Orq, second generation: the sessions operations of @orq-ai/node on what OpenTelemetry's exporters sent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Orq } from "@orq-ai/node";
import { OrqCore } from "@orq-ai/node/core.js";
import { sessionsCreate } from "@orq-ai/node/funcs/sessionsCreate.js";
import { sessionsDelete } from "@orq-ai/node/funcs/sessionsDelete.js";
import { sessionsGet } from "@orq-ai/node/funcs/sessionsGet.js";
import { sessionsList } from "@orq-ai/node/funcs/sessionsList.js";
import { sessionsUpdate } from "@orq-ai/node/funcs/sessionsUpdate.js";
import { APIError } from "@orq-ai/node/models/errors/apierror.js";
import { ResponseValidationError } from "@orq-ai/node/models/errors/responsevalidationerror.js";

import { childOf, openTelemetry, orq } from "../harness/clients.mjs";
import { run } from "../harness/command.mjs";
import { program, startServer } from "../harness/server.mjs";
import { modelSpan, sendSpans } from "../harness/spans.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const allTime = "SESSION_INTERVAL_ALL_TIME";
const began = Date.UTC(2026, 9, 1, 12, 0, 0, 250);
const at = (milliseconds) => new Date(began + milliseconds);

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const required = (externalId) => ({
    externalId,
    duration: 1234.5,
    contactIds: ["c1", "c2"],
    billing: { inputCost: 0.1, outputCost: 0.2, totalCost: 0.30000000000000004 },
    usage: { promptTokens: 11, completionTokens: 22, totalTokens: 33 },
    tracesCount: 4,
    tags: ["a", "b"],
});
const complete = (externalId) => ({
    ...required(externalId),
    projectId: "p1",
    startedAt: at(0),
    updatedAt: at(5000),
    title: "A talk",
    client: "claude-code",
    repo: "github.com/example/repo",
    kind: "THREAD_KIND_CODING_AGENT",
});

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const isError = (statusCode, message) => (error) => {
    assert.ok(error instanceof APIError, String(error));
    assert.equal(error.statusCode, statusCode);
    assert.equal(error.contentType, "application/json");
    const body = JSON.parse(error.body);
    assert.equal(body.code, String(statusCode));
    assert.match(body.message, message ?? /./);
    return true;
};

async function find(workspace, externalId) {
    const { data } = await orq(workspace).sessions.list({ filters: { interval: allTime }, limit: 1000 });
    return data.find((session) => session.externalId === externalId);
}

async function list(workspace, request) {
    const { filters, ...page } = request;
    const answer = await orq(workspace).sessions.list({ filters: { interval: allTime, ...filters }, ...page });
    return { names: answer.data.map((session) => session.externalId), hasMore: answer.hasMore };
}

for (const encoding of ["protobuf", "json"]) {
    test(`Thread: exact values of a session made by GenAI spans in ${encoding}`, async () => {
        const workspace = await newWorkspace(server);
        const { tracer, flush, shutdown } = openTelemetry(workspace, { encoding });
        const turn = (offset, user, tags) => {
            const agent = tracer.startSpan("invoke_agent", {
                startTime: at(offset),
                attributes: {
                    "gen_ai.operation.name": "invoke_agent",
                    "gen_ai.conversation.id": "talk",
                    "gen_ai.usage.input_tokens": 1300,
                    "gen_ai.usage.output_tokens": 70,
                    "user.id": user,
                    "orq.tags": tags,
                },
            });
            const chat = childOf(agent, tracer, "chat", {
                startTime: at(offset + 10),
                attributes: {
                    "gen_ai.operation.name": "chat",
                    "gen_ai.request.model": "gpt-4o",
                    "gen_ai.usage.input_tokens": 1000,
                    "gen_ai.usage.cache_read.input_tokens": 200,
                    "gen_ai.usage.output_tokens": 50,
                },
            });
            chat.end(at(offset + 400));
            const mini = childOf(agent, tracer, "chat", {
                startTime: at(offset + 500),
                attributes: {
                    "gen_ai.operation.name": "chat",
                    "gen_ai.request.model": "gpt-4o-mini",
                    "gen_ai.usage.input_tokens": 300,
                    "gen_ai.usage.output_tokens": 20,
                },
            });
            mini.end(at(offset + 900));
            agent.end(at(offset + 1000));
        };
        turn(0, "ann", ["one", "two"]);
        turn(5000, "bob", ["two", "three"]);
        const sent = Date.now();
        await flush();
        await shutdown();

        const session = await find(workspace, "talk");
        const { updatedAt, ...rest } = session;
        assert.match(session.id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
        assert.ok(Math.abs(updatedAt - sent) < 60_000);
        assert.deepEqual(defined(rest), {
            id: session.id,
            externalId: "talk",
            duration: 6000,
            contactIds: ["ann", "bob"],
            // A turn: 800 x 2.5 + 200 x 1.25 + 300 x 0.15 in, 50 x 10 + 20 x 0.6 out, in USD a million tokens.
            billing: { inputCost: 0.00459, outputCost: 0.001024, totalCost: 0.005614 },
            usage: { promptTokens: 2600, completionTokens: 140, totalTokens: 2740 },
            tracesCount: 2,
            tags: ["one", "two", "three"],
            startedAt: at(0),
        });
        assert.deepEqual(await orq(workspace).sessions.get({ sessionId: session.id }), session);
    });

    test(`Thread: exact values of a session made by OpenInference spans in ${encoding}`, async () => {
        const workspace = await newWorkspace(server);
        const { tracer, flush, shutdown } = openTelemetry(workspace, { encoding });
        const common = { "session.id": "inference", "user.id": "eve", "tag.tags": ["x", "y"] };
        const chain = tracer.startSpan("chain", {
            startTime: at(0),
            attributes: { ...common, "openinference.span.kind": "CHAIN" },
        });
        const model = childOf(chain, tracer, "llm", {
            startTime: at(100),
            attributes: {
                ...common,
                "openinference.span.kind": "LLM",
                "llm.model_name": "a model without a price",
                "llm.token_count.prompt": 70,
                "llm.token_count.completion": 30,
                "llm.token_count.total": 100,
                "llm.cost.prompt": 0.007,
                "llm.cost.completion": 0.0061,
                "llm.cost.total": 0.0131,
            },
        });
        model.end(at(2000));
        chain.end([Math.trunc(began / 1000) + 2, 750_500_000]);
        await flush();
        await shutdown();
        const { id, updatedAt, ...rest } = await find(workspace, "inference");
        assert.deepEqual(defined(rest), {
            externalId: "inference",
            duration: 2500.5,
            contactIds: ["eve"],
            billing: { inputCost: 0.007, outputCost: 0.0061, totalCost: 0.0131 },
            usage: { promptTokens: 70, completionTokens: 30, totalTokens: 100 },
            tracesCount: 1,
            tags: ["x", "y"],
            startedAt: at(0),
        });
    });
}

test("POST /v2/sessions: create answers 200 with what was given, and get gives it back", async () => {
    const { sessions } = orq(await newWorkspace(server));
    const given = complete("made");
    const made = await sessions.create(given);
    const { id, ...shown } = made;
    assert.deepEqual(shown, given);
    assert.deepEqual(await sessions.get({ sessionId: id }), made);
});

test("POST /v2/sessions: started_at and updated_at absent are the server's now", async () => {
    const { sessions } = orq(await newWorkspace(server));
    const from = Date.now();
    const { startedAt, updatedAt, ...made } = await sessions.create(required("defaults"));
    assert.deepEqual(defined(made), { id: made.id, ...required("defaults") });
    assert.equal(startedAt.getTime(), updatedAt.getTime());
    assert.ok(startedAt >= from && startedAt <= Date.now());
});

test("PATCH /v2/sessions/{session_id}: merge by top-level key, billing and usage replaced whole", async () => {
    const { sessions } = orq(await newWorkspace(server));
    const given = complete("before");
    const { id } = await sessions.create(given);
    const updated = await sessions.update({
        sessionId: id,
        updateThreadRequest: {
            externalId: "after",
            usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 },
            title: "Another",
            updatedAt: at(9000),
        },
    });
    const expected = {
        id,
        ...given,
        externalId: "after",
        usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 },
        title: "Another",
        updatedAt: at(9000),
    };
    assert.deepEqual(updated, expected);
    assert.deepEqual(await sessions.get({ sessionId: id }), expected);
});

test("updated_at: an empty PATCH changes nothing, any other is now unless it says", async () => {
    const { sessions } = orq(await newWorkspace(server));
    const made = await sessions.create(complete("times"));
    assert.deepEqual(await sessions.update({ sessionId: made.id, updateThreadRequest: {} }), made);
    const from = Date.now();
    const { updatedAt } = await sessions.update({ sessionId: made.id, updateThreadRequest: { tags: ["z"] } });
    assert.ok(updatedAt >= from && updatedAt <= Date.now());
});

test("Thread-update: clear_tags, clear_contact_ids and empty lists", async () => {
    const { sessions } = orq(await newWorkspace(server));
    const { id } = await sessions.create(required("lists"));
    const update = (updateThreadRequest) => sessions.update({ sessionId: id, updateThreadRequest });
    assert.deepEqual((await update({ clearTags: true })).tags, []);
    assert.deepEqual((await update({ tags: ["again"] })).tags, ["again"]);
    assert.deepEqual((await update({ tags: [] })).tags, []);
    assert.deepEqual((await update({ clearContactIds: true })).contactIds, []);
    await assert.rejects(update({ clearTags: true, tags: ["x"] }), isError(400, /clear_tags/));
    await assert.rejects(update({ clearContactIds: true, contactIds: [] }), isError(400, /clear_contact_ids/));
});

test("DELETE /v2/sessions/{session_id}: 204, then 404 everywhere", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    const { id } = await sessions.create(required("gone"));
    assert.equal(await sessions.delete({ sessionId: id }), undefined);
    await assert.rejects(sessions.get({ sessionId: id }), isError(404));
    await assert.rejects(sessions.delete({ sessionId: id }), isError(404));
    await assert.rejects(sessions.update({ sessionId: id, updateThreadRequest: { title: "x" } }), isError(404));
    assert.deepEqual(await list(workspace, {}), { names: [], hasMore: false });
});

test("standalone functions: create, get, update, list, delete, and an error as a value", async () => {
    const workspace = await newWorkspace(server);
    const core = new OrqCore({ apiKey: workspace.key, serverURL: workspace.url });
    const made = await sessionsCreate(core, required("standalone"));
    assert.ok(made.ok);
    const sessionId = made.value.id;
    assert.deepEqual((await sessionsGet(core, { sessionId })).value, made.value);
    const updated = await sessionsUpdate(core, { sessionId, updateThreadRequest: { title: "t" } });
    assert.equal(updated.value.title, "t");
    const page = await sessionsList(core, { filters: { interval: allTime } });
    assert.deepEqual(page.value, { object: "list", data: [updated.value], hasMore: false });
    assert.deepEqual(await sessionsDelete(core, { sessionId }), { ok: true, value: undefined });
    const gone = await sessionsGet(core, { sessionId });
    assert.equal(gone.ok, false);
    assert.ok(isError(404)(gone.error));
});

test("duplicate external_id in one project: 409 naming the existing _id, free in another project", async () => {
    const { sessions } = orq(await newWorkspace(server));
    const first = await sessions.create(required("taken"));
    await assert.rejects(sessions.create(required("taken")), isError(409, new RegExp(first.id)));
    const elsewhere = await sessions.create({ ...required("taken"), projectId: "other" });
    const patch = (updateThreadRequest) => sessions.update({ sessionId: elsewhere.id, updateThreadRequest });
    await assert.rejects(patch({ projectId: "" }), isError(409, new RegExp(first.id)));
    assert.deepEqual(await sessions.get({ sessionId: elsewhere.id }), elsewhere);
});

test("errors: 401 for no key and a wrong key, as the HonoApiError shape", async () => {
    for (const apiKey of ["", "sk_wrong"]) {
        const { sessions } = orq(server, { apiKey });
        await assert.rejects(sessions.get({ sessionId: "x" }), isError(401));
        await assert.rejects(sessions.list({ filters: { interval: allTime } }), isError(401));
        await assert.rejects(sessions.create(required("x")), isError(401));
        await assert.rejects(sessions.delete({ sessionId: "x" }), isError(401));
    }
});

test("errors: an id that is no ULID, of nobody or of another workspace is 404", async () => {
    const { sessions } = orq(await newWorkspace(server));
    const { id } = await orq(await newWorkspace(server)).sessions.create(required("theirs"));
    for (const sessionId of [id, "<id>", "a/b é?#%", "01JD00000000000000000000AA"]) {
        await assert.rejects(sessions.get({ sessionId }), isError(404));
        await assert.rejects(sessions.delete({ sessionId }), isError(404));
        await assert.rejects(sessions.update({ sessionId, updateThreadRequest: {} }), isError(404));
    }
});

test("malformed or wrong-typed body: 400 that names the field, nothing stored", async () => {
    const workspace = await newWorkspace(server);
    const good = {
        external_id: "x",
        duration: 1,
        contact_ids: [],
        billing: { input_cost: 1, output_cost: 1, total_cost: 2 },
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
        traces_count: 1,
        tags: [],
    };
    const post = async (body) => {
        const answer = await workspace.fetch("/v2/sessions", { method: "POST", body });
        return [answer.status, (await answer.json()).message];
    };
    const refused = {
        external_id: { external_id: 5 },
        duration: { duration: "1" },
        contact_ids: { contact_ids: null },
        tags: { tags: [1] },
        traces_count: { traces_count: 1.5 },
        "usage.prompt_tokens": { usage: { ...good.usage, prompt_tokens: 1.5 } },
        "billing.total_cost": { billing: { input_cost: 1, output_cost: 1 } },
        started_at: { started_at: "yesterday" },
        kind: { kind: "THREAD_KIND_OTHER" },
    };
    for (const [field, change] of Object.entries(refused)) {
        const [status, message] = await post({ ...good, ...change });
        assert.equal(status, 400, field);
        assert.ok(message.includes(field), `${field}: ${message}`);
    }
    for (const field of Object.keys(good)) {
        const { [field]: left, ...rest } = good;
        const [status, message] = await post(rest);
        assert.equal(status, 400, field);
        assert.ok(message.includes(field), message);
    }
    assert.equal((await post('{"external_id":'))[0], 400);
    assert.equal((await post("[]"))[0], 400);
    assert.deepEqual((await list(workspace, {})).names, []);
});

test("what the server must never do: dates as YYYY-MM-DDTHH:MM:SS.mmmZ, integers as JSON numbers, no null", async () => {
    const workspace = await newWorkspace(server);
    const { id } = await orq(workspace).sessions.create(required("wire"));
    const answer = await workspace.fetch(`/v2/sessions/${id}`);
    assert.equal(answer.headers.get("content-type").split(";")[0], "application/json");
    const text = await answer.text();
    const session = JSON.parse(text);
    assert.match(session.started_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(session.updated_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(!text.includes("null"));
    assert.match(text, /"prompt_tokens":11[,}]/);
    assert.match(text, /"traces_count":4[,}]/);
});

test("Thread-query: pages in the default order, newest started_at first, has_more exact", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    for (const n of [3, 1, 5, 2, 4]) await sessions.create({ ...required(`s${n}`), startedAt: at(n * 1000) });
    assert.deepEqual(await list(workspace, {}), { names: ["s5", "s4", "s3", "s2", "s1"], hasMore: false });
    assert.deepEqual(await list(workspace, { limit: 2 }), { names: ["s5", "s4"], hasMore: true });
    assert.deepEqual(await list(workspace, { limit: 2, page: 2 }), { names: ["s3", "s2"], hasMore: true });
    assert.deepEqual(await list(workspace, { limit: 2, page: 3 }), { names: ["s1"], hasMore: false });
    assert.deepEqual(await list(workspace, { limit: 5, page: 1 }), { names: ["s5", "s4", "s3", "s2", "s1"], hasMore: false });
    assert.deepEqual(await list(workspace, { limit: 2, page: 4 }), { names: [], hasMore: false });
    assert.equal((await list(workspace, { limit: 5000 })).names.length, 5);
    for (const bad of [{ limit: 0 }, { page: 0 }, { page: -1 }])
        await assert.rejects(list(workspace, bad), isError(400, new RegExp(Object.keys(bad)[0])));
});

test("Thread-query: filters.tags (any of them), project_id, client, repo, kind, and-ed", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    const make = (name, n, more) => sessions.create({ ...required(name), tags: [], startedAt: at(n * 1000), ...more });
    await make("plain", 1, {});
    await make("talk", 2, { tags: ["red", "Blue"], kind: "THREAD_KIND_CONVERSATION", client: "web" });
    await make("code", 3, { tags: ["blue"], kind: "THREAD_KIND_CODING_AGENT", client: "cli", repo: "r" });
    await make("part", 4, { tags: ["red"], projectId: "p" });
    const names = async (filters) => (await list(workspace, { filters })).names;
    assert.deepEqual(await names({ tags: ["red"] }), ["part", "talk"]);
    assert.deepEqual(await names({ tags: ["blue", "red"] }), ["part", "code", "talk"]);
    assert.deepEqual(await names({ tags: ["blu"] }), []);
    assert.deepEqual(await names({ kind: "THREAD_KIND_CODING_AGENT" }), ["code"]);
    assert.deepEqual(await names({ kind: "THREAD_KIND_UNSPECIFIED" }), ["part", "code", "talk", "plain"]);
    assert.deepEqual(await names({ client: "web" }), ["talk"]);
    assert.deepEqual(await names({ repo: "r" }), ["code"]);
    assert.deepEqual(await names({ projectId: "p" }), ["part"]);
    assert.deepEqual(await names({ tags: ["red"], client: "web" }), ["talk"]);
    assert.deepEqual(await names({ tags: ["red"], client: "cli" }), []);
});

test("B interval: a window on activity ending now; start_date and end_date override it", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    const minutes = 60_000;
    const days = 24 * 60 * minutes;
    const now = Date.now();
    const make = (name, age) =>
        sessions.create({ ...required(name), startedAt: new Date(now - age), updatedAt: new Date(now - age) });
    const made = {
        "20 minutes": 20 * minutes,
        "50 minutes": 50 * minutes,
        "5 hours": 300 * minutes,
        "20 hours": 1200 * minutes,
        "2 days": 2 * days,
        "6 days": 6 * days,
        "13 days": 13 * days,
        "29 days": 29 * days,
        "89 days": 89 * days,
        "91 days": 91 * days,
    };
    for (const [name, age] of Object.entries(made)) await make(name, age);
    const intervals = ["30_MINUTES", "1_HOUR", "6_HOURS", "24_HOURS", "3_DAYS", "7_DAYS", "14_DAYS", "1_MONTH", "3_MONTHS"];
    const names = Object.keys(made);
    for (const [index, interval] of intervals.entries())
        assert.deepEqual(
            (await list(workspace, { filters: { interval: `SESSION_INTERVAL_LAST_${interval}` } })).names,
            names.slice(0, index + 1),
            interval,
        );
    for (const interval of ["ALL_TIME", "UNSPECIFIED"])
        assert.deepEqual((await list(workspace, { filters: { interval: `SESSION_INTERVAL_${interval}` } })).names, names);
    const between = {
        interval: "SESSION_INTERVAL_LAST_1_HOUR",
        startDate: String(now - 7 * days),
        endDate: String(now - 1 * days),
    };
    assert.deepEqual((await list(workspace, { filters: between })).names, ["2 days", "6 days"]);
    const open = { interval: allTime, startDate: String(now - 30 * minutes) };
    assert.deepEqual((await list(workspace, { filters: open })).names, ["20 minutes"]);
    await assert.rejects(list(workspace, { filters: { startDate: "yesterday" } }), isError(400, /start_date/));
});

test("list requests: a body without interval is as ALL_TIME, no body is the first page", async () => {
    const workspace = await newWorkspace(server);
    await orq(workspace).sessions.create(required("one"));
    for (const body of [undefined, "{}", '{"filters":{}}']) {
        const page = await workspace.json("/v2/sessions/query", {
            method: "POST",
            body,
            headers: { "content-type": "application/json" },
        });
        assert.equal(page.object, "list");
        assert.deepEqual(page.data.map((session) => session.external_id), ["one"]);
    }
});

test("A and B: one store, each in its own shape", async () => {
    const workspace = await newWorkspace(server);
    const made = await orq(workspace).sessions.create(complete("both"));
    const first = await workspace.json(`/v2/traces/sessions/${made.id}`);
    assert.ok(first.workspace_id);
    assert.equal(first.project_id, "p1");
    assert.equal(first.external_id, "both");
    assert.deepEqual(Object.keys(first).filter((key) => ["title", "client", "repo", "kind"].includes(key)), []);
    await workspace.fetch(`/v2/traces/sessions/${made.id}`, {
        method: "PATCH",
        body: { project_id: null, usage: { prompt_tokens: 1.5, completion_tokens: 2.4, total_tokens: 3.9 } },
    });
    const second = await orq(workspace).sessions.get({ sessionId: made.id });
    assert.equal(second.projectId, undefined);
    assert.equal(second.title, "A talk");
    assert.deepEqual(second.usage, { promptTokens: 2, completionTokens: 2, totalTokens: 4 });
});

test("what a key sees: a key of a project sees and makes sessions of that project only", async () => {
    const everything = await newWorkspace(server);
    const blue = await withKey(everything, { project: "blue" });
    const green = await withKey(everything, { project: "green" });
    const plain = await orq(everything).sessions.create(required("plain"));
    const made = await orq(blue).sessions.create(required("made"));
    assert.equal(made.projectId, "blue");
    await sendSpans(green, [modelSpan({ session: "sent" })]);
    assert.deepEqual((await list(everything, {})).names.sort(), ["made", "plain", "sent"]);
    assert.deepEqual((await list(blue, {})).names, ["made"]);
    assert.deepEqual((await list(green, {})).names, ["sent"]);
    await assert.rejects(orq(green).sessions.get({ sessionId: made.id }), isError(404));
    await assert.rejects(orq(blue).sessions.delete({ sessionId: plain.id }), isError(404));
});

test("key revocation: a revoked key is refused at once", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    await sessions.create(required("x"));
    const of = ["--data-dir", server.dataDir, "--workspace", workspace.workspace];
    const keys = (await run(program, ["key", "list", ...of])).stdout.toString();
    await run(program, ["key", "revoke", "--id", keys.split("\n")[1].split(" ")[0], ...of]);
    await assert.rejects(sessions.list({ filters: { interval: allTime } }), isError(401));
});

test("getCount: all matches, limit and page ignored", async () => {
    const { sessions } = orq(await newWorkspace(server));
    for (const name of ["one", "two", "three"]) await sessions.create({ ...required(name), tags: [name, "all"] });
    assert.deepEqual(await sessions.getCount({ filters: { interval: allTime } }), { count: 3 });
    assert.deepEqual(await sessions.getCount({ filters: { interval: allTime }, limit: 1, page: 7 }), { count: 3 });
    assert.deepEqual(await sessions.getCount({ filters: { interval: allTime, tags: ["one", "two"] } }), { count: 2 });
});

test("listTags: unique, sorted, of the workspace and of what the key sees", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = orq(workspace);
    assert.deepEqual(await sessions.listTags(), []);
    await sessions.create({ ...required("one"), tags: ["b", "a", "B"] });
    await sessions.create({ ...required("two"), tags: ["b", "c"], projectId: "p" });
    assert.deepEqual(await sessions.listTags(), ["B", "a", "b", "c"]);
    assert.deepEqual(await orq(await withKey(workspace, { project: "p" })).sessions.listTags(), ["b", "c"]);
    assert.deepEqual(await orq(await newWorkspace(server)).sessions.listTags(), []);
});

test("tags, query and count are no ids: GET of tags lists tags, the others are 404", async () => {
    const { sessions } = orq(await newWorkspace(server));
    await sessions.create({ ...required("x"), tags: ["only"] });
    await assert.rejects(sessions.get({ sessionId: "tags" }), ResponseValidationError);
    for (const sessionId of ["query", "count"]) await assert.rejects(sessions.get({ sessionId }), isError(404));
});

test("unknown keys of a body are ignored in the second generation: create, update, list", async () => {
    const workspace = await newWorkspace(server);
    const { id, ...made } = await orq(workspace).sessions.create(required("known"));
    const send = (method, path, body) => workspace.json(`/v2/sessions${path}`, { method, body });
    const wire = await send("PATCH", `/${id}`, { made_up: 1, workspace_id: "w", _id: "i" });
    assert.deepEqual([wire._id, wire.external_id, wire.made_up], [id, made.externalId, undefined]);
    const again = await send("POST", "", { ...wire, external_id: "again", made_up: 1 });
    assert.notEqual(again._id, id);
    const page = await send("POST", "/query", { made_up: 1, filters: { made_up: 1 } });
    assert.deepEqual(page.data.map((session) => session.external_id).sort(), ["again", "known"]);
});

test("URL prefix and redirects: trailing slashes of serverURL do not matter", async () => {
    const workspace = await newWorkspace(server);
    const { sessions } = new Orq({ apiKey: workspace.key, serverURL: `${workspace.url}///` });
    const made = await sessions.create(required("slashes"));
    assert.deepEqual(await sessions.get({ sessionId: made.id }), made);
});
