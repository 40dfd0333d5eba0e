// SPDX-License-Identifier: Apache-2.0
// Every route that needs a key, against every key that must not open it, and a cookie in place of one. What the owner
// has is the same afterwards.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { run } from "../harness/command.mjs";
import { finishedSession, makeClip, newStream, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { exportRequest, modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const page = "https://pages.example";
const scopes = ["read", "write", "ingest", "admin"];
const traceId = newTraceId();
const spanId = newSpanId();

let server;
let owner; // of a project
let routes;
let keys;
let stateBefore;

const otlpPaths = readOtlpPaths();
const get = (path, more = {}) => ({ method: "GET", path, scope: "read", ...more });
const change = (method, path, body, more = {}) => ({ method, path, body, scope: "write", ...more });
/** What a key of a web page without full access may do. */
const visitors = { visitors: true };
/** Answers without naming an object: others see an empty list, or make something of their own. */
const own = { own: true };

function routesOf({ trace, stream, session, clip, taskId, keyId }) {
    const orq = ["/v2/traces/sessions", "/v2/sessions"].flatMap((base) => [
        change("POST", base, { ...whole, external_id: "another" }, own),
        get(`${base}/${trace}`),
        change("PATCH", `${base}/${trace}`, { tags: ["changed"] }),
        change("DELETE", `${base}/${trace}`),
        { ...change("POST", `${base}/query`, {}), scope: "read", ...own },
        { ...change("POST", `${base}/count`, {}), scope: "read", ...own },
    ]);
    return [
        ...orq,
        get("/v2/sessions/tags", own),
        get(`/v3/traces/${traceId}`),
        get(`/v3/traces/${traceId}/spans`),
        get(`/v3/traces/${traceId}/spans/${spanId}`),
        change("POST", "/api/stream", { name: "another" }, { ...own, ...visitors }),
        get("/api/stream", own),
        get(`/api/stream/${stream.id}`, visitors),
        get(`/api/stream/playback/${stream.playbackId}`),
        get(`/api/stream/key/${stream.streamKey}`),
        get(`/api/stream/${stream.id}/sessions`, visitors),
        get(`/api/stream/${stream.id}/clips`),
        change("PATCH", `/api/stream/${stream.id}`, { name: "changed" }, visitors),
        change("PATCH", `/api/stream/${stream.id}/record`, { record: false }),
        change("PATCH", `/api/stream/${stream.id}/suspended`, { suspended: true }),
        get(`/api/stream/${stream.id}/info`),
        change("DELETE", "/api/stream", { ids: [stream.id] }),
        change("DELETE", `/api/stream/${stream.id}/terminate`),
        change("DELETE", `/api/stream/${stream.id}`),
        get("/api/session", own),
        get(`/api/session/${session.id}`, visitors),
        get(`/api/session/${session.id}/clips`),
        change("POST", "/api/clip", { playbackId: stream.playbackId, startTime: session.createdAt + 500 }),
        get(`/api/clip/${session.id}`),
        get("/api/asset", own),
        get(`/api/asset/${clip.id}`, visitors),
        change("PATCH", `/api/asset/${clip.id}`, { name: "changed" }, visitors),
        change("DELETE", `/api/asset/${clip.id}`),
        get(`/api/asset/${clip.id}/clips`),
        get("/api/task", own),
        get(`/api/task/${taskId}`, visitors),
        change("POST", `/api/task/${taskId}/retry`),
        get("/v1/sessions", own),
        get(`/v1/sessions/${session.id}`),
        get(`/v1/sessions/${session.id}/timeline`),
        { ...get("/v1/keys", own), scope: "admin" },
        { ...change("POST", "/v1/keys", { name: "another" }, own), scope: "admin" },
        { ...change("DELETE", `/v1/keys/${keyId}`), scope: "admin" },
        ...otlpPaths.map((path) => ({
            ...change("POST", path, exportRequest([modelSpan({ session: "mine" })]), own),
            scope: "ingest",
            spans: true,
        })),
    ];
}

const whole = {
    duration: 0,
    contact_ids: [],
    billing: { input_cost: 0, output_cost: 0, total_cost: 0 },
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    traces_count: 0,
    tags: ["mine"],
};

/** Of the source: what the exporters of several services expect. */
function readOtlpPaths() {
    const source = readFileSync(new URL("../../src/api/otlp/ingest.cpp", import.meta.url), "utf8");
    const [, list] = source.match(/kPaths\{([^}]*)\}/);
    const paths = [...list.matchAll(/"([^"]*)"/g)].map(([, path]) => path);
    assert.equal(paths.length, 7);
    return paths;
}

const ask = (route, key, headers = {}) =>
    server.fetch(route.path, { method: route.method, body: route.body, key, headers });

const isRead = (method, path) => method === "GET" || /query$|count$/.test(path);

/** Everything that could have been changed, as its owner sees it. */
async function state() {
    const answers = await Promise.all(
        routes
            .filter(({ method, path }) => isRead(method, path))
            .map(async (route) => [route.path, await (await ask(route, owner.key)).json()]),
    );
    return Object.fromEntries(answers);
}

before(async () => {
    server = await startServer({ args: ["--reconnect-window", "1"] });
    const workspace = await newWorkspace(server);
    owner = await withKey(workspace, { project: "p", scopes });
    const trace = (await owner.json("/v2/sessions", { method: "POST", body: { ...whole, external_id: "mine" } }))._id;
    await sendSpans(owner, [modelSpan({ session: "mine", traceId, spanId })]);
    const stream = await newStream(owner);
    await publishWhole(owner, stream, { seconds: 3 });
    const session = await finishedSession(owner, stream);
    const clip = await makeClip(owner, {
        playbackId: stream.playbackId,
        startTime: session.createdAt + 500,
        endTime: session.createdAt + 2000,
    });
    const [task] = await owner.json("/api/task");
    const spare = await owner.json("/v1/keys", { method: "POST", body: { name: "spare" } });
    routes = routesOf({ trace, stream, session, clip, taskId: task.id, keyId: spare.id });

    const made = (options) => server.createKey({ name: "test", workspace: workspace.workspace, project: "p", ...options });
    const revoked = await owner.json("/v1/keys", { method: "POST", body: { name: "revoked", scopes } });
    await owner.json("/v1/sessions", { key: revoked.secret });
    assert.equal((await owner.fetch(`/v1/keys/${revoked.id}`, { method: "DELETE" })).status, 204);
    const expired = new Date(Date.now() + 1500);
    keys = {
        expired: await made({ scopes, expires: expired.toISOString() }),
        revoked: revoked.secret,
        without: Object.fromEntries(
            await Promise.all(scopes.map(async (one) => [one, await made({ scopes: scopes.filter((other) => other !== one) })])),
        ),
        page: await made({ scopes, allowedOrigins: [page] }),
        wholePage: await made({ scopes, allowedOrigins: [page], fullAccess: true }),
        project: await made({ scopes, project: "q" }),
        workspace: (await newWorkspace(server, { scopes })).key,
    };
    stateBefore = await state();
    await new Promise((resolve) => setTimeout(resolve, expired - Date.now() + 1));
});
after(() => server.stop());

async function refused(status, key, { headers = {}, among = () => true } = {}) {
    for (const route of routes.filter(among)) {
        const answer = await ask(route, typeof key === "function" ? key(route) : key, headers);
        assert.equal(answer.status, status, `${route.method} ${route.path}: ${await answer.text()}`);
    }
}

test("every route of the table that only reads opens for its owner", async () => {
    for (const route of routes.filter(({ method, path }) => isRead(method, path)))
        assert.equal((await ask(route, owner.key)).status, 200, route.path);
});

/** Without an answer of their own, answered 501 by name to whoever has a key, and open to all. */
const unserved = [
    ...["/v3/traces/query", "/v3/traces/search", "/v3/traces/aggregate", "/v3/traces/facets", "/v3/traces/fields"],
    ...["/v3/traces", "/v3/traces/facets/{field}", "/v3/traces/{trace_id}/logs"],
    ...["/api/stream/pull", "/api/stream/{id}/start-pull"],
    ...["/api/stream/{id}/create-multistream-target", "/api/stream/{id}/multistream/{target}"],
    ...["/api/asset/request-upload", "/api/asset/upload/url"],
    ...["/api/webhook", "/api/multistream", "/api/access-control", "/api/data", "/api/transcode", "/api/room"],
    ...["/api/project", "/api/generate", "/api/api/generate", "/api/playback", "/api/playback/{id}"],
];

test("the table has every path of the server that needs a key", async () => {
    const texts = await run("grep", ["-rhoE", '"/(v1|v2|v3|api)/[^"]*"', "src/api", "--include=*routes.cpp"]);
    const patterns = [...new Set(texts.stdout.toString().trim().split("\n").map((text) => JSON.parse(text)))];
    const isOf = (pattern) => new RegExp(`^${pattern.replace(/\{[^}]*\}/g, "[^/]+")}$`);
    const missing = patterns.filter((pattern) => !routes.some(({ path }) => isOf(pattern).test(path)));
    assert.deepEqual(missing.sort(), unserved.sort());
});

test("no key, a cookie instead of one, an unknown, a revoked and an expired one: 401", async () => {
    await refused(401, null);
    await refused(401, null, { headers: { cookie: `key=${owner.key}; Authorization=Bearer ${owner.key}` } });
    await refused(401, "sk_0000000000000000000000000000000000000000");
    await refused(401, keys.revoked);
    await refused(401, keys.expired);
});

test("a key without the scope: 403", () => refused(403, ({ scope }) => keys.without[scope]));

test("a key of web pages without full access: 403 but for what visitors may do", async () => {
    await refused(403, keys.page, { headers: { origin: page }, among: ({ visitors, scope }) => !visitors && scope !== "ingest" });
    await refused(403, keys.page, { among: ({ visitors, scope }) => !visitors && scope !== "ingest" });
    for (const route of routes.filter(({ visitors, method }) => visitors && method === "GET")) {
        const answer = await ask(route, keys.page, { origin: page });
        assert.equal(answer.status, 200, route.path);
        assert.equal(answer.headers.get("access-control-allow-origin"), page);
    }
});

test("the recording of a stream that is live: for keys that read, on their pages", async () => {
    const { path } = routes.find(({ path }) => path.startsWith("/api/stream/playback/"));
    const dvr = get(`/api/playback/${path.split("/").at(-1)}?recordings=true`);
    const status = async (key, headers) => (await ask(dvr, key, headers)).status;
    assert.equal(await status(owner.key), 200);
    assert.equal(await status(null), 401);
    assert.equal(await status(keys.without.read), 403);
    assert.equal(await status(keys.page, { origin: page }), 403);
    assert.equal(await status(keys.wholePage, { origin: page }), 200);
    assert.equal(await status(keys.wholePage, { origin: "https://evil.example" }), 403);
    assert.equal(await status(keys.workspace), 401);
});

test("a key of web pages on a page that it does not allow: 403", async () => {
    await refused(403, keys.page, { headers: { origin: "https://evil.example" } });
    await refused(403, keys.wholePage, { headers: { origin: "https://evil.example" } });
});

test("Livepeer: a key without origins is of no use to a page", () =>
    refused(403, owner.key, { headers: { origin: page }, among: ({ path, spans }) => path.startsWith("/api/") && !spans }));

for (const whose of ["workspace", "project"])
    test(`another ${whose}: what is there is 404, lists show nothing of it`, async () => {
        const key = () => keys[whose];
        // Clips, tasks and deleting assets are refused rather than hidden (contract, livepeer 3.3, 3.4 and 3.9).
        const told = ({ method, path }) =>
            path === "/api/clip" || path.startsWith("/api/task/") || (method === "DELETE" && path.startsWith("/api/asset/"));
        await refused(404, key, { among: (route) => !route.own && !told(route) });
        await refused(403, key, { among: told });
        for (const route of routes.filter(({ own: ownAnswer, method, path }) => ownAnswer && isRead(method, path))) {
            const answer = await ask(route, keys[whose]);
            assert.equal(answer.status, 200, route.path);
            const body = await answer.json();
            let found = body.data ?? body;
            if (route.path === "/v1/keys") found = found.filter(({ name }) => name === "spare");
            assert.ok([0, undefined].includes(found.count) && JSON.stringify(found).length <= 11, `${route.path}: ${JSON.stringify(found)}`);
        }
    });

test("nothing of the owner's was changed", async () => assert.deepEqual(await state(), stateBefore));
