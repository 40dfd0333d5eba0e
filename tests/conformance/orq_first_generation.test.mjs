// SPDX-License-Identifier: Apache-2.0
// Orq, first generation: what its SDK puts on the wire, replayed with the recorded headers and bodies byte for byte,
// and the answers held against the schemas that SDK checks. Only the key and the id of a session are put in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { named, recorded, recordedId, replay as replayRecorded } from "../harness/recorded.mjs";
import { startServer } from "../harness/server.mjs";
import { emptySession } from "../harness/sessions.mjs";
import { modelSpan, sendSpans } from "../harness/spans.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";
import { matches } from "../reference/session_filters.mjs";

const headers = recorded[1].headers;

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const replayed = new Set();

/** As the harness replays it, remembered for the last test. */
function replay(workspace, call, id) {
    replayed.add(call.call);
    return replayRecorded(workspace, call, id);
}

/** A list or create whose body is not among the recorded ones, with their headers. */
function post(workspace, path, body) {
    const length = String(Buffer.byteLength(JSON.stringify(body)));
    return replay(workspace, { method: "POST", path, headers: { ...headers, "content-length": length }, body });
}
const query = (workspace, body) => post(workspace, "/v2/traces/sessions/query", { filters: [], ...body });

const isDate = (text) => assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const isTexts = (values) => assert.ok(Array.isArray(values) && values.every((value) => typeof value === "string"));
const isNumbers = (object, ...names) => {
    for (const name of names) assert.equal(typeof object[name], "number", name);
};

function assertSession(session) {
    for (const name of ["_id", "external_id", "workspace_id"]) assert.equal(typeof session[name], "string", name);
    isNumbers(session, "duration", "traces_count");
    isNumbers(session.billing, "input_cost", "output_cost", "total_cost");
    isNumbers(session.usage, "prompt_tokens", "completion_tokens", "total_tokens");
    isTexts(session.contact_ids);
    isTexts(session.tags);
    assert.ok(session.project_id === null || typeof session.project_id === "string");
    isDate(session.started_at);
    isDate(session.updated_at);
}

function assertOk({ status, type, body }) {
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(type.split(";")[0], "application/json");
    return body;
}

function assertPage(answer) {
    const page = assertOk(answer);
    assert.deepEqual(Object.keys(page).sort(), ["data", "has_more", "object"]);
    assert.equal(page.object, "list");
    assert.equal(typeof page.has_more, "boolean");
    page.data.forEach(assertSession);
    return page;
}

/** The shape of HonoApiError. */
function assertError({ status, type, body }, expected, message = /./) {
    assert.equal(status, expected, JSON.stringify(body));
    assert.equal(type.split(";")[0], "application/json");
    assert.equal(body.code, String(expected));
    assert.match(body.message, message);
}

const withoutServerFields = ({ _id, workspace_id, ...session }) => session;

/** A workspace with sessions s1, s2, ... in which s1 is the oldest; `more` gives further fields of each. */
async function workspaceWith(...more) {
    const workspace = await newWorkspace(server);
    const ids = {};
    for (const [index, fields] of more.entries()) {
        const name = `s${index + 1}`;
        const body = {
            ...emptySession,
            external_id: name,
            duration: 1,
            started_at: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
            ...fields,
        };
        ids[name] = assertOk(await post(workspace, "/v2/traces/sessions", body))._id;
    }
    return { workspace, ids };
}

const names = (page) => page.data.map((session) => session.external_id);

test("create without body: 200 with defaults", async () => {
    const workspace = await newWorkspace(server);
    const from = Date.now();
    const session = assertOk(await replay(workspace, named("create()")));
    assertSession(session);
    const { _id, workspace_id, started_at, updated_at, ...rest } = session;
    assert.deepEqual(rest, {
        external_id: _id,
        duration: 0,
        contact_ids: [],
        billing: { input_cost: 0, output_cost: 0, total_cost: 0 },
        usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
        traces_count: 0,
        tags: [],
        project_id: null,
    });
    assert.equal(started_at, updated_at);
    assert.ok(Date.parse(started_at) >= from && Date.parse(started_at) <= Date.now());
});

for (const name of ["create(required)", "create(all)", "create(projectId null)"]) {
    test(`Session-create: ${name} reads back bit for bit, fractions too`, async () => {
        const workspace = await newWorkspace(server);
        const call = named(name);
        const made = assertOk(await replay(workspace, call));
        assertSession(made);
        const { started_at, updated_at } = made;
        assert.deepEqual(withoutServerFields(made), { project_id: null, started_at, updated_at, ...call.body });
        assert.deepEqual(assertOk(await replay(workspace, named(`get(${recordedId})`), made._id)), made);
    });
}

test("duplicate external_id: 409 naming the existing _id", async () => {
    const workspace = await newWorkspace(server);
    const made = assertOk(await replay(workspace, named("create(required)")));
    assertError(await replay(workspace, named("create(projectId null)")), 409, new RegExp(made._id));
    assertOk(await replay(workspace, named("create(all)"))); // in project p1
});

test("a body that is present but lacks a required field is 400", async () => {
    const workspace = await newWorkspace(server);
    assertError(await post(workspace, "/v2/traces/sessions", {}), 400, /external_id/);
    assert.deepEqual(assertPage(await query(workspace, {})).data, []);
});

test("get: path ids are percent-encoded as one segment, unknown ones are 404 as HonoApiError", async () => {
    const workspace = await newWorkspace(server);
    const calls = recorded.filter(({ call }) => call.startsWith("get("));
    assert.equal(calls.length, 3);
    for (const call of calls) assertError(await replay(workspace, call), 404);
});

test("query and count are words for POST only: a GET of them is 404 as of any unknown id", async () => {
    const workspace = await newWorkspace(server);
    await replay(workspace, named("create()"));
    for (const word of ["query", "count"]) {
        assertError(await replay(workspace, named(`get(${recordedId})`), word), 404);
        assertError(await replay(workspace, named("delete(id)"), word), 404);
        assertError(await replay(workspace, named("update(id)"), word), 404);
    }
});

test("unknown keys of a body are ignored: create, update, list", async () => {
    const workspace = await newWorkspace(server);
    const body = { ...named("create(required)").body, made_up: { deep: [1] } };
    const made = assertOk(await post(workspace, "/v2/traces/sessions", body));
    assert.equal(made.made_up, undefined);
    const update = { ...named("update(id, {})"), body: { made_up: 1 }, headers: { ...headers, "content-length": "13" } };
    assert.deepEqual(assertOk(await replay(workspace, update, made._id)), made);
    const filters = [{ type: "id", path: "_id", id: made._id, made_up: 1 }];
    assert.deepEqual(names(assertPage(await query(workspace, { made_up: 1, filters }))), [made.external_id]);
});

test("Session-update: no body, {}, some fields, all fields", async () => {
    const workspace = await newWorkspace(server);
    const made = assertOk(await replay(workspace, named("create(all)")));
    const update = async (name) => {
        const session = assertOk(await replay(workspace, named(name), made._id));
        assertSession(session);
        assert.deepEqual(assertOk(await replay(workspace, named(`get(${recordedId})`), made._id)), session);
        return session;
    };
    assert.deepEqual(await update("update(id)"), made);
    assert.deepEqual(await update("update(id, {})"), made);
    const some = await update("update(id, some)");
    const { updated_at } = some;
    assert.deepEqual(some, { ...made, ...named("update(id, some)").body, updated_at });
    const everything = await update("update(id, all)");
    const { _id, workspace_id, ...given } = named("update(id, all)").body;
    assert.deepEqual(everything, { ...made, ...given, _id: made._id, workspace_id: made.workspace_id });
});

test("delete: 204, twice 404; update of nobody 404", async () => {
    const workspace = await newWorkspace(server);
    const made = assertOk(await replay(workspace, named("create()")));
    const gone = await replay(workspace, named("delete(id)"), made._id);
    assert.deepEqual([gone.status, gone.body], [204, ""]);
    for (const name of ["delete(id)", "update(id)", "update(id, some)", `get(${recordedId})`])
        assertError(await replay(workspace, named(name), made._id), 404);
});

const listed = recorded.filter(({ call, path }) => path === "/v2/traces/sessions/query" && !/lastId|firstId/.test(call));

for (const call of listed.filter(({ body }) => !body?.query?.filters?.length)) {
    test(`Sessions page: ${call.call}`, async () => {
        const { workspace } = await workspaceWith({ external_id: "conv-v", tags: ["a"] }, {});
        const found = {
            "list pagination page limit": [],
            "list filter id": [],
            "list filter search": ["conv-v"],
            "list filter string contains": ["conv-v"],
            "list filter string equals": [],
            "list filter string_array in": ["conv-v"],
            "list query search": ["conv-v"],
            "list sortingProps": ["conv-v", "s2"],
        };
        const page = assertPage(await replay(workspace, call));
        assert.deepEqual(names(page), found[call.call] ?? ["s2", "conv-v"]);
        assert.equal(page.has_more, false);
    });
}

// The calls with `query.filters`, of which two windows hang on the day on which they are asked.
const filtered = listed.filter(({ body }) => body?.query?.filters?.length);
const onlyFirst = [
    ...["string contains", "string ends_with", "object text"],
    ...["multi-value-array contains", "multi-value-array is_not_empty"],
];
const onlySecond = [
    ...["string does_not_contain", "date is", "multi-value-array does_not_contain", "multi-value-array is_empty"],
];
const neither = [
    ...["string is", "string starts_with", "string is_empty"],
    ...["number equals", "number is_greater_than", "number is_greater_than_or_equal_to", "number is_empty"],
    ...["date is_empty", "boolean is true", "boolean is false", "boolean no value"],
    ...["single-value-array is text", "single-value-array is array", "single-value-array is_empty"],
    ...["object value object", "evaluator number", "evaluator other", "or, hideOperators"],
];

test("query.filters: 52 recorded calls", () => assert.equal(filtered.length, 52));

for (const call of filtered) {
    test(`Sessions page: ${call.call}`, async () => {
        const { workspace } = await workspaceWith({ external_id: "conv-v", tags: ["a"] }, {});
        const page = assertPage(await replay(workspace, call));
        const all = assertPage(await query(workspace, {})).data;
        const name = call.call.replace("list query ", "");
        let found = ["s2", "conv-v"];
        if (onlyFirst.includes(name)) found = ["conv-v"];
        if (onlySecond.includes(name)) found = ["s2"];
        if (neither.includes(name)) found = [];
        if (name.includes("relative"))
            found = all.filter((session) => matches(call.body, session, Date.now())).map((one) => one.external_id);
        assert.deepEqual(names(page), found);
        const { count } = assertOk(await post(workspace, "/v2/traces/sessions/count", call.body));
        assert.equal(count, found.length);
    });
}

test("count: all matches, pagination ignored; without a body all sessions", async () => {
    const { workspace } = await workspaceWith({ tags: ["a"] }, { tags: ["a"] }, {});
    assert.deepEqual(assertOk(await replay(workspace, named("count()"))), { count: 3 });
    assert.deepEqual(assertOk(await replay(workspace, named("count(filters [])"))), { count: 3 });
    const filters = [{ type: "string", operator: "equals", path: "tags", value: "a" }];
    const body = { filters, pagination: { limit: 1, page: 9 } };
    assert.deepEqual(assertOk(await post(workspace, "/v2/traces/sessions/count", body)), { count: 2 });
});

test("lastId / firstId: rows after, or just before, a row", async () => {
    const { workspace, ids } = await workspaceWith({}, {}, {}, {}, {});
    const ask = async (name, id) => {
        const page = assertPage(await replay(workspace, named(name), id));
        return [names(page), page.has_more];
    };
    assert.deepEqual(await ask("list pagination lastId", ids.s4), [["s3", "s2", "s1"], false]);
    assert.deepEqual(await ask("list pagination lastId", ids.s1), [[], false]);
    assert.deepEqual(await ask("list pagination firstId", ids.s3), [["s5", "s4"], true]);
    const two = async (pagination) => {
        const page = assertPage(await query(workspace, { pagination: { limit: 2, ...pagination } }));
        return [names(page), page.has_more];
    };
    assert.deepEqual(await two({ lastId: ids.s5 }), [["s4", "s3"], true]);
    assert.deepEqual(await two({ lastId: ids.s5, page: 7 }), [["s4", "s3"], true]);
    assert.deepEqual(await two({ firstId: ids.s1 }), [["s3", "s2"], true]);
    assert.deepEqual(await two({ firstId: ids.s5 }), [[], true]);
    assertError(await replay(workspace, named("list pagination lastId")), 400, /lastId|session/);
    assertError(await query(workspace, { pagination: { lastId: ids.s1, firstId: ids.s2 } }), 400, /firstId|lastId/);
});

test("page and limit: 50 when absent, 400 below 1 or no integer, above 1000 is 1000", async () => {
    const { workspace } = await workspaceWith({}, {}, {});
    const two = assertPage(await query(workspace, { pagination: { page: 1, limit: 2 } }));
    assert.deepEqual([names(two), two.has_more], [["s3", "s2"], true]);
    const rest = assertPage(await query(workspace, { pagination: { page: 2, limit: 2 } }));
    assert.deepEqual([names(rest), rest.has_more], [["s1"], false]);
    assert.equal(assertPage(await query(workspace, { pagination: { limit: 1001 } })).data.length, 3);
    for (const pagination of [{ limit: 0 }, { limit: 1.5 }, { page: 0 }, { page: 1.5 }, { page: -3 }])
        assertError(await query(workspace, { pagination }), 400, new RegExp(Object.keys(pagination)[0]));
});

test("sortingProps: applied in order, dots for nesting, direction default asc, unknown key 400", async () => {
    const cost = (total_cost) => ({ billing: { input_cost: 0, output_cost: 0, total_cost } });
    const { workspace } = await workspaceWith(
        { ...cost(2), duration: 5 },
        { ...cost(1), duration: 7 },
        { ...cost(2), duration: 3 },
        { ...cost(0.5), duration: 9 },
    );
    const sorted = async (...sortingProps) => names(assertPage(await query(workspace, { sortingProps })));
    assert.deepEqual(await sorted({ key: "duration" }), ["s3", "s1", "s2", "s4"]);
    assert.deepEqual(await sorted({ key: "duration", direction: "desc" }), ["s4", "s2", "s1", "s3"]);
    assert.deepEqual(
        await sorted({ key: "billing.total_cost", direction: "desc" }, { key: "external_id" }),
        ["s1", "s3", "s2", "s4"],
    );
    assert.deepEqual(
        await sorted({ key: "billing.total_cost" }, { key: "duration", direction: "desc" }),
        ["s4", "s2", "s1", "s3"],
    );
    assertError(await query(workspace, { sortingProps: [{ key: "no.such" }] }), 400, /no\.such/);
    assertError(await query(workspace, { sortingProps: [{ key: "duration", direction: "up" }] }), 400, /direction/);
});

test("filters: id, search, string, string_array; and-ed; what ignores case and what does not", async () => {
    const { workspace, ids } = await workspaceWith(
        { external_id: "Straße one", tags: ["Red", "blue"], contact_ids: ["ann"] },
        { external_id: "two", tags: ["blue"], contact_ids: ["Bob"], project_id: "p" },
        { external_id: "three", tags: [] },
    );
    const found = async (...filters) => names(assertPage(await query(workspace, { filters })));
    const string = (operator, path, value) => ({ type: "string", operator, path, value });
    const among = (path, ...values) => ({ type: "string_array", operator: "in", path, values });
    const search = (value, ...searchPaths) => ({ type: "search", value, searchPaths });
    assert.deepEqual(await found({ type: "id", path: "_id", id: ids.s2 }), ["two"]);
    assert.deepEqual(await found({ type: "id", path: "project_id", id: "p" }), ["two"]);
    assert.deepEqual(await found(string("equals", "external_id", "two")), ["two"]);
    assert.deepEqual(await found(string("equals", "external_id", "TWO")), []);
    assert.deepEqual(await found(string("equals", "tags", "blue")), ["two", "Straße one"]);
    assert.deepEqual(await found(string("contains", "external_id", "STRA")), ["Straße one"]);
    assert.deepEqual(await found(string("contains", "tags", "BLU")), ["two", "Straße one"]);
    assert.deepEqual(await found(among("tags", "Red", "green")), ["Straße one"]);
    assert.deepEqual(await found(among("tags", "red")), []);
    assert.deepEqual(await found(among("external_id", "two", "three")), ["three", "two"]);
    assert.deepEqual(await found(search("BOB", "external_id", "contact_ids")), ["two"]);
    assert.deepEqual(await found(search("bob", "external_id")), []);
    assert.deepEqual(await found(string("equals", "tags", "blue"), search("one", "external_id")), ["Straße one"]);
    assert.deepEqual(await found(string("equals", "no.such.path", "x")), []);
});

test("query.search: substring without case over external_id, _id, tags, contact_ids", async () => {
    const { workspace, ids } = await workspaceWith({ tags: ["Apple"] }, { contact_ids: ["pineAPPLE"] }, {});
    const found = async (search, filters = []) =>
        names(assertPage(await query(workspace, { query: { search, operator: "or" }, filters })));
    assert.deepEqual(await found("apple"), ["s2", "s1"]);
    assert.deepEqual(await found("S3"), ["s3"]);
    assert.deepEqual(await found(ids.s1.toLowerCase()), ["s1"]);
    assert.deepEqual(await found("apple", [{ type: "id", path: "_id", id: ids.s1 }]), ["s1"]);
    assert.deepEqual(await found(""), ["s3", "s2", "s1"]);
});

test("list body: malformed or wrong-typed is 400 that names the field", async () => {
    const workspace = await newWorkspace(server);
    const refused = {
        type: { filters: [{ type: "other", path: "x", value: "y" }] },
        operator: { filters: [{ type: "string", operator: "is", path: "x", value: "y" }] },
        value: { filters: [{ type: "string", operator: "equals", path: "x", value: 5 }] },
        values: { filters: [{ type: "string_array", operator: "in", path: "x", values: "y" }] },
        searchPaths: { filters: [{ type: "search", value: "x" }] },
        filters: { filters: {} },
        pagination: { pagination: 5 },
        "query.operator": { query: { search: "x" } },
        sortingProps: { sortingProps: {} },
    };
    for (const [field, body] of Object.entries(refused))
        assertError(await query(workspace, body), 400, new RegExp(field.replace(".", "\\.")));
});

test("includedFields: required fields are never dropped", async () => {
    const { workspace } = await workspaceWith({ tags: ["a"] });
    const [session] = assertPage(await query(workspace, { includedFields: { tags: "1" } })).data;
    assert.equal(session.external_id, "s1");
});

test("no key: 401 as HonoApiError; wrong method 404 or 405; a foreign id 404", async () => {
    const workspace = await newWorkspace(server);
    for (const call of [named("create()"), named("list filters []"), named("count()"), named("delete(id)")]) {
        const { authorization, ...rest } = call.headers;
        assertError(await replay(workspace, { ...call, headers: { ...rest, authorization: "" } }), 401);
        assertError(await replay({ url: workspace.url, key: "wrong" }, call), 401);
    }
    const { method, ...list } = named("list filters []");
    const wrong = await replay(workspace, { ...list, method: "PUT" });
    assert.ok([404, 405].includes(wrong.status), String(wrong.status));
    assert.equal(typeof wrong.body.message, "string");
    const made = assertOk(await replay(workspace, named("create()")));
    assertError(await replay(await newWorkspace(server), named(`get(${recordedId})`), made._id), 404);
});

test("sessions made by traces are Sessions of the first generation", async () => {
    const workspace = await newWorkspace(server);
    await sendSpans(workspace, [modelSpan({ session: "sent", input: 100, output: 10 })]);
    const { data } = assertPage(await replay(workspace, named("list ()")));
    assert.equal(data.length, 1);
    assert.deepEqual(data[0].usage, { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 });
    assert.deepEqual(data[0].billing, { input_cost: 0.00025, output_cost: 0.0001, total_cost: 0.00035 });
});

test("81 recorded calls: all but those that never left the client were replayed above", () => {
    assert.equal(recorded.length, 81);
    const sent = recorded.filter((call) => !call.refusedBeforeSending).map(({ call }) => call);
    assert.deepEqual(sent.filter((call) => !replayed.has(call)), []);
});
