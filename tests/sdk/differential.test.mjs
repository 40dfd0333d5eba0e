// SPDX-License-Identifier: Apache-2.0
// The C++ client libraries beside the npm packages: the same generated calls of both against one server that plays the
// same script to each. Requests must be equal on the wire and outcomes equal. SDK_CASES and SDK_SEED choose others.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startDriver } from "./driver.mjs";
import { livepeerOperations, orqOperations } from "./operations.mjs";
import { randomFrom } from "../harness/random.mjs";
import { startScriptedServer } from "../harness/scripted_server.mjs";

const cases = Number(process.env.SDK_CASES ?? 400);
const seed = Number(process.env.SDK_SEED ?? 1);
const operations = [...orqOperations, ...livepeerOperations];

/** The packages leave rejections behind when a body breaks off or is none. Any other is a failure. */
let stray = [];
process.on("unhandledRejection", (reason) => stray.push(reason));
const isLeftBehind = (reason) => reason instanceof SyntaxError || ["AbortError", "TimeoutError"].includes(reason?.name) || (reason instanceof TypeError && reason.message === "terminated");

let server;
let driver;
before(async () => {
    server = await startScriptedServer();
    driver = startDriver();
});
after(async () => {
    driver?.stop();
    await server?.stop();
});

const json = (status, value, headers = {}) => ({
    status,
    headers: { "Content-Type": "application/json", ...headers },
    body: typeof value === "string" ? value : JSON.stringify(value),
});
const quick = { initial_interval: 1, max_interval: 3, exponent: 1.5, max_elapsed_time: 60_000 };

/** Milliseconds in which any machine sends a request; such situations are played a few times only. */
const wait = 1000;
/** By which two waits of the same length may differ on a busy machine; those that are told apart differ by twice that. */
const tolerance = 300;
const longestWait = 1700;
const slowRounds = 6;

/** What can happen to a call: what the server does, and options of the client and the call. */
const situations = {
    good: (random, good) => ({ script: [good] }),
    keys: (random, good) => ({
        script: [good],
        client: { api_key: random.pick(["", "k", "bearer k", "Bearer  k", "BEARER k", "k with blanks"]) },
        options: random.chance() ? { headers: { "X-More": "1", [random.pick(["authorization", "accept", "x-two"])]: random.pick(["", "a", "Basic eDp5", "a, b;q=1"]) } } : {},
    }),
    urls: (random, good) => ({
        script: [good],
        path: random.pick(["/", "/prefix", "/prefix/", "/a/b//", "/?a=1", "/p?x=%20y&z", "/p/#part", "/../q"]),
        perCall: random.chance(),
    }),
    refused: (random) => ({
        script: [
            random.pick([
                json(random.pick([400, 401, 403, 404, 409, 413, 422, 429, 500, 503]), random.pick([{ errors: ["no"] }, { code: "404", message: "not there" }, { message: "only text" }, {}, "[]", "null"])),
                { status: random.pick([400, 404, 418, 500, 502, 599]), headers: { "Content-Type": random.pick(["text/plain", "text/html; charset=utf-8", "application/problem+json"]) }, body: random.pick(["", "no", "x".repeat(300), "y".repeat(12_000)]) },
                { status: random.pick([401, 404, 500]), body: "" },
            ]),
        ],
    }),
    odd_status: (random, good) => ({
        script: [random.pick([{ ...good, status: random.pick([200, 201, 202, 203, 206, 299, 300, 304 + 2]) }, json(201, {}), json(202, { errors: ["later"] }), { status: 204 }, { status: 200, body: "text", headers: { "Content-Type": "text/plain" } }])],
    }),
    content_type: (random, good) => ({
        script: [{ ...good, headers: random.pick([{}, { "Content-Type": "text/json" }, { "Content-Type": "Application/JSON" }, { "Content-Type": "application/json;charset=utf-8" }, { "Content-Type": "application/json ; a=b" }, { "Content-Type": "application/vnd.x+json" }, { "Content-Type": "application" }]) }],
    }),
    bad_json: (random, good) => ({ script: [{ ...good, body: random.pick(["", "{", "{]", "nul", "{\"a\":1}}", (good.body ?? "").slice(0, -1) || "["]) }] }),
    misfit: (random, good, operation) => ({ script: [{ ...good, body: operation.spoil(random, good.body) }] }),
    repeated: (random, good) => {
        const times = random.below(4);
        const refusal = () => json(random.pick([429, 500, 502, 503, 504]), {}, random.pick([{}, { "Retry-After": "0" }, { "Retry-After": "1" }, { "Retry-After": "soon" }, { "Retry-After": "1.5" }, { "Retry-After": "-1" }, { "Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT" }, { "Retry-After": new Date(Date.now() + 3e6).toUTCString() }, { "Retry-After": "2099-01-01T00:00:00Z" }, { "retry-after-ms": "2" }, { "retry-after-ms": "x", "Retry-After": "1" }]));
        const retries = { strategy: random.pick(["backoff", "backoff", "backoff", "none"]), backoff: random.chance(0.8) ? quick : { ...quick, max_elapsed_time: -1 } };
        const codes = random.pick([undefined, undefined, ["5XX"], ["429", "5xx"], ["418"], []]);
        return {
            script: [...Array.from({ length: times }, refusal), good],
            client: random.chance() ? { retries } : {},
            options: { ...(random.chance(0.7) && { retries }), ...(codes && { retry_codes: codes }) },
        };
    },
    waits: (random, good, operation) => {
        const [headers, firm] = random.pick([[{}, false], [{ "Retry-After": "1" }, true], [{ "Retry-After": "3" }, true], [{ "Retry-After": new Date(Date.now() + 3e6).toUTCString() }, true], [{ "retry-after-ms": "300" }, operation.library === "orq"], [{ "retry-after-ms": "300", "Retry-After": "1" }, true]]);
        const backoff = { initial_interval: longestWait, max_interval: longestWait, exponent: 1.5, max_elapsed_time: 60_000 };
        return { script: [json(503, {}, headers), json(429, {}), good], options: { retries: { strategy: "backoff", backoff } }, slow: true, firm };
    },
    broken: (random, good) => ({
        script: [...Array.from({ length: 1 + random.below(2) }, () => ({ ...good, part: random.pick(["nothing", "head"]), then: random.pick(["close", "reset"]) })), good],
        options: random.chance() ? { retries: { strategy: "backoff", retry_connection_errors: random.chance(), backoff: quick } } : {},
    }),
    cut_short: (random, good) => ({ script: [{ ...good, part: "body", then: random.pick(["close", "reset"]) }], needsBody: true }),
    refused_connection: () => ({ script: [], closed: true }),
    too_late: (random, good) => ({
        script: [{ ...good, part: random.pick(["nothing", "head", "body"]), then: "silent" }],
        slow: true,
        [random.pick(["client", "options"])]: { timeout: wait },
        needsBody: true,
    }),
    stopped: (random, good) => ({
        script: [{ ...good, part: random.pick(["nothing", "head", "body"]), then: "silent" }],
        slow: true,
        options: { abort_after: wait, ...(random.chance() && { timeout: 10 }) },
        needsBody: true,
    }),
    redirected: (random, good) => {
        const status = random.pick([301, 302, 303, 307, 308]);
        const to = { status, headers: { Location: random.pick(["/elsewhere", "relative", "/with?query=1", "/loop"]) } };
        return {
            script: [(request) => (request.target.startsWith("/loop") || !/elsewhere|relative|with/.test(request.target) ? to : good)],
            options: { redirect: random.pick(["follow", "follow", "manual", "error"]) },
        };
    },
};

const situationNames = Object.keys(situations);
const called = { count: 0, operations: new Set() };

/** The parts of requests that servers look at. */
const onTheWire = ({ method, target, headers, body }) => ({
    method,
    target,
    headers: Object.fromEntries(["accept", "authorization", "content-type", "content-length", "x-more", "x-two"].flatMap((name) => (headers[name] === undefined ? [] : [[name, name === "content-length" && body ? "of the body" : headers[name]]]))),
    body: body && JSON.parse(body),
});

/** The waits between attempts are the same; without a word of the server's the first one is up to a second at random. */
function compareWaits([package_, library], firm) {
    for (const [index, wait] of library.entries()) {
        if (firm || index > 0) assert.ok(Math.abs(wait - package_[index]) <= tolerance, `waits: ${package_} and ${library}`);
        else assert.ok(Math.max(wait, package_[index]) <= 1000 + tolerance, `waits: ${package_} and ${library}`);
    }
}

/** Names of members without their spelling, dates as text, and nothing that is undefined. */
function plain(value) {
    if (value instanceof Date) return value.toISOString();
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value === undefined ? null : value;
    return Object.fromEntries(Object.entries(value).filter(([name, one]) => one !== undefined && name !== "rawResponse" && !(name === "headers" && Object.keys(one).length === 0)).map(([name, one]) => [name.replaceAll(/[_-]/g, "").toLowerCase(), plain(one)]).sort());
}

for (const [index, name] of situationNames.entries())
    test(`${name}: requests and outcomes of both are equal`, async (context) => {
        const random = randomFrom(seed * 1000 + index);
        let rounds = Math.ceil(cases / situationNames.length);
        stray = [];
        for (let round = 0; round < rounds; ++round) {
            let operation, good, situation;
            do {
                operation = random.pick(operations);
                good = operation.good(random);
                situation = situations[name](random, good, operation);
            } while (situation.needsBody && !good.body);
            const request = operation.request(random);
            if (situation.slow) rounds = Math.min(rounds, slowRounds);
            called.operations.add(operation.name);
            ++called.count;
            const about = () => JSON.stringify({ operation: operation.name, request, ...situation }, (_, one) => (typeof one === "function" ? String(one) : one));
            const results = [];
            for (const run of [operation.run, (one) => driver.call(one)]) {
                // A connection that hung is in the way of the next call to the same address.
                const target = situation.slow ? await startScriptedServer() : server;
                const url = (situation.closed ? "http://127.0.0.1:1" : target.url) + (situation.path ?? "");
                target.play(situation.script);
                const outcome = await run({
                    library: operation.library,
                    operation: operation.name,
                    request,
                    client: { api_key: "key", server_url: situation.perCall ? "http://127.0.0.1:1" : url, ...situation.client },
                    options: { ...situation.options, ...(situation.perCall && { server_url: url }) },
                });
                const seen = target.seen();
                results.push({ outcome: operation.comparable(plain(outcome)), requests: seen.map(onTheWire), waits: seen.slice(1).map(({ at }, before) => Math.round(at - seen[before].at)) });
                if (target !== server) await target.stop();
            }
            assert.deepEqual(results[1].requests, results[0].requests, about());
            assert.deepEqual(results[1].outcome, results[0].outcome, about());
            if (situation.firm !== undefined) compareWaits(results.map(({ waits }) => waits), situation.firm);
        }
        assert.deepEqual(stray.filter((reason) => !isLeftBehind(reason)), []);
        context.diagnostic(`${rounds} calls by each`);
    });

test("the calls were of every operation", (context) => {
    context.diagnostic(`${called.count} calls of ${called.operations.size} operations`);
    if (cases >= 400) assert.deepEqual([...called.operations].sort(), operations.map(({ name }) => name).sort());
    assert.ok(called.count >= Math.min(cases, situationNames.length), "none was skipped");
});
