// SPDX-License-Identifier: Apache-2.0
// Span and picture on one clock: a source that knows what time it is shows a white frame now and then and sends a span
// of the same moment; in the recording each span must lie within a frame of its flash, also after a reconnect.
// SPANREEL_SYNC_SECONDS: how long; `make show-sync` takes 180.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { run } from "../harness/command.mjs";
import { start } from "../harness/leftovers.mjs";
import { startServer } from "../harness/server.mjs";
import { sendSpans } from "../harness/spans.mjs";
import { waitFor } from "../harness/waiting.mjs";

const seconds = Number(process.env.SPANREEL_SYNC_SECONDS ?? 20);
const limit = 33; // ms: one frame
const rate = 30;
const [width, height] = [320, 180];
const away = 2; // s between two connections
const afterStart = 0.2; // s: no flash before
const beforeEnd = 1; // s: no flash after, what is on its way may be lost with the connection

const black = frameOf(16);
const white = frameOf(235);

function frameOf(luma) {
    const frame = Buffer.alloc((width * height * 3) / 2, 128);
    return frame.fill(luma, 0, width * height);
}

/** One connection of a camera whose frame n is of the moment begin + n/rate. Resolves to the moments of its flashes. */
async function film(url, length) {
    const input = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", `${width}x${height}`, "-r", `${rate}`, "-i", "pipe:0"];
    const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", `${rate * 2}`];
    const args = ["-hide_banner", "-loglevel", "error", "-fflags", "nobuffer", ...input, ...codec, "-f", "flv", url];
    const ffmpeg = start("ffmpeg", args, { stdio: ["pipe", "ignore", "inherit"] });
    ffmpeg.stdin.on("error", () => {}); // it is killed in the end

    const flashes = [];
    const clock = () => performance.timeOrigin + performance.now();
    const begin = clock();
    let next = afterStart;
    for (let frame = 0; frame < length * rate; ++frame) {
        const at = frame / rate;
        const early = begin + at * 1000 - clock();
        if (early > 0) await sleep(early);
        const flash = at >= next && at < length - beforeEnd;
        if (flash) {
            flashes.push(begin + at * 1000);
            next = at + 0.9 + Math.random() * 0.6;
        }
        if (!ffmpeg.stdin.write(flash ? white : black)) await once(ffmpeg.stdin, "drain");
    }
    ffmpeg.kill("SIGKILL"); // as if the network had gone
    await ffmpeg.ended;
    return flashes;
}

/** Where a file shows white frames, in ms. */
async function flashesIn(url) {
    const times = ["-loglevel", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"];
    const { stdout } = await run("ffprobe", [...times, "-of", "csv=p=0", url], { within: 300_000 });
    const shown = stdout.toString().split("\n").map(Number.parseFloat).filter(Number.isFinite);
    const gray = ["-vf", "scale=1:1:flags=area,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo", "-"];
    const { stdout: lumas } = await run("ffmpeg", ["-loglevel", "error", "-i", url, ...gray], { within: 300_000 });
    assert.equal(lumas.length, shown.length, "as many pictures as timestamps");
    return shown.filter((_, index) => lumas[index] > 128).map((at) => at * 1000);
}

test(`span and picture stay within ${limit} ms over ${seconds} s with a reconnect`, async () => {
    const server = await startServer({ args: ["--reconnect-window", "5"] });
    const stream = await server.json("/api/stream", { method: "POST", body: { name: "flashes", record: true } });
    const url = `${server.rtmpUrl}/live/${stream.streamKey}`;

    const first = await film(url, seconds / 2);
    await sleep(away * 1000);
    const flashes = [...first, ...(await film(url, seconds / 2))];
    const spans = flashes.map((at, index) => ({
        name: `flash ${index}`,
        start: at,
        end: at + 10,
        attributes: { "session.id": stream.id },
    }));
    await sendSpans(server, spans);

    const session = await waitFor(
        "the recording",
        async () => {
            const { data } = await server.json("/v1/sessions");
            return data.find((one) => one.stream_id === stream.id && one.mp4_url);
        },
        { within: 30_000, every: 500 },
    );
    const { media, spans: placed } = await server.json(`/v1/sessions/${session.id}/timeline`);
    assert.equal(media.length, 1);
    assert.equal(media[0].segments.filter(({ discontinuity }) => discontinuity).length, 1, "one reconnect");
    const shown = await flashesIn(new URL(session.mp4_url, server.url).href);
    assert.equal(shown.length, flashes.length, "every flash is in the recording");
    assert.equal(placed.length, flashes.length);

    const apart = placed.map(({ recorded, media_start_ms }, index) => {
        assert.ok(recorded, `flash ${index} is recorded`);
        return media_start_ms - shown[index];
    });
    const worst = Math.max(...apart.map(Math.abs));
    const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
    console.log(`${apart.length} flashes: span and picture ${worst.toFixed(1)} ms apart at most, ${mean.toFixed(1)} in the mean`);
    assert.ok(worst <= limit, apart.map((value) => value.toFixed(1)).join(" "));
    await server.stop();
});
