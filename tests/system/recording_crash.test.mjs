// SPDX-License-Identifier: Apache-2.0
// Crash contract: kill -9 while recording loses at most the last second, the rest plays, and the session goes on with
// its publisher. SPANREEL_ROUNDS rounds (2), each at a random moment.
import assert from "node:assert/strict";
import { test } from "node:test";

import { run } from "../harness/command.mjs";
import { decodeFully, decodeHls, frames, lengthOfCutRun } from "../harness/ffmpeg.mjs";
import { finishedSession, newStream, publish, publishWhole, sessionWhen, sessionsOf } from "../harness/live.mjs";
import { program, startServer } from "../harness/server.mjs";
import { settled } from "../harness/waiting.mjs";

const rounds = Number(process.env.SPANREEL_ROUNDS ?? 2);
const rate = 30;
const returned = 5000; // number of the first picture after the crash

const range = (from, count) => Array.from({ length: count }, (_, index) => from + index);
const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

/** Kills the server `delay` ms into a recording, lets the publisher return; resolves to the seconds of picture lost. */
async function crash(server, delay) {
    const stream = await newStream(server);
    const push = publish(server, stream, { seconds: 60 });
    const begun = await sessionWhen(server, stream, "the session", () => push.sent.frames > 0, { every: 20 });
    await pause(delay);
    await server.kill();
    // What had left ffmpeg by then, at most: its last report and what its pace adds since.
    const sent = push.sent.frames + Math.ceil(((Date.now() - push.sent.at) / 1000) * rate);
    await server.restart();
    assert.notEqual((await settled("ffmpeg to notice", push.ended, 30_000)).code, 0);

    await publishWhole(server, stream, { seconds: 2, firstFrame: returned });
    const session = await finishedSession(server, stream);
    assert.equal((await sessionsOf(server, stream)).length, 1);
    assert.deepEqual([session.id, session.createdAt], [begun.id, begun.createdAt]);
    await decodeFully(session.mp4Url);
    await decodeHls(session.recordingUrl);
    const shown = (await frames(session.mp4Url)).map(({ number }) => number);
    const kept = lengthOfCutRun(shown.filter((number) => number < returned));
    assert.deepEqual(shown.slice(kept), range(returned, 2 * rate));
    const seconds = shown.length / rate;
    assert.ok(Math.abs(session.sourceSegmentsDuration - seconds) < 0.2, `${session.sourceSegmentsDuration} of ${seconds}`);
    return (sent - kept) / rate;
}

test(`kill -9 while recording, ${rounds} rounds: at most the last second lost, the session continues`, async (t) => {
    const server = await startServer({ args: ["--reconnect-window", "4"] });
    let worst = 0;
    for (let round = 1; round <= rounds; ++round) {
        const delay = Math.round(Math.random() * 6000);
        await t.test(`round ${round}: kill -9 after ${delay} ms`, async (t) => {
            const lost = await crash(server, delay);
            t.diagnostic(`${lost.toFixed(2)} s lost`);
            worst = Math.max(worst, lost);
            assert.ok(lost <= 1, `${lost} s of picture lost`);
        });
    }
    await server.stop();
    await run(program, ["check", "--data-dir", server.dataDir]);
    t.diagnostic(`${rounds} of ${rounds} rounds, at most ${worst.toFixed(2)} s lost`);
});
