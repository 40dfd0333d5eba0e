// SPDX-License-Identifier: Apache-2.0
// Crash contract: a disk that fills up while a publisher delivers. It is told and dropped, everything else goes on,
// nothing kept is damaged, and with space again the next push is recorded. The disk is a tmpfs in a mount namespace
// that only this file's own second process sees; src/live/full_disk_test.cpp has the same where there are none.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { outcome, run } from "../harness/command.mjs";
import { decodeFully, decodeHls, frames, lengthOfCutRun } from "../harness/ffmpeg.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";
import { finishedSession, liveSession, newStream, publish, publishWhole, sessionsOf } from "../harness/live.mjs";
import { program, startServer } from "../harness/server.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

const mountPoint = "SPANREEL_TEST_MOUNT_POINT"; // set in the second process
const unshare = ["--mount", "--map-root-user"];

/** Takes what is left of the disk. */
function fill(file) {
    const descriptor = openSync(file, "w");
    for (let size = 1 << 20; size >= 1; size >>= 1)
        for (;;)
            try {
                if (writeSync(descriptor, Buffer.alloc(size)) < size) break;
            } catch (error) {
                assert.equal(error.code, "ENOSPC");
                break;
            }
    closeSync(descriptor);
}

async function fullDisk(disk) {
    const server = await startServer({ dataDir: join(disk, "data"), args: ["--reconnect-window", "3"] });
    const [before, during, after] = [await newStream(server), await newStream(server), await newStream(server)];
    await publishWhole(server, before, { seconds: 3 });
    const kept = await finishedSession(server, before);

    const push = publish(server, during, { seconds: 120 });
    await liveSession(server, during, 2);
    const ballast = join(disk, "ballast");
    fill(ballast);
    assert.notEqual((await settled("the publisher to be dropped", push.ended, 60_000)).code, 0);
    assert.match(server.log, /recording stopped .*No space left on device/);
    const [session] = await sessionsOf(server, during);
    assert.equal(session.recordingStatus, "waiting");
    await decodeHls(session.recordingUrl);
    await decodeFully(kept.mp4Url);
    const refused = publish(server, after, { seconds: 2 });
    assert.notEqual((await settled("the refusal", refused.ended, 30_000)).code, 0);
    assert.match(server.log, /publisher refused .*The server cannot record now/);
    const write = await server.fetch("/api/stream", { method: "POST", body: { name: "no space" } });
    assert.equal(write.status, 503);
    assert.match((await write.json()).errors[0], /full/);

    rmSync(ballast);
    const finished = await finishedSession(server, during);
    assert.equal(finished.id, session.id);
    await decodeFully(finished.mp4Url);
    const pictures = lengthOfCutRun((await frames(finished.mp4Url)).map(({ number }) => number));
    assert.ok(pictures >= 60, `${pictures} pictures`);
    await waitFor("the stream to be idle", async () => !(await server.json(`/api/stream/${during.id}`)).isActive);
    await publishWhole(server, after, { seconds: 3 });
    await decodeFully((await finishedSession(server, after)).mp4Url);
    await server.stop();
    await run(program, ["check", "--data-dir", server.dataDir]);
}

if (process.env[mountPoint]) {
    test("on the small disk", async () => {
        const disk = process.env[mountPoint];
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=200m", "tmpfs", disk]);
        await fullDisk(disk);
    });
} else {
    test("the disk fills up during a push: the publisher is dropped, the rest is served, and the next push is recorded", async (t) => {
        const possible = await outcome("unshare", [...unshare, "true"]).catch(() => ({}));
        if (possible.code !== 0) return t.skip("this system gives no mount namespace");
        const { NODE_TEST_CONTEXT, ...environment } = process.env; // it speaks for itself
        const { code, stdout, stderr } = await outcome(
            "unshare",
            [...unshare, process.execPath, "--test-force-exit", "--test-reporter=spec", fileURLToPath(import.meta.url)],
            { env: { ...environment, [mountPoint]: temporaryFolder("disk") }, within: 300_000 },
        );
        assert.equal(code, 0, `${stdout}\n${stderr}`);
    });
}
