// SPDX-License-Identifier: Apache-2.0
// Every route of the running server, by its own list of them, against every key and token that must not open it, and a
// cookie in place of one. What the owner has is the same afterwards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finishedSession, makeClip, newStream, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { emptySession } from "../harness/sessions.mjs";
import { exportLogsRequest, exportRequest, modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { signToken, tokenArgs } from "../harness/tokens.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const page = "https://pages.example";
const scopes = ["read", "write", "ingest", "admin"];
const traceId = newTraceId();
const spanId = newSpanId();

let server;
let owner; // of a project
let routes; // all that need a key: those of the table, and those that answer 501
let served; // those of the table
let missing; // neither in the table nor open nor answered 501
let keys;
let tokens;
let stateBefore;

/** What the exporters of several services expect. */
const otlpPaths = [
    ...["/v1/traces", "/otel/v1/traces", "/v2/otel/v1/traces", "/api/public/otel/v1/traces"],
    ...["/v2/otel", "/api/public/otel", "/observability/traces/otlp/v0"],
];
const logPaths = [
    ...["/v1/logs", "/otel/v1/logs", "/v2/otel/v1/logs", "/api/public/otel/v1/logs"],
    "/observability/logs/otlp/v0",
];
/** Asked over HTTP/1.1 here, which a good key is told is not gRPC. */
const grpcPaths = [
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
];
/** For anybody: whoever has the address of a playlist or a file can play it. */
const open = [
    ...["/", "/web/{name}", "/sessions/{id}", "/healthz", "/metrics", "/api/playback/{id}"],
    ...["/hls/{playback_id}/{name}", "/hls/{playback_id}/{session_id}/{name}", "/recordings/{playback_id}/{name}"],
    ...["thumbnail.jpg", "thumbnail.png", "thumbnails.vtt", "sprite.jpg"].flatMap((name) => [
        `/hls/{playback_id}/${name}`,
        `/recordings/{playback_id}/${name}`,
    ]),
    ...["/hls/{playback_id}/{session_id}/thumbnail.jpg", "/hls/{playback_id}/{session_id}/thumbnail.png"],
].map((pattern) => `GET ${pattern}`);
const get = (path, more = {}) => ({ method: "GET", path, scope: "read", ...more });
const change = (method, path, body, more = {}) => ({ method, path, body, scope: "write", ...more });
/** What a key of a web page without full access may do. */
const visitors = { visitors: true };
/** Answers without naming an object: others see an empty list, or make something of their own. */
const own = { own: true };
/** Says the same to whoever may ask. */
const everybodys = { everybodys: true };

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
        { ...change("POST", "/v3/traces/search", {}), scope: "read", ...own },
        { ...change("POST", "/v3/traces/query", { oql: "fetch traces" }), scope: "read", ...own },
        { ...change("POST", "/v3/traces/aggregate", { group_by: ["session_id"] }), scope: "read", ...own },
        get("/v3/traces/facets", { ...own, ...everybodys }),
        get("/v3/traces/facets/model", own),
        get("/v3/traces/fields", { ...own, ...everybodys }),
        get(`/v3/traces/${traceId}`),
        get(`/v3/traces/${traceId}/spans`),
        get(`/v3/traces/${traceId}/logs`),
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
        get("/v1/spans", own),
        get(`/v1/spans?trace=${traceId}`),
        get(`/v1/spans?session=${trace}`),
        { ...get("/v1/keys", own), scope: "admin" },
        { ...change("POST", "/v1/keys", { name: "another" }, own), scope: "admin" },
        { ...change("DELETE", `/v1/keys/${keyId}`), scope: "admin" },
        ...otlpPaths.map((path) => ({
            ...change("POST", path, exportRequest([modelSpan({ session: "mine" })]), own),
            scope: "ingest",
            spans: true,
        })),
        ...logPaths.map((path) => ({
            ...change("POST", path, exportLogsRequest([{ traceId, body: "mine" }]), own),
            scope: "ingest",
            spans: true,
        })),
        ...grpcPaths.map((path) => ({ ...change("POST", path, {}, own), scope: "ingest", spans: true })),
    ];
}

const whole = { ...emptySession, tags: ["mine"] };

/** "METHOD pattern" of each route, as the server counts requests by it. */
async function listRoutes() {
    const metrics = await (await server.fetch("/metrics")).text();
    const counted = metrics.matchAll(/^spanreel_http_requests_total\{method="([A-Z]+)",route="([^"]*)"/gm);
    return [...new Set([...counted].map(([, method, pattern]) => `${method} ${pattern}`))];
}

/** The route of a request: of the patterns that fit, the one with the fewest parameters. */
function routeOf({ method, path }, all) {
    const fits = (pattern) => new RegExp(`^${pattern.replace(/\{[^}]*\.\.\.\}/g, ".+").replace(/\{[^}]*\}/g, "[^/]+")}$`);
    const parameters = (route) => route.split("{").length;
    return all
        .filter((route) => fits(route.slice(method.length + 1)).test(path.split("?")[0]) && route.startsWith(`${method} `))
        .sort((a, b) => parameters(a) - parameters(b))[0];
}

/** Routes that the table does not have and that are not open: 501 to their owner, or forgotten. */
async function askTheRest() {
    const all = await listRoutes();
    const known = new Set([...open, ...served.map((route) => routeOf(route, all))]);
    const rest = all
        .filter((route) => !known.has(route))
        .map((route) => {
            const [method, pattern] = route.split(" ");
            const scope = method === "GET" || pattern.startsWith("/v3/") ? "read" : "write";
            return { method, path: pattern.replace(/\{[^}]*\}/g, "x"), scope, unserved: true, route };
        });
    const answers = await Promise.all(rest.map((route) => ask(route, owner.key)));
    missing = rest.filter((_, n) => answers[n].status !== 501).map(({ route }) => route);
    assert.ok(all.length > 100, `only ${all.length} routes`);
    return rest;
}

const ask = (route, key, headers = {}) =>
    server.fetch(route.path, { method: route.method, body: route.body, key, headers });

const isRead = (method, path) => method === "GET" || /(query|count|search|aggregate)$/.test(path);

/** Everything that could have been changed, as its owner sees it. */
async function state() {
    const answers = await Promise.all(
        served
            .filter(({ method, path }) => isRead(method, path))
            .map(async (route) => [route.path, await (await ask(route, owner.key)).text()])
            // Searches tell when they were asked.
            .map(async (answer) => (await answer).map((text) => text.replace(/"meta":\{[^}]*\},/, ""))),
    );
    return Object.fromEntries(answers);
}

before(async () => {
    server = await startServer({ args: ["--reconnect-window", "1", ...tokenArgs({ allowedOrigins: page })] });
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
    served = routesOf({ trace, stream, session, clip, taskId: task.id, keyId: spare.id });
    routes = [...served, ...(await askTheRest())];

    const made = (options) => server.createKey({ name: "test", workspace: workspace.workspace, project: "p", ...options });
    const revoked = await owner.json("/v1/keys", { method: "POST", body: { name: "revoked", scopes } });
    await owner.json("/v1/sessions", { key: revoked.secret });
    assert.equal((await owner.fetch(`/v1/keys/${revoked.id}`, { method: "DELETE" })).status, 204);
    const stranger = await newWorkspace(server, { scopes });
    const theirs = await newStream(stranger);
    await stranger.fetch(`/api/stream/${theirs.id}`, { method: "DELETE" });
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
        workspace: stranger.key,
    };
    const past = Math.floor(Date.now() / 1000) - 60;
    tokens = {
        good: signToken({ sub: stream.userId }),
        workspace: signToken({ sub: theirs.userId }),
        bad: [
            ["expired", signToken({ sub: stream.userId, exp: past })],
            ["of another secret", signToken({ sub: stream.userId }, { key: "x".repeat(32) })],
            ["not signed", signToken({ sub: stream.userId }, { alg: "none" }).replace(/[^.]*$/, "")],
            ["said to be signed by RS256", signToken({ sub: stream.userId }, { alg: "RS256" })],
            ["for another audience", signToken({ sub: stream.userId, aud: "another" })],
            ["of nobody", signToken({ sub: "nobody" })],
        ],
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
    for (const route of served.filter(({ method, path }) => isRead(method, path)))
        assert.equal((await ask(route, owner.key)).status, 200, route.path);
});

test("every route of the server is in the table, open to all, or answers 501", () => assert.deepEqual(missing, []));

test("no key, a cookie instead of one, an unknown, a revoked and an expired one: 401", async () => {
    await refused(401, null);
    await refused(401, null, { headers: { cookie: `key=${owner.key}; Authorization=Bearer ${owner.key}` } });
    await refused(401, "sk_0000000000000000000000000000000000000000");
    await refused(401, keys.revoked);
    await refused(401, keys.expired);
    for (const { path } of routes.filter(({ method }) => method === "GET"))
        assert.equal((await server.fetch(path, { method: "HEAD", key: null })).status, 401, `HEAD ${path}`);
});

test("a token that is expired, of another secret, algorithm or audience, not signed, or of nobody: 401", async () => {
    for (const [what, token] of tokens.bad)
        await refused(401, null, { headers: { authorization: `JWT ${token}` } }).catch((error) => {
            throw new Error(`a token ${what}: ${error.message}`);
        });
});

test("a good token opens /api alone: 401 everywhere else", async () => {
    const headers = { authorization: `JWT ${tokens.good}` };
    await refused(401, null, { headers, among: ({ path, spans }) => spans || !path.startsWith("/api/") });
    for (const route of served.filter(({ method, path, spans }) => method === "GET" && path.startsWith("/api/") && !spans))
        assert.equal((await ask(route, null, headers)).status, 200, route.path);
});

test("a token on a page that is not allowed: 403", () => {
    const headers = { authorization: `JWT ${tokens.good}`, origin: "https://evil.example" };
    return refused(403, null, { headers, among: ({ path, spans }) => path.startsWith("/api/") && !spans });
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

/** Keys and tokens of others: [whose, the headers, which routes]. */
const others = [
    ["another workspace", () => ({ authorization: `Bearer ${keys.workspace}` }), () => true],
    ["another project", () => ({ authorization: `Bearer ${keys.project}` }), () => true],
    [
        "the token of another workspace",
        () => ({ authorization: `JWT ${tokens.workspace}` }),
        ({ path, spans }) => path.startsWith("/api/") && !spans,
    ],
];
for (const [whose, headersOf, opens] of others)
    test(`${whose}: what is there is 404, lists show nothing of it`, async () => {
        const headers = headersOf();
        const among = (wanted) => (route) => !route.unserved && opens(route) && wanted(route);
        // Clips, tasks and deleting assets are refused rather than hidden (contract, livepeer 3.3, 3.4 and 3.9).
        const told = ({ method, path }) =>
            path === "/api/clip" || path.startsWith("/api/task/") || (method === "DELETE" && path.startsWith("/api/asset/"));
        await refused(404, null, { headers, among: among((route) => !route.own && !told(route)) });
        await refused(403, null, { headers, among: among(told) });
        const listed = ({ own: ownAnswer, everybodys, method, path }) => ownAnswer && !everybodys && isRead(method, path);
        for (const route of served.filter(among(listed))) {
            const answer = await ask(route, null, headers);
            assert.equal(answer.status, 200, route.path);
            const body = JSON.parse((await answer.text()) || "[]"); // no spans: no lines
            let found = Array.isArray(body) ? body : (body.data ?? body.search?.data ?? body.values ?? body);
            if (route.path === "/v1/keys") found = found.filter(({ name }) => name === "spare");
            assert.ok([0, undefined].includes(found.count) && JSON.stringify(found).length <= 11, `${route.path}: ${JSON.stringify(found)}`);
        }
    });

test("nothing of the owner's was changed", async () => assert.deepEqual(await state(), stateBefore));
