// SPDX-License-Identifier: Apache-2.0
// The last argument of every session call of the SDKs, its options, and the errors of their documents' tables, with
// servers that are away, frozen or behind a gateway. ORQ_SDK names a folder with a compiled package of Orq's first
// generation, which then is asked too.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

import { Orq } from "@orq-ai/node";
import * as orqErrors from "@orq-ai/node/models/errors/index.js";
import { Livepeer } from "livepeer";
import * as livepeerErrors from "livepeer/models/errors/index.js";

import { startGateway } from "../harness/gateway.mjs";
import { finishedSession, newStream, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { emptyThread } from "../harness/sessions.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

let server;
let session;
let made = 0;
before(async () => {
    server = await startServer({ args: ["--reconnect-window", "0"] });
    const stream = await newStream(server);
    await publishWhole(server, stream, { seconds: 2 });
    session = await finishedSession(server, stream);
});
after(() => server.stop());

const newThread = () => ({ externalId: `made ${++made}`, ...emptyThread });
const allTime = { filters: { interval: "SESSION_INTERVAL_ALL_TIME" } };

/** The SDKs: a client, the errors of its document, and its calls on a session `id` with `options`. */
const sdks = [
    {
        name: "Orq",
        client: (options) => new Orq({ apiKey: server.key, serverURL: server.url, ...options }),
        Failed: orqErrors.APIError,
        ...orqErrors,
        calls: {
            create: (orq, id, options) => orq.sessions.create(newThread(), options),
            delete: (orq, id, options) => orq.sessions.delete({ sessionId: id }, options),
            get: (orq, id, options) => orq.sessions.get({ sessionId: id }, options),
            update: (orq, id, options) => orq.sessions.update({ sessionId: id, updateThreadRequest: {} }, options),
            list: (orq, id, options) => orq.sessions.list(allTime, options),
        },
    },
    {
        name: "Livepeer",
        client: ({ serverURL = server.url, ...options } = {}) =>
            new Livepeer({ apiKey: server.key, serverURL: `${serverURL}/api`, ...options }),
        Failed: livepeerErrors.SDKError,
        ...livepeerErrors,
        calls: {
            getClips: (livepeer, id, options) => livepeer.session.getClips(session.id, options),
            getAll: (livepeer, id, options) => livepeer.session.getAll(options),
            get: (livepeer, id, options) => livepeer.session.get(session.id, options),
            getRecorded: (livepeer, id, options) => livepeer.session.getRecorded(session.parentId, true, options),
        },
    },
];
if (process.env.ORQ_SDK) {
    const load = createRequire(join(resolve(process.env.ORQ_SDK), "package.json"));
    const { Orq: FirstOrq } = load("./index.js");
    const errors = load("./models/errors/index.js");
    sdks.push({
        name: "Orq first generation",
        client: (options) => new FirstOrq({ apiKey: server.key, serverURL: server.url, ...options }),
        Failed: errors.APIError,
        ...errors,
        calls: {
            create: (orq, id, options) => orq.sessions.create(undefined, options),
            delete: (orq, id, options) => orq.sessions.delete({ sessionId: id }, options),
            get: (orq, id, options) => orq.sessions.get({ sessionId: id }, options),
            update: (orq, id, options) => orq.sessions.update({ sessionId: id }, options),
            list: (orq, id, options) => orq.sessions.list(undefined, options),
        },
    });
}

/** Of a thread's line in /proc. */
const stopped = (path) => /\) T /.test(readFileSync(path, "utf8"));

const newId = async () => (await server.json("/v2/traces/sessions", { method: "POST" }))._id;
/** Every call of an SDK on a session of its own: [[name, (client, options) => promise]]. */
const callsOf = ({ calls }) =>
    Promise.all(
        Object.entries(calls).map(async ([name, call]) => {
            const id = await newId();
            return [name, (client, options) => call(client, id, options)];
        }),
    );
const soon = { initialInterval: 1, maxInterval: 100, exponent: 1, maxElapsedTime: 20_000 };

for (const sdk of sdks) {
    test(`${sdk.name}, options.fetchOptions: headers of every call go with the request, also instead of the key`, async () => {
        const gateway = await startGateway(server);
        const client = sdk.client({ apiKey: "wrong", serverURL: gateway.url });
        for (const [name, call] of await callsOf(sdk)) {
            await assert.rejects(call(client), (error) => error instanceof sdk.Failed && error.statusCode === 401, name);
            const headers = { authorization: `Bearer ${server.key}`, "x-asked-by": name };
            await call(client, { fetchOptions: { headers } });
            assert.equal(gateway.requests.at(-1).headers["x-asked-by"], name);
        }
        gateway.stop();
    });

    test(`${sdk.name}, options.fetchOptions: a signal ends every call`, async () => {
        for (const [name, call] of await callsOf(sdk)) {
            const fetchOptions = { signal: AbortSignal.abort() };
            await assert.rejects(call(sdk.client(), { fetchOptions }), sdk.RequestAbortedError, name);
        }
    });

    test(`${sdk.name}, options: timeoutMs ends every call to a server that does not answer`, async () => {
        const calls = await callsOf(sdk);
        process.kill(server.pid, "SIGSTOP");
        try {
            await waitFor("every thread to stand still", () => globSync(`/proc/${server.pid}/task/*/stat`).every(stopped));
            const ended = calls.map(([name, call]) =>
                assert.rejects(call(sdk.client(), { timeoutMs: 200 }), sdk.RequestTimeoutError, name),
            );
            await settled("every call to end", Promise.all(ended));
        } finally {
            process.kill(server.pid, "SIGCONT");
        }
    });

    test(`${sdk.name}, errors: every call to a gateway whose server is away is a 5XX with its status and body`, async () => {
        const calls = await callsOf(sdk);
        const gateway = await startGateway(server);
        await server.stop();
        for (const [name, call] of calls)
            await assert.rejects(call(sdk.client({ serverURL: gateway.url })), (error) => {
                assert.ok(error instanceof sdk.Failed, name);
                assert.deepEqual([error.statusCode, error.body], [502, "nobody is there"]);
                return true;
            });
        await server.restart();
        gateway.stop();
    });

    test(`${sdk.name}, options.retries: every call is repeated until a server that was away is back`, async () => {
        const calls = await callsOf(sdk);
        const gateway = await startGateway(server);
        await server.stop();
        const retries = { strategy: "backoff", backoff: soon };
        const behind = calls.map(([, call]) => call(sdk.client({ serverURL: gateway.url }), { retries }));
        await waitFor("each to be repeated", () => gateway.requests.length >= 2 * calls.length, { within: 20_000 });
        await server.restart();
        await settled("every call to end", Promise.all(behind), 20_000);
        const answered = gateway.requests.filter(({ status }) => status === 200 || status === 204);
        assert.equal(answered.length, calls.length);
        gateway.stop();
    });

    test(`${sdk.name}, options.retries: retryConnectionErrors, and the same for all calls as retryConfig`, async () => {
        const calls = await callsOf(sdk);
        await server.stop();
        for (const [name, call] of calls) await assert.rejects(call(sdk.client()), sdk.ConnectionError, name);
        const retries = { strategy: "backoff", backoff: soon, retryConnectionErrors: true };
        const half = (at) => (at % 2 ? [{}, { retries }] : [{ retryConfig: retries }, undefined]);
        const waiting = calls.map(([, call], at) => {
            const [ofClient, ofCall] = half(at);
            return call(sdk.client(ofClient), ofCall);
        });
        await server.restart();
        await settled("every call to end", Promise.all(waiting), 20_000);
    });
}
