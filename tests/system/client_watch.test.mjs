// SPDX-License-Identifier: Apache-2.0
// `watch`: a line for each change, or one picture on a terminal; until Ctrl-C, also over a restart of the server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { objectsOf, onTty, running } from "../harness/command_line.mjs";
import { newStream, publish } from "../harness/live.mjs";
import { startScriptedServer } from "../harness/scripted_server.mjs";
import { startServer } from "../harness/server.mjs";
import { modelSpan, sendSpans } from "../harness/spans.mjs";
import { settled } from "../harness/waiting.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";

let server;
before(async () => {
    server = await startServer({ args: ["--reconnect-window", "1"] });
});
after(() => server.stop());

const often = ["--interval", "0.2"];
const json = (run) => run.out.split("\n").filter(Boolean).map((line) => JSON.parse(line));

test("a stream that goes live and idle again is told line by line", async () => {
    const workspace = await newWorkspace(server);
    const stream = await newStream(workspace);
    const lines = running(workspace, ["streams", "watch", stream.id, ...often]);
    const objects = running(workspace, ["streams", "watch", "--json", ...often]);
    await lines.until("the stream", / idle /);
    const push = publish(workspace, stream, { seconds: 30 });
    await lines.until("live", / live +[\d.]+ kbit\/s +\d/);
    await push.stop();
    await lines.until("idle again", / live [^]* idle /);
    await objects.until("idle again", /"isActive":true[^]*"isActive":false/);
    assert.deepEqual(await lines.end(), { code: 0, signal: null });
    assert.deepEqual(await objects.end(), { code: 0, signal: null });
    for (const line of lines.out.trimEnd().split("\n")) assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z  \S/);
    const states = json(objects);
    assert.equal(new Set(states.map((state) => JSON.stringify(state))).size, states.length, "no line twice in a row");
    assert.equal(lines.err + objects.err, "");
});

test("watching outlasts a server that restarts", async () => {
    const workspace = await newWorkspace(server);
    const [session] = await objectsOf(workspace, ["sessions", "create", "--external-id", "long"]);
    const watch = running(workspace, ["sessions", "watch", session._id, "--json", ...often]);
    await watch.until("the session", /"external_id":"long"/);
    await server.stop();
    await watch.until("the trouble", /not reached.*trying again/, "err");
    await server.restart();
    await watch.until("the server", /answers again/, "err");
    await sendSpans(workspace, [modelSpan({ session: "long", input: 7, output: 1 })]);
    await watch.until("the change", /"total_tokens":8/);
    assert.deepEqual(await watch.end(), { code: 0, signal: null });
    assert.equal(watch.err.match(/trying again/g).length, 1, "said once");
});

test("only the last look is remembered: what was gone is told again when it is back", async (t) => {
    const scripted = await startScriptedServer();
    t.after(() => scripted.stop());
    const look = (...streams) => ({ status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(streams) });
    const stream = { id: "one", name: "stage" };
    scripted.play([look(stream), look(stream), look(), look(stream)]);
    const watch = running({ url: scripted.url, key: "some" }, ["streams", "watch", "--json", "--interval", "0.1"]);
    await watch.until("the return", /"one"[^]*"one"/);
    assert.equal(scripted.seen().length >= 4, true);
    await watch.end();
    assert.equal(json(watch).length, 2);
});

test("a server that was never reached is not waited for", async () => {
    const watch = running({ url: "http://127.0.0.1:1", key: "none" }, ["streams", "watch"]);
    assert.equal((await settled("the watch", watch.ended)).code, 5);
});

test("what is deleted while it is watched ends with that it is not there", async () => {
    const workspace = await newWorkspace(server);
    const stream = await newStream(workspace);
    const watch = running(workspace, ["streams", "watch", stream.id, ...often]);
    await watch.until("the stream", / idle /);
    await workspace.fetch(`/api/stream/${stream.id}`, { method: "DELETE" });
    assert.equal((await settled("the watch", watch.ended)).code, 3);
});

test("on a terminal it is drawn in place, until Ctrl-C", async () => {
    const workspace = await newWorkspace(server);
    await newStream(workspace, { name: "first" });
    for (const words of [["streams", "watch"], ["sessions", "watch"]]) {
        const terminal = onTty(workspace, [...words, ...often], { columns: 70 });
        await terminal.until("a second picture", /\x1b\[\d+A\r\x1b\[J/);
        terminal.type("\x03");
        assert.equal((await terminal.ended).code, 0);
    }
});
