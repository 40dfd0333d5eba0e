// SPDX-License-Identifier: Apache-2.0
// What ends `spanreel push`: a signal while it reads, sends, or asks for the session; and that it lives in a terminal's
// foreground as any command does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { finishedSession, liveSession, newStream } from "../harness/live.mjs";
import { beginPush, events, mediaFile, pushInTerminal } from "../harness/push_command.mjs";
import { startScriptedServer } from "../harness/scripted_server.mjs";
import { startServer } from "../harness/server.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

let server;
before(async () => (server = await startServer({ args: ["--reconnect-window", "3"] })));
after(() => server.stop());

const soon = 8000; // ms for an end that waits for nothing: most of it for sanitizers on a busy machine
const ended = (pushing, within = soon) =>
    settled("the push to end", pushing.ended, within).catch((error) => {
        throw new Error(`${error.message}\n${pushing.said}\n${pushing.complaints}`);
    });
const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));
const told = (pushing, event) => events(pushing.said.replaceAll("\r", "")).find((line) => line.event === event);

describe("signals", { concurrency: 3 }, () => {
    test("an input that gives nothing is waited for until a signal", async () => {
        const stream = await newStream(server);
        const pushing = beginPush(server, ["--stream", stream.id, "-"], { input: "pipe" });
        await pause(1000);
        pushing.child.kill("SIGTERM");
        await ended(pushing);
        assert.equal(pushing.said, "");
    });

    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
        test(`an input that falls silent: ${signal} ends the session in order`, async () => {
            const media = readFileSync(await mediaFile({ container: "ts", seconds: 6 }));
            const stream = await newStream(server);
            const pushing = beginPush(server, ["--stream", stream.id, "-"], { input: "pipe" });
            pushing.child.stdin.write(media.subarray(0, media.length * 0.8));
            await liveSession(server, stream, 2);
            await pause(3000);
            pushing.child.kill(signal);
            assert.equal((await ended(pushing)).code, 0, pushing.complaints);
            assert.equal(told(pushing, "ended").stopped, true);
            await finishedSession(server, stream);
        });

    test("a signal that comes twice at once is one", async () => {
        const stream = await newStream(server);
        const pushing = beginPush(server, ["--stream", stream.id, await mediaFile({ seconds: 20 })]);
        await liveSession(server, stream);
        pushing.child.kill("SIGINT");
        pushing.child.kill("SIGTERM");
        assert.equal((await ended(pushing)).code, 0, pushing.complaints);
        assert.equal(told(pushing, "ended").stopped, true);
    });

    test("a signal while the session is asked for, when all is sent, ends the command", async () => {
        const stream = await newStream(server);
        const path = `/api/stream/${stream.id}`;
        const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${server.key}` } });
        const found = { headers: { "content-type": "application/json" }, body: await answer.text() };
        const scripted = await startScriptedServer();
        scripted.play([({ target }) => (target === path ? found : { part: "nothing", then: "silent" })]);
        const front = { url: scripted.url, rtmpUrl: server.rtmpUrl, key: server.key };
        const pushing = beginPush(front, ["--fast", "--stream", stream.id, await mediaFile({ seconds: 1 })]);
        await waitFor("the session to be asked for", () => scripted.seen().some(({ target }) => target !== path));
        pushing.child.kill("SIGINT");
        assert.equal((await ended(pushing)).signal, "SIGINT");
        await scripted.stop();
    });

    test("Ctrl-C in a terminal ends the session in order", async () => {
        const stream = await newStream(server);
        const pushing = pushInTerminal(server, ["--json", "--stream", stream.id, await mediaFile({ seconds: 20 })]);
        await liveSession(server, stream);
        pushing.child.stdin.write("\x03");
        assert.equal((await ended(pushing)).code, 0, pushing.said);
        assert.match(pushing.said, /"event":"ended".*"stopped":true/);
        assert.match(pushing.said, /"event":"session"/);
    });

    test("what is typed in a terminal is an input as well", async () => {
        const stream = await newStream(server);
        const pushing = pushInTerminal(server, ["--stream", stream.id, "-"]);
        pushing.child.stdin.write("no media\n".repeat(30));
        const typing = setInterval(() => pushing.child.stdin.write("\x04"), 200); // an end counts for one read alone
        const end = await ended(pushing).finally(() => clearInterval(typing));
        assert.equal(end.code, 2, pushing.said);
        assert.match(pushing.said, /- is not a media file/);
    });
});
