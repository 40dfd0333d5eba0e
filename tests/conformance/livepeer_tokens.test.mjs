// SPDX-License-Identifier: Apache-2.0
// Livepeer: `Authorization: JWT <token>`, for the users of an operator's own service, and the pages that hold tokens.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { livepeer } from "../harness/clients.mjs";
import { outcome } from "../harness/command.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";
import { newStream } from "../harness/live.mjs";
import { program, startServer } from "../harness/server.mjs";
import { audience, secret, signToken, tokenArgs } from "../harness/tokens.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const page = "https://pages.example";

let server;
let workspace;
let stream;
before(async () => {
    server = await startServer({ args: tokenArgs({ allowedOrigins: `${page}, https://other.example` }) });
    workspace = await newWorkspace(server);
    stream = await newStream(workspace);
});
after(() => server.stop());

/** [status, text of the error or the object] of a call with a token. */
async function call(token, { path = "/api/stream", headers = {}, ...options } = {}) {
    const answer = await server.fetch(path, { key: "", headers: { authorization: `JWT ${token}`, ...headers }, ...options });
    const body = answer.status === 204 ? null : await answer.json();
    return [answer.status, answer.ok ? body : body.errors[0]];
}
const userToken = (claims = {}, how) => signToken({ sub: stream.userId, ...claims }, how);
const seconds = () => Math.floor(Date.now() / 1000);

test("a token's subject is the user: it reads and writes all of that workspace and nothing else", async () => {
    const blue = await newStream(await withKey(workspace, { project: "blue" }));
    const [status, streams] = await call(userToken());
    assert.equal(status, 200);
    assert.deepEqual(streams.map(({ id }) => id).sort(), [stream.id, blue.id].sort());
    const [created, made] = await call(userToken(), { method: "POST", body: { name: "by token" } });
    assert.deepEqual([created, made.userId, made.projectId], [201, stream.userId, stream.projectId]);
    assert.equal("createdByTokenName" in made, false);
    assert.equal((await livepeer(workspace).stream.get(made.id)).stream.name, "by token");
    assert.equal((await call(userToken(), { path: `/api/stream/${made.id}`, method: "DELETE" }))[0], 204);

    const other = await newStream(await newWorkspace(server));
    assert.deepEqual(await call(userToken(), { path: `/api/stream/${other.id}` }), [404, "not found"]);
    assert.deepEqual(await call(userToken({ sub: other.userId }), { path: `/api/stream/${stream.id}` }), [404, "not found"]);
    assert.deepEqual(await call(userToken(), { path: "/api/stream?projectId=blue" }), [
        400,
        "projectId as query param not supported",
    ]);
});

test("a token that is not good is 401 and says why", async () => {
    const refused = async (token, text) => assert.deepEqual(await call(token), [401, text]);
    await refused("", "jwt malformed");
    await refused("x.y.z", "jwt malformed");
    await refused(workspace.key, "jwt malformed");
    await refused(userToken({}, { key: "x".repeat(40) }), "invalid signature");
    const algorithm = "invalid algorithm: sign the jwt by HS256";
    await refused(userToken({}, { alg: "none" }), algorithm);
    await refused(userToken({}, { alg: "none" }).replace(/[^.]*$/, ""), algorithm);
    await refused(userToken({}, { alg: "RS256" }), algorithm);
    await refused(userToken({}, { alg: "HS512", hash: "sha512" }), algorithm);
    await refused(userToken({ exp: seconds() - 60 }), "access token expired");
    await refused(userToken({ exp: undefined }), "the jwt needs an end: exp");
    await refused(userToken({ nbf: seconds() + 60 }), "jwt not active");
    await refused(userToken({ aud: "another" }), "jwt audience invalid. expected: reel");
    await refused(userToken({ sub: undefined }), "the jwt names no user: sub");
    await refused(userToken({ sub: "00000000-0000-4000-8000-000000000000" }), "there is no such user");
    await refused(userToken({ more: "x".repeat(5000) }), "jwt is longer than 4096 bytes");
});

test("clocks may differ a little, and several audiences be named", async () => {
    assert.equal((await call(userToken({ exp: seconds() - 5, nbf: seconds() + 5 })))[0], 200);
    assert.equal((await call(userToken({ aud: ["another", audience] })))[0], 200);
});

test("CORS: a page with a token needs an origin of the allow-list", async () => {
    for (const origin of [page, "https://other.example"]) {
        const headers = { authorization: `JWT ${userToken()}`, origin };
        const answer = await server.fetch("/api/stream", { key: "", headers });
        assert.deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [200, origin]);
        const missing = await server.fetch("/api/stream/none", { key: "", headers });
        assert.deepEqual([missing.status, missing.headers.get("access-control-allow-origin")], [404, origin]);
    }
    for (const origin of ["https://evil.example", `${page}.evil.example`, "null"]) {
        const headers = { authorization: `JWT ${userToken()}`, origin };
        const answer = await server.fetch("/api/stream", { key: "", headers });
        assert.deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [403, null]);
        assert.deepEqual((await answer.json()).errors, [`credential disallows CORS access from origin ${origin}`]);
    }
});

test("a token opens nothing but /api, and makes no keys", async () => {
    const headers = { authorization: `JWT ${userToken()}` };
    for (const path of ["/v1/keys", "/v1/sessions", "/v2/sessions/tags", "/v3/traces/x"])
        assert.equal((await server.fetch(path, { key: "", headers })).status, 401, path);
});

test("the recording of a stream that is live: for a user's token too", async () => {
    const path = `/api/playback/${stream.playbackId}?recordings=true`;
    assert.equal((await call(userToken(), { path }))[0], 200);
    assert.deepEqual(await call("x.y.z", { path }), [401, "jwt malformed"]);
});

test("a server without a secret takes no token: 401 and the setting to make", async () => {
    const plain = await startServer();
    const answer = await plain.fetch("/api/stream", { key: "", headers: { authorization: `JWT ${userToken()}` } });
    assert.equal(answer.status, 401);
    assert.match((await answer.json()).errors[0], /not set up.*jwt-secret-file/);
    await plain.stop();
});

test("the settings may come from variables and the settings file", async () => {
    const [, secretFile] = tokenArgs();
    const file = join(temporaryFolder("settings"), "spanreel.toml");
    writeFileSync(file, `jwt-audience = "${audience}"\njwt-allowed-origins = "${page}"\n`);
    const other = await startServer({ args: ["--config", file], env: { SPANREEL_JWT_SECRET_FILE: secretFile } });
    const { userId } = await newStream(other);
    const headers = { authorization: `JWT ${signToken({ sub: userId })}`, origin: page };
    assert.equal((await other.fetch("/api/stream", { key: "", headers })).status, 200);
    await other.stop();
});

test("settings of tokens that do not fit end the start and say what to do; the secret is not logged", async () => {
    const folder = temporaryFolder("secrets");
    const fileOf = (name, text) => (writeFileSync(join(folder, name), text), join(folder, name));
    const good = fileOf("good", secret);
    const short = fileOf("short", "x".repeat(31));
    const long = fileOf("long", "x".repeat(4097));
    for (const [args, text] of [
        [["--jwt-audience", "a"], /without jwt-secret-file/],
        [["--jwt-allowed-origins", page], /without jwt-secret-file/],
        [["--jwt-secret-file", good], /needs jwt-audience/],
        [["--jwt-secret-file", join(folder, "none"), "--jwt-audience", "a"], /No such file/],
        [["--jwt-secret-file", short, "--jwt-audience", "a"], /32 to 4096 bytes/],
        [["--jwt-secret-file", long, "--jwt-audience", "a"], /32 to 4096 bytes/],
        [["--jwt-secret-file", good, "--jwt-audience", "a", "--jwt-allowed-origins", "pages.example"], /not an origin/],
    ]) {
        const { code, stderr } = await outcome(program, ["serve", "--data-dir", join(folder, "data"), ...args]);
        assert.equal(code, 2, stderr);
        assert.match(stderr, text);
    }
    assert.equal(server.log.includes(secret), false);
});
