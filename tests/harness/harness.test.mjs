// SPDX-License-Identifier: Apache-2.0
// The measuring tools are checked before what they measure.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { hlsScript, launchBrowser } from "./browser.mjs";
import { outcome, run } from "./command.mjs";
import { decodeFully, frames, inspect, sourceArgs } from "./ffmpeg.mjs";
import { temporaryFolder } from "./leftovers.mjs";
import { settled, waitFor } from "./waiting.mjs";

test("a wait ends at its deadline and says what it waited for", async () => {
    await assert.rejects(waitFor("the impossible", () => false, { within: 60 }), /waited 60 ms for the impossible/);
    await assert.rejects(settled("the endless", new Promise(() => {}), 60), /waited 60 ms for the endless/);
    let calls = 0;
    assert.equal(await waitFor("the third call", () => (++calls === 3 ? calls : 0), { every: 1 }), 3);
});

test("a program's failure shows what it said", async () => {
    await assert.rejects(run("bash", ["-c", "echo reason >&2; exit 3"]), /3\nreason/);
    assert.equal((await outcome("bash", ["-c", "kill -9 $$"])).signal, "SIGKILL");
});

test("frame numbers survive B-frames, encoding and a container", async () => {
    const file = join(temporaryFolder("source"), "numbered.mp4");
    const source = sourceArgs({ seconds: 2, realtime: false, firstFrame: 1000 });
    await run("ffmpeg", ["-loglevel", "error", ...source, file]);
    const seen = await frames(file);
    assert.deepEqual(
        seen.map((frame) => frame.number),
        Array.from({ length: 60 }, (_, index) => 1000 + index),
    );
    assert.ok(Math.abs(seen[59].seconds - seen[0].seconds - 59 / 30) < 0.001);
    await decodeFully(file);
    const { streams } = await inspect(file);
    assert.deepEqual(streams.map((stream) => stream.codec_name).sort(), ["aac", "h264"]);
    assert.equal(streams.find((stream) => stream.codec_name === "h264").has_b_frames, 2);
});

test("a damaged file does not decode", async () => {
    const file = join(temporaryFolder("damaged"), "cut.ts");
    const source = sourceArgs({ seconds: 2, realtime: false });
    const damage = "head -c 60000 \"$0\" | tail -c +30000 > \"$0.cut\" && mv \"$0.cut\" \"$0\"";
    await run("ffmpeg", ["-loglevel", "error", ...source, "-f", "mpegts", file]);
    await run("bash", ["-c", damage, file]);
    await assert.rejects(decodeFully(file));
});

test("the browser starts, plays H.264 and loads hls.js", async () => {
    const browser = await launchBrowser();
    try {
        const page = await browser.newPage();
        await page.addScriptTag({ path: hlsScript });
        assert.equal(await page.evaluate(() => globalThis.Hls.isSupported()), true);
        const types = ["video/mp4; codecs=\"avc1.64001f,mp4a.40.2\""];
        assert.deepEqual(await page.evaluate((all) => all.map((type) => MediaSource.isTypeSupported(type)), types), [true]);
    } finally {
        await browser.close();
    }
});
