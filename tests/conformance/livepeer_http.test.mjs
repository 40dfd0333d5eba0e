// SPDX-License-Identifier: Apache-2.0
// Livepeer: what holds for every route, by plain HTTP: errors, authorization, CORS, headers, numbers of a list.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { livepeer } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** [status, body] of a call; the body of an error must have its one shape. */
async function call(workspace, method, path, options = {}) {
    const answer = await workspace.fetch(path, { method, ...options });
    const text = await answer.text();
    if (answer.status >= 400) {
        assert.equal(answer.headers.get("content-type"), "application/json; charset=utf-8");
        const { errors, ...rest } = JSON.parse(text);
        assert.deepEqual(rest, {});
        return [answer.status, errors.length === 1 ? errors[0] : errors];
    }
    return [answer.status, text && JSON.parse(text)];
}

test("Schema-invalid body: 422 whose one error is itself a JSON object, the first failure only", async () => {
    const workspace = await newWorkspace(server);
    const post = async (body) => {
        const [status, text] = await call(workspace, "POST", "/api/stream", { body });
        assert.equal(status, 422);
        return JSON.parse(text);
    };
    const missing = await post({});
    assert.deepEqual(Object.keys(missing).sort(), ["instancePath", "keyword", "message", "params", "schemaPath"]);
    assert.equal(missing.keyword, "required");
    assert.equal(missing.message, "must have required property 'name'");
    assert.deepEqual(missing.params, { missingProperty: "name" });
    const unknown = await post({ name: "x", nope: 1 });
    assert.equal(unknown.message, "must NOT have additional properties");
    assert.deepEqual(unknown.params, { additionalProperty: "nope" });
    const type = await post({ name: 5 });
    assert.equal(type.instancePath, "/name");
    assert.equal(type.message, "must be string");
    const word = await post({ name: "x", playbackPolicy: { type: "secret" } });
    assert.equal(word.keyword, "enum");
    assert.deepEqual(word.params.allowedValues, ["public", "jwt", "webhook", "lit_signing_condition"]);
    const small = await post({ name: "x", profiles: [{ width: 1, height: 200, name: "a", bitrate: 500, fps: 0 }] });
    assert.equal(small.keyword, "minimum");
    assert.equal(small.instancePath, "/profiles/0/width");
});

test("Schema-invalid body: every keyword as Ajv words it, at its place in the body and in the schema", async () => {
    const failure = async (body) => {
        const [status, text] = await call(server, "POST", "/api/stream", { body });
        assert.equal(status, 422);
        const { instancePath, schemaPath, keyword, params, message } = JSON.parse(text);
        assert.equal(schemaPath.slice(schemaPath.lastIndexOf("/") + 1), keyword);
        return [instancePath, schemaPath, params, message];
    };
    const profile = { width: 640, height: 360, name: "a", bitrate: 500, fps: 30 };
    const profileWith = (change) => failure({ name: "x", profiles: [profile, { ...profile, ...change }] });
    const inProfile = "#/properties/profiles/items/properties";
    assert.deepEqual(await failure([]), ["", "#/type", { type: "object" }, "must be object"]);
    assert.deepEqual(await failure({ name: "x", profiles: 5 }), [
        "/profiles",
        "#/properties/profiles/type",
        { type: ["array", "null"] },
        "must be array,null",
    ]);
    assert.deepEqual(await profileWith({ height: 1.5 }), [
        "/profiles/1/height",
        `${inProfile}/height/type`,
        { type: "integer" },
        "must be integer",
    ]);
    assert.deepEqual(await profileWith({ bitrate: 399 }), [
        "/profiles/1/bitrate",
        `${inProfile}/bitrate/minimum`,
        { comparison: ">=", limit: 400 },
        "must be >= 400",
    ]);
    assert.deepEqual(await profileWith({ quality: 45 }), [
        "/profiles/1/quality",
        `${inProfile}/quality/maximum`,
        { comparison: "<=", limit: 44 },
        "must be <= 44",
    ]);
    assert.deepEqual(await profileWith({ name: "" }), [
        "/profiles/1/name",
        `${inProfile}/name/minLength`,
        { limit: 1 },
        "must NOT have fewer than 1 characters",
    ]);
    assert.deepEqual(await profileWith({ name: "x".repeat(501) }), [
        "/profiles/1/name",
        `${inProfile}/name/maxLength`,
        { limit: 500 },
        "must NOT have more than 500 characters",
    ]);
    assert.deepEqual(await profileWith({ profile: "H265" }), [
        "/profiles/1/profile",
        `${inProfile}/profile/enum`,
        { allowedValues: ["H264Baseline", "H264Main", "H264High", "H264ConstrainedHigh"] },
        "must be equal to one of the allowed values",
    ]);
    assert.deepEqual(await failure({ name: "x", creatorId: 5 }), [
        "/creatorId",
        "#/properties/creatorId/anyOf/0/type",
        { type: "string" },
        "must be string",
    ]);
    assert.deepEqual(await failure({ name: "x", userTags: { "a/b~c": true } }), [
        "/userTags/a~1b~0c",
        "#/properties/userTags/additionalProperties/anyOf/0/type",
        { type: "string" },
        "must be string",
    ]);
});

test("Unknown body fields: 422 on every route that takes a body", async () => {
    const { stream } = await livepeer(server).stream.create({ name: "x" });
    for (const [method, path, body] of [
        ["POST", "/api/stream", { name: "x" }],
        ["PATCH", `/api/stream/${stream.id}`, {}],
        ["PATCH", `/api/stream/${stream.id}/record`, { record: true }],
        ["PATCH", `/api/stream/${stream.id}/suspended`, { suspended: true }],
        ["DELETE", "/api/stream", { ids: [stream.id] }],
        ["POST", "/api/clip", { playbackId: stream.playbackId, startTime: 1 }],
        ["PATCH", "/api/asset/none", {}],
    ]) {
        const [status, text] = await call(server, method, path, { body: { ...body, nope: 1 } });
        assert.equal(status, 422, path);
        assert.deepEqual(JSON.parse(text).params, { additionalProperty: "nope" }, path);
    }
    assert.deepEqual((await livepeer(server).stream.get(stream.id)).stream, stream);
});

test("Malformed JSON is 400, so is a top-level scalar; a wrong or no content type is as {}", async () => {
    const workspace = await newWorkspace(server);
    const post = (body, type) =>
        call(workspace, "POST", "/api/stream", { body: Buffer.from(body), headers: type ? { "content-type": type } : {} });
    assert.equal((await post('{"name":', "application/json"))[0], 400);
    assert.equal((await post("5", "application/json"))[0], 400);
    assert.equal((await post('"text"', "application/json"))[0], 400);
    for (const type of ["text/plain", undefined]) {
        const [status, text] = await post('{"name":"x"}', type);
        assert.equal(status, 422);
        assert.equal(JSON.parse(text).keyword, "required");
    }
});

test("Body over 100 KiB: 413 request entity too large", async () => {
    const workspace = await newWorkspace(server);
    const body = { name: "x".repeat(100 * 1024) };
    assert.deepEqual(await call(workspace, "POST", "/api/stream", { body }), [413, "request entity too large"]);
});

test("Unknown route under /api and wrong method: 404 not found, no key needed", async () => {
    for (const key of [server.key, ""])
        for (const [method, path] of [
            ["GET", "/api/nope"],
            ["GET", "/api"],
            ["POST", "/api/session"],
            ["PUT", "/api/stream"],
            ["DELETE", "/api/session/x"],
            ["POST", "/api/stream/pull"],
        ])
            assert.deepEqual(await call(server, method, path, { key }), [404, "not found"], `${method} ${path}`);
});

test("Headers always: Vary, Access-Control-Allow-Credentials, Access-Control-Expose-Headers", async () => {
    for (const path of ["/api/stream", "/api/session/none", "/api/nope"]) {
        const { headers } = await server.fetch(path);
        assert.match(headers.get("vary"), /Authorization, Origin/, path);
        assert.equal(headers.get("access-control-allow-credentials"), "true", path);
        assert.equal(headers.get("access-control-expose-headers"), "*", path);
    }
});

test("weak ETag on JSON: If-None-Match gives 304", async () => {
    const workspace = await newWorkspace(server);
    const { stream } = await livepeer(workspace).stream.create({ name: "tagged" });
    const path = `/api/stream/${stream.id}`;
    const etag = (await workspace.fetch(path)).headers.get("etag");
    assert.match(etag, /^W\/"/);
    const same = await workspace.fetch(path, { headers: { "if-none-match": etag } });
    assert.deepEqual([same.status, await same.text()], [304, ""]);
    await livepeer(workspace).stream.update({ name: "other" }, stream.id);
    assert.equal((await workspace.fetch(path, { headers: { "if-none-match": etag } })).status, 200);
    const list = (await workspace.fetch("/api/stream")).headers.get("etag");
    for (const method of ["GET", "HEAD"]) {
        const headers = { "if-none-match": `"other", ${list}` };
        assert.equal((await workspace.fetch("/api/stream", { method, headers })).status, 304, method);
    }
});

test("HEAD answers like GET without body; trailing slash and any case of the path are accepted", async () => {
    const head = await server.fetch("/api/stream", { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    assert.equal(head.headers.get("content-type"), "application/json; charset=utf-8");
    for (const path of ["/api/stream/", "/API/Stream", "/api/SESSION/"])
        assert.equal((await server.fetch(path)).status, 200, path);
});

test("GET /healthz: 200 with ok", async () => {
    const answer = await fetch(`${server.url}/healthz`);
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).ok, true);
});

test("Authorization: none, Bearer, Basic, JWT, other schemes, projectId", async () => {
    const workspace = await newWorkspace(server);
    const { stream } = await livepeer(workspace).stream.create({ name: "x" });
    const withHeader = (authorization, path = "/api/session") =>
        call(workspace, "GET", path, { key: "", headers: authorization === undefined ? {} : { authorization } });
    const basic = (user, key) => `Basic ${Buffer.from(`${user}:${key}`).toString("base64")}`;
    assert.deepEqual(await withHeader(undefined), [401, "request is not authenticated"]);
    assert.deepEqual(await withHeader("Bearer "), [401, "request is not authenticated"]);
    assert.deepEqual(await withHeader("Bearer nope"), [401, "no token nope found"]);
    assert.deepEqual(await withHeader(`bEARER ${workspace.key}`), [200, []]);
    assert.deepEqual(await withHeader(basic(stream.userId, workspace.key)), [200, []]);
    assert.deepEqual(await withHeader(basic("other", workspace.key)), [401, `no token ${workspace.key} found`]);
    assert.deepEqual(await withHeader("Digest x"), [401, "unsupported authorization header scheme: Digest"]);
    assert.equal((await withHeader("JWT x.y.z"))[0], 401);
    assert.deepEqual(
        await call(workspace, "GET", "/api/session?projectId=x"),
        [400, "projectId as query param not supported"],
    );
});

test("userId: one UUID for all keys and projects of a workspace, another one for another", async () => {
    const workspace = await newWorkspace(server);
    const made = [workspace, await withKey(workspace), await withKey(workspace, { project: "blue" })];
    const userIdOf = async (key) => (await livepeer(key).stream.create({ name: "x" })).stream.userId;
    const ids = new Set(await Promise.all(made.map(userIdOf)));
    assert.equal(ids.size, 1);
    assert.equal(ids.has(await userIdOf(await newWorkspace(server))), false);
});

test("CORS: OPTIONS without a key is 204 on any path and echoes origin and headers", async () => {
    for (const path of ["/api/stream", "/api/session/x/clips", "/api/playback/x"]) {
        const headers = {
            origin: "https://app.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization, x-custom",
        };
        const answer = await server.fetch(path, { method: "OPTIONS", key: "", headers });
        assert.equal(answer.status, 204, path);
        assert.equal(answer.headers.get("access-control-allow-origin"), "https://app.example", path);
        assert.equal(answer.headers.get("access-control-allow-methods"), "GET,HEAD,PUT,PATCH,POST,DELETE", path);
        assert.equal(answer.headers.get("access-control-allow-headers"), "authorization, x-custom", path);
    }
});

test("CORS: a key without cors settings and an Origin header is 403", async () => {
    const answer = await server.fetch("/api/stream", { headers: { origin: "https://app.example" } });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
    assert.deepEqual((await answer.json()).errors, ["credential disallows CORS access from origin https://app.example"]);
});

test("CORS: a key with allowedOrigins serves its pages, errors included; without fullAccess only for some routes", async () => {
    const workspace = await newWorkspace(server);
    const page = "https://shop.example";
    const limited = await withKey(workspace, { allowedOrigins: [page, "http://localhost:3000"] });
    const whole = await withKey(workspace, { allowedOrigins: ["*"], fullAccess: true });
    const ask = async (key, origin, path, options = {}) => {
        const answer = await key.fetch(path, { ...options, headers: { origin } });
        const allowed = answer.headers.get("access-control-allow-origin");
        return [answer.status, allowed, answer.ok ? "" : (await answer.json()).errors[0]];
    };
    const { stream } = await livepeer(workspace).stream.create({ name: "x" });
    assert.deepEqual(await ask(limited, page, `/api/stream/${stream.id}`), [200, page, ""]);
    assert.deepEqual(await ask(limited, page, "/api/stream/none"), [404, page, "not found"]);
    const [status, allowed] = await ask(limited, page, "/api/stream", { method: "POST", body: {} });
    assert.deepEqual([status, allowed], [422, page]);
    const evil = "https://evil.example";
    assert.deepEqual(await ask(limited, evil, `/api/stream/${stream.id}`), [
        403,
        null,
        `credential disallows CORS access from origin ${evil}`,
    ]);
    const refused = "access forbidden for CORS-enabled API key with restricted access";
    for (const path of ["/api/stream", "/api/session", `/api/stream/key/${stream.streamKey}`, "/api/asset"])
        assert.deepEqual(await ask(limited, page, path), [403, null, refused], path);
    assert.deepEqual(await ask(whole, evil, "/api/stream"), [200, evil, ""]);
});

test("CORS: /playback answers any origin without a key, with credentials", async () => {
    const { stream } = await livepeer(server).stream.create({ name: "open" });
    const headers = { origin: "https://p.example" };
    const answer = await server.fetch(`/api/playback/${stream.playbackId}`, { key: "", headers });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("access-control-allow-origin"), "https://p.example");
    assert.equal(answer.headers.get("access-control-allow-credentials"), "true");
    assert.match(answer.headers.get("vary"), /Origin/);
});

test("lists: limit above 1000 is 1000, Link only when another row exists, never cursor=undefined", async () => {
    const workspace = await newWorkspace(server);
    for (let n = 0; n < 3; ++n) await livepeer(workspace).stream.create({ name: `s${n}` });
    for (const noun of ["stream", "session", "asset", "task"]) {
        const answer = await workspace.fetch(`/api/${noun}?limit=5000&count=true`);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get("link"), null);
        assert.equal(answer.headers.get("x-total-count"), noun === "stream" ? "3" : null);
    }
    const names = [];
    for (let next = "/api/stream?limit=2&order=name-false"; next; ) {
        const answer = await workspace.fetch(next);
        names.push(...(await answer.json()).map(({ name }) => name));
        next = answer.headers.get("link")?.match(/^<(.+)>; rel="next"$/)[1];
        if (next) assert.ok(next.startsWith(`${workspace.url}/api/stream?`), next);
    }
    assert.deepEqual(names, ["s0", "s1", "s2"]);
});
