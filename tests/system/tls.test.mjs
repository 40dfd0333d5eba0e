// SPDX-License-Identifier: Apache-2.0
// The TLS listener as clients meet it: curl and Node's own, who trust one authority and nobody else.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:https";
import { after, before, test } from "node:test";

import { newAuthority, replacePair } from "../harness/certificates.mjs";
import { outcome, run } from "../harness/command.mjs";
import { finishedSession, newStream, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { exportRequest, modelSpan } from "../harness/spans.mjs";
import { waitFor } from "../harness/waiting.mjs";

let authority;
let served;
let server;
before(async () => {
    authority = await newAuthority();
    served = await authority.issue();
    const args = ["--tls-certificate", served.certificate, "--tls-key", served.key, "--reconnect-window", "0"];
    server = await startServer({ listen: { https: "127.0.0.1:0" }, args });
});
after(() => server.stop());

/** Asks over a connection of `agent`: { status, serial (of the certificate shown), port (the client's), body }. */
function ask(agent, path = "/healthz") {
    return new Promise((resolve, reject) => {
        const sent = get(new URL(path, server.httpsUrl), { agent, timeout: 10_000 }, async (answer) => {
            const { serialNumber: serial } = answer.socket.getPeerCertificate();
            const port = answer.socket.localPort;
            const body = Buffer.concat(await answer.toArray()).toString();
            resolve({ status: answer.statusCode, serial, port, body });
        });
        sent.once("error", reject);
    });
}
/** What keeps one connection open. `maxCachedSessions: 0`: a resumed session would show no certificate. */
const connection = () =>
    new Agent({ ca: readFileSync(authority.ca), keepAlive: true, maxSockets: 1, maxCachedSessions: 0 });
const askAnew = async () => {
    const agent = connection();
    try {
        return await ask(agent);
    } finally {
        agent.destroy();
    }
};

const curl = async (...args) => {
    const authorization = ["-H", `Authorization: Bearer ${server.key}`, "-H", "Content-Type: application/json"];
    const { stdout } = await run("curl", ["-sS", "--fail-with-body", "--cacert", authority.ca, ...authorization, ...args]);
    return stdout.toString();
};

test("what is served over HTTP is served over TLS: APIs, OTLP and the console", async () => {
    const stream = JSON.parse(await curl("-d", '{"name":"over TLS"}', `${server.httpsUrl}/api/stream`));
    const same = await server.json(`/api/stream/${stream.id}`);
    assert.equal(same.name, "over TLS");
    const spans = JSON.stringify(exportRequest([modelSpan({ session: "over TLS" })]));
    await curl("-d", spans, `${server.httpsUrl}/v1/traces`);
    const page = JSON.parse(await curl("-X", "POST", `${server.httpsUrl}/v2/traces/sessions/query`));
    assert.deepEqual(page.data.map((session) => session.external_id), ["over TLS"]);
    assert.match(await curl(`${server.httpsUrl}/`), /<html/);
    assert.match(await curl(`${server.httpsUrl}/metrics`), /^spanreel_/m);
});

test("a recording is the same over TLS, whole and by ranges", async () => {
    const stream = await newStream(server);
    await publishWhole(server, stream, { seconds: 3 });
    const { id } = await finishedSession(server, stream);
    const { recordingUrl, mp4Url } = JSON.parse(await curl(`${server.httpsUrl}/api/session/${id}`));
    const plain = async (url) => Buffer.from(await (await fetch(url.replace(server.httpsUrl, server.url))).arrayBuffer());
    const bytes = async (...args) =>
        (await run("curl", ["-sS", "--fail", "--cacert", authority.ca, ...args])).stdout;
    assert.ok(mp4Url.startsWith(server.httpsUrl));
    const whole = await plain(mp4Url);
    assert.ok(whole.length > 100_000);
    assert.ok((await bytes(mp4Url)).equals(whole));
    assert.ok((await bytes("-r", "1000-90999", mp4Url)).equals(whole.subarray(1000, 91_000)));
    assert.ok((await bytes(recordingUrl)).equals(await plain(recordingUrl)));
});

test("URLs in answers are https when asked over it, http when not", async () => {
    const stream = await server.json("/api/stream", { method: "POST", body: { name: "where" } });
    const path = `/api/playback/${stream.playbackId}`;
    const urls = (info) => info.meta.source.map(({ url }) => new URL(url).origin);
    const secure = urls(JSON.parse(await curl(server.httpsUrl + path)));
    assert.deepEqual(new Set(secure), new Set([server.httpsUrl]));
    assert.deepEqual(new Set(urls(await server.json(path))), new Set([server.url]));
});

test("who does not trust the authority, or speaks no TLS, gets nothing", async () => {
    const stranger = await outcome("curl", ["-sS", `${server.httpsUrl}/healthz`]);
    assert.match(stranger.stderr, /certificate/);
    const plain = await outcome("curl", ["-sS", `http://${server.addresses.https}/healthz`]);
    assert.notEqual(plain.code, 0);
});

test("a new pair is shown after SIGHUP; a connection that is open goes on with the old one", async () => {
    const agent = connection();
    try {
        const first = await ask(agent);
        for (let round = 0; round < 3; ++round) {
            const loads = server.log.match(/certificate loaded/g).length;
            replacePair(served, await authority.issue());
            process.kill(server.pid, "SIGHUP");
            await waitFor("the reload", () => server.log.match(/certificate loaded/g).length > loads, { every: 5 });
            const [kept, fresh] = [await ask(agent), await askAnew()];
            assert.deepEqual([kept.status, kept.serial, kept.port], [200, first.serial, first.port]);
            assert.equal(fresh.status, 200);
            assert.notEqual(fresh.serial, first.serial);
        }
    } finally {
        agent.destroy();
    }
});

test("a changed file is noticed without a signal, while requests go on", async () => {
    const { serial } = await askAnew();
    let asked = 0;
    let going = true;
    const agent = connection();
    const asking = (async () => {
        const ports = new Set();
        for (; going; ++asked) ports.add((await ask(agent)).port);
        return ports;
    })();
    try {
        replacePair(served, await authority.issue());
        await waitFor("the new certificate", async () => (await askAnew()).serial !== serial, { within: 10_000 });
    } finally {
        going = false;
    }
    assert.equal((await asking).size, 1, "the connection was kept");
    agent.destroy();
    assert.ok(asked > 10);
});

test("a new pair that cannot be used keeps the old one, and the log says why without a secret", async () => {
    const { serial } = await askAnew();
    const stranger = await authority.issue();
    const key = readFileSync(stranger.key, "utf8");
    writeFileSync(served.key, key);
    await waitFor("the complaint", () => server.log.includes("the old one stays"), { within: 10_000 });
    assert.match(server.log, /not the private key of the certificate in/);
    assert.equal((await askAnew()).serial, serial);
    for (const line of key.split("\n").filter((text) => text && !text.startsWith("--")))
        assert.ok(!server.log.includes(line));
    replacePair(served, stranger);
    await waitFor("the good pair", async () => (await askAnew()).serial !== serial, { within: 10_000 });
});

test("a certificate that has expired is served, with a warning", async () => {
    const expired = await authority.issue({ days: -1 });
    const args = ["--tls-certificate", expired.certificate, "--tls-key", expired.key];
    const other = await startServer({ listen: { https: "127.0.0.1:0" }, args, key: null });
    assert.match(other.log, /warning the certificate has expired/);
    const refused = await outcome("curl", ["-sS", "--cacert", authority.ca, `${other.httpsUrl}/healthz`]);
    assert.match(refused.stderr, /expired/);
    await other.stop();
});
