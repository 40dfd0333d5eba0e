// SPDX-License-Identifier: Apache-2.0
// Pictures of a moment, the latest of a live stream and sheets of small ones, by a source whose pictures carry their
// numbers.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { livepeer } from "../harness/clients.mjs";
import { run } from "../harness/command.mjs";
import { frameSize, imageNumber, imageSize } from "../harness/ffmpeg.mjs";
import { start } from "../harness/leftovers.mjs";
import { finishedSession, liveSession, makeClip, newStream, publish, publishWhole } from "../harness/live.mjs";
import { program, startServer } from "../harness/server.mjs";
import { waitFor } from "../harness/waiting.mjs";

const rate = 30;
const seconds = 7;

let server, stream, session, asset;
before(async () => {
    server = await startServer({ args: ["--reconnect-window", "4"] });
    stream = await newStream(server);
    await publishWhole(server, stream, { seconds, bframes: 3 });
    session = await finishedSession(server, stream);
    ({ asset } = await livepeer(server).asset.get(session.id));
});
after(() => server.stop());

async function image(path, type = "image/jpeg") {
    const answer = await server.fetch(path, { key: "", headers: { origin: "https://player.example" } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 200) throw Object.assign(new Error(`${path}: ${answer.status} ${bytes}`), { answer });
    assert.equal(answer.headers.get("content-type"), type);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    return bytes;
}

const pictureOf = (path) => image(path).then(imageNumber);
const refused = (path, status, text) =>
    assert.rejects(image(path), (error) => error.answer?.status === status && text.test(error.message));

/** Process ids of the server's workers, those that have ended left out. */
const workers = () =>
    readdirSync("/proc").filter((pid) => {
        try {
            const [, name, state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").match(/\((.*)\) (.) (\d+)/);
            return name === "spanreel-worker" && Number(parent) === server.pid && state !== "Z";
        } catch {
            return false;
        }
    });

/** Whether the process was still there. */
function signal(pid, name) {
    try {
        return process.kill(Number(pid), name);
    } catch {
        return false;
    }
}

let asked = 0;
/** Asks for a picture that nobody has asked for before. */
const askAnew = () =>
    server.fetch(`/recordings/${asset.playbackId}/thumbnail.png?time=6.9&width=${100 + ++asked}`, { key: "" });

/** Asks until a worker could be stopped before it had ended: { pid, answer }. */
async function stoppedWorker() {
    const others = new Set(workers());
    for (;;) {
        let ended = false;
        const answer = askAnew();
        answer.finally(() => (ended = true)).catch(() => {});
        while (!ended) {
            const pid = workers().find((each) => !others.has(each));
            if (pid) {
                if (signal(pid, "SIGSTOP") && workers().includes(pid)) return { pid, answer };
            }
            await sleep(1);
        }
    }
}

test("the picture at a moment is the one on the screen, as JPEG and as PNG", async () => {
    const base = `/recordings/${asset.playbackId}/thumbnail`;
    for (const number of [0, 1, 29, 30, 44, 59, 60, 61, 119, 120, 187, 209]) {
        const middle = ((number + 0.5) / rate).toFixed(4);
        assert.equal(await pictureOf(`${base}.jpg?time=${middle}`), number);
        assert.equal(await imageNumber(await image(`${base}.png?time=${middle}`, "image/png")), number);
        assert.equal(await pictureOf(`${base}.jpg?time=${(number / rate).toFixed(3)}`), number, "its first moment");
    }
    assert.equal(await pictureOf(`/hls/${asset.playbackId}/thumbnail.jpg?time=1.51`), 45);
    assert.equal(await pictureOf(`${base}.jpg`), 0);
    assert.equal(await pictureOf(`${base}.jpg?time=${asset.videoSpec.duration}`), 209, "the end means the last one");
});

test("by the wall clock, of an asset and of a session", async () => {
    const timeline = await server.json(`/v1/sessions/${session.id}/timeline`);
    const { segments } = timeline.media.find((track) => track.stream_session_id === session.id);
    for (const number of [0, 33, 100, 205]) {
        const media = ((number + 0.5) / rate) * 1000;
        const segment = segments.filter((each) => each.media_start_ms <= media).at(-1);
        const at = Math.round(segment.started_at_ms + media - segment.media_start_ms);
        assert.equal(await pictureOf(`/recordings/${asset.playbackId}/thumbnail.jpg?at=${at}`), number);
        assert.equal(await pictureOf(`/hls/${stream.playbackId}/${session.id}/thumbnail.jpg?at=${at}`), number);
    }
    assert.equal(await pictureOf(`/hls/${stream.playbackId}/${session.id}/thumbnail.jpg`), 0);
});

test("as wide as asked, and never wider than the video", async () => {
    const base = `/recordings/${asset.playbackId}/thumbnail`;
    assert.deepEqual(await imageSize(await image(`${base}.jpg`)), frameSize);
    assert.deepEqual(await imageSize(await image(`${base}.jpg?width=160`)), { width: 160, height: 96 });
    assert.deepEqual(await imageSize(await image(`${base}.png?width=4000`, "image/png")), frameSize);
    await refused(`${base}.jpg?width=15`, 400, /width must be from 16 to 8192/);
    await refused(`${base}.jpg?width=8193`, 400, /width must be from 16 to 8192/);
});

test("what cannot be shown is refused with the reason", async () => {
    const base = `/recordings/${asset.playbackId}/thumbnail.jpg`;
    await refused(`${base}?time=x`, 400, /time must be seconds/);
    await refused(`${base}?time=1&at=1`, 400, /exclude each other/);
    await refused(`${base}?time=${seconds + 1}`, 422, /time lies outside of what is recorded, 0.000 to 7\.\d+ seconds/);
    await refused(`${base}?at=${session.createdAt - 3_600_000}`, 422, /Nothing was recorded at that moment/);
    await refused("/recordings/unknown/thumbnail.jpg", 404, /No playback URL found for unknown/);
    await refused(`/hls/${stream.playbackId}/thumbnail.jpg`, 404, /This stream is not live/);
    await refused(`/hls/${stream.playbackId}/unknown/thumbnail.jpg`, 404, /No playback URL found/);
    await refused(`/hls/${asset.playbackId}/${session.id}/thumbnail.jpg`, 404, /No playback URL found/);
});

/** [{ from, to, url, x, y, width, height }] */
function cuesOf(track) {
    assert.match(track, /^WEBVTT\n\n/);
    const time = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    return track.trim().split("\n\n").slice(1).map((cue) => {
        const [, from, to, url, ...area] = cue.match(/^(\S+) --> (\S+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/);
        const [x, y, width, height] = area.map(Number);
        return { from: time(from), to: time(to), url, x, y, width, height };
    });
}

/** Each cue with the number of the picture on its tile. */
async function tilesOf(playbackId) {
    const path = `/recordings/${playbackId}/thumbnails.vtt`;
    const cues = cuesOf((await image(path, "text/vtt")).toString());
    assert.deepEqual([...new Set(cues.map(({ url }) => url))], ["sprite.jpg"]);
    const sheet = await image(new URL(cues[0].url, new URL(path, server.url)).pathname);
    return Promise.all(cues.map(async (cue) => ({ ...cue, number: await imageNumber(sheet, cue) })));
}

test("thumbnails: a WebVTT track over a sheet of the key frames", async () => {
    const tiles = await tilesOf(asset.playbackId);
    // Sound goes on a little longer than the pictures, which begins an eighth second.
    assert.deepEqual(tiles.map(({ from }) => from), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.ok(Math.abs(tiles.at(-1).to - asset.videoSpec.duration) < 0.001);
    assert.deepEqual(tiles.map(({ number }) => number), [0, 30, 60, 90, 120, 150, 180, 180]);
    for (const { width, height } of tiles) assert.deepEqual({ width, height }, { width: 160, height: 96 });
});

test("a clip: its own moments, and no tile shows what is before it", async () => {
    const timeline = await server.json(`/v1/sessions/${session.id}/timeline`);
    const [{ started_at_ms: begun }] = timeline.media.find((track) => track.stream_session_id === session.id).segments;
    const clock = (number) => Math.round(begun + ((number - 0.5) / rate) * 1000);
    const clip = await makeClip(server, { playbackId: stream.playbackId, startTime: clock(40), endTime: clock(118) });
    const base = `/recordings/${clip.playbackId}/thumbnail.jpg`;
    assert.equal(await pictureOf(base), 40);
    assert.equal(await pictureOf(`${base}?time=1.01`), 70);
    // The clip holds picture 118 too: those before it were coded with it.
    assert.equal(await pictureOf(`${base}?time=2.6`), 117, "the end");
    assert.equal(await pictureOf(`${base}?at=${clock(80) + 17}`), 80);
    await refused(`${base}?at=${clock(30)}`, 422, /Nothing was recorded/);
    const tiles = await tilesOf(clip.playbackId);
    assert.deepEqual(tiles.map(({ number }) => number), [40, 60, 90]);
});

test("a live stream: its latest picture, and any it has shown", async () => {
    const live = await newStream(server);
    const push = publish(server, live, { seconds: 60 });
    const running = await liveSession(server, live, 4);
    const { playbackInfo } = await livepeer(server).playback.get(live.playbackId);
    const thumbnails = playbackInfo.meta.source.filter(({ hrn }) => hrn.startsWith("Thumbnail"));
    assert.deepEqual(thumbnails.map(({ hrn, type }) => [hrn, type]), [
        ["Thumbnail (JPEG)", "image/jpeg"],
        ["Thumbnail (PNG)", "image/png"],
    ]);
    const latest = async ({ url, type }) => imageNumber(await image(new URL(url).pathname, type));
    let before = 0;
    for (const source of [...thumbnails, ...thumbnails]) {
        const number = await latest(source);
        const sent = push.sent.frames;
        assert.ok(number >= before && number <= sent && number > sent - 5 * rate, `${number} of ${sent}`);
        before = number;
        await waitFor("more pictures", () => push.sent.frames > sent + rate);
    }
    assert.ok(before > 0);
    assert.equal(await pictureOf(`/hls/${live.playbackId}/${running.id}/thumbnail.jpg?time=1.35`), 40);
    const { playbackId } = (await livepeer(server).asset.get(running.id)).asset;
    assert.equal(await pictureOf(`/recordings/${playbackId}/thumbnail.jpg?time=1.35`), 40);
    await refused(`/recordings/${playbackId}/thumbnails.vtt`, 404, /when the recording is complete/);
    await push.stop();
    await finishedSession(server, live);
    await refused(`/hls/${live.playbackId}/thumbnail.jpg`, 404, /not live/);
    const idle = (await livepeer(server).playback.get(live.playbackId)).playbackInfo.meta.source;
    assert.deepEqual(idle.map(({ hrn }) => hrn), ["HLS (TS)"]);
});

test("the SDK names the track of a recording", async () => {
    const { playbackInfo } = await livepeer(server).playback.get(asset.playbackId);
    const source = playbackInfo.meta.source.find(({ hrn }) => hrn === "Thumbnails");
    assert.deepEqual({ ...source }, {
        hrn: "Thumbnails",
        type: "text/vtt",
        url: `${server.url}/recordings/${asset.playbackId}/thumbnails.vtt`,
    });
});

test("sound alone has no pictures, and names none", async () => {
    const quiet = await newStream(server);
    await publishWhole(server, quiet, { seconds: 3, video: false });
    const { id } = await finishedSession(server, quiet);
    const sound = (await livepeer(server).asset.get(id)).asset;
    const { playbackInfo } = await livepeer(server).playback.get(sound.playbackId);
    assert.deepEqual(playbackInfo.meta.source.map(({ hrn }) => hrn), ["MP4", "HLS (TS)"]);
    await refused(`/recordings/${sound.playbackId}/thumbnail.jpg`, 404, /no video/);
    await refused(`/recordings/${sound.playbackId}/thumbnails.vtt`, 404, /no video/);
    await refused(`/recordings/${sound.playbackId}/sprite.jpg`, 404, /no video/);
});

test("another format in the middle: each picture by its own", async () => {
    const changing = await newStream(server);
    await publishWhole(server, changing, { seconds: 3 });
    await sleep(1500); // ffmpeg may be ahead of the clock by half a second: only then is nothing recorded in between
    await publishWhole(server, changing, { seconds: 3, firstFrame: 1000, bframes: 0 });
    const { id } = await finishedSession(server, changing);
    const { playbackId } = (await livepeer(server).asset.get(id)).asset;
    assert.equal(await pictureOf(`/recordings/${playbackId}/thumbnail.jpg?time=1.35`), 40);
    const timeline = await server.json(`/v1/sessions/${id}/timeline`);
    const { segments } = timeline.media.find((track) => track.stream_session_id === id);
    const [before, after] = [segments[0].started_at_ms + 3000, segments.find(({ media_start_ms: at }) => at > 2900)];
    const between = Math.round((before + after.started_at_ms) / 2);
    await refused(`/recordings/${playbackId}/thumbnail.jpg?at=${between}`, 422, /Nothing was recorded/);
    const last = await pictureOf(`/recordings/${playbackId}/thumbnail.jpg?time=4.5`);
    assert.ok(Math.abs(last - 1045) <= 2, String(last)); // sound may end a little after the picture
    const numbers = (await tilesOf(playbackId)).map(({ number }) => number);
    assert.deepEqual(numbers.slice(0, 3), [0, 30, 60]);
    assert.deepEqual(numbers.slice(-2), [1030, 1060]);
});

test("damaged video: a clear answer, and the rest is shown", async () => {
    const broken = await newStream(server);
    await publishWhole(server, broken, { seconds: 7 });
    const { id } = await finishedSession(server, broken);
    const { playbackId } = (await livepeer(server).asset.get(id)).asset;
    const base = `/recordings/${playbackId}/thumbnail.jpg`;
    const folder = join(server.dataDir, "media", id);
    const overwrite = (name, range = (bytes) => [0, bytes.length]) => {
        const bytes = readFileSync(join(folder, name));
        const [from, to] = range(bytes);
        for (let at = from; at < to; ++at) bytes[at] = (at * 2654435761) >>> 24;
        writeFileSync(join(folder, name), bytes);
    };
    // The payload of the first half second, all of the second segment, and a few bytes of the last key frame.
    overwrite("000000.m4s", (bytes) => [bytes.indexOf("mdat") + 4, bytes.indexOf("moof", 8) - 4]);
    overwrite("000001.m4s");
    overwrite("000003.m4s", (bytes) => [bytes.indexOf("mdat") + 2000, bytes.indexOf("mdat") + 2008]);
    await refused(`${base}?time=0.5`, 422, /cannot be decoded: the video is damaged there/);
    await refused(`${base}?time=2.5`, 422, /damaged/);
    assert.equal(await pictureOf(`${base}?time=4.51`), 135);
    await refused(`${base}?time=6.01`, 422, /cannot be decoded: the video is damaged there/);
    await refused(`${base}?time=6.51`, 422, /cannot be decoded: the video is damaged there/);
    const numbers = (await tilesOf(playbackId)).map(({ number }) => number);
    assert.deepEqual(numbers, [0, 30, 0, 0, 120, 150, 0, 0], "black tiles read as 0");
});

test("what is larger than a decoder is trusted with is refused", async () => {
    const wide = await newStream(server);
    const source = ["-f", "lavfi", "-i", "color=gray:s=8208x32:r=10:d=2", "-c:v", "libx264", "-preset", "ultrafast"];
    const url = `${server.rtmpUrl}/live/${wide.streamKey}`;
    await run("ffmpeg", ["-loglevel", "error", "-re", ...source, "-pix_fmt", "yuv420p", "-g", "10", "-f", "flv", url]);
    const { id } = await finishedSession(server, wide);
    const { playbackId } = (await livepeer(server).asset.get(id)).asset;
    await refused(`/recordings/${playbackId}/thumbnail.jpg?time=0.5`, 422, /more than 8192 pixels a side/);
    await refused(`/recordings/${playbackId}/sprite.jpg`, 422, /more than 8192 pixels a side/);
});

test("the worker has shut itself in before it reads its first byte", async () => {
    const worker = start(join(dirname(program), "spanreel-worker"), [], { stdio: ["pipe", "pipe", "inherit"] });
    const status = () => readFileSync(`/proc/${worker.pid}/status`, "utf8");
    const shut = await waitFor("the filter", () => /^Seccomp:\t2$/m.test(status()) && status());
    assert.match(shut, /^NoNewPrivs:\t1$/m);
    const niceness = readFileSync(`/proc/${worker.pid}/stat`, "utf8").split(") ")[1].split(" ")[16];
    assert.equal(niceness, "10");
    const limits = readFileSync(`/proc/${worker.pid}/limits`, "utf8");
    const limit = (name) => limits.match(new RegExp(`^Max ${name} +(\\S+) +(\\S+)`, "m")).slice(1);
    assert.deepEqual(limit("cpu time"), ["20", "20"]);
    for (const name of ["core file size", "file size", "open files", "processes"])
        assert.deepEqual(limit(name), ["0", "0"], name);
    // A sanitizer's shadow of the memory takes terabytes.
    const shadowed = Number(shut.match(/VmSize:\s+(\d+)/)[1]) > 2 ** 32;
    assert.equal(limit("address space")[0], shadowed ? "unlimited" : String(2 ** 31));
    worker.stdin.end(Buffer.alloc(20, 0xff));
    assert.deepEqual(await worker.ended, { code: 10, signal: null }, "a malformed job");
});

test("two at once, and too many at once", async () => {
    const stopped = [await stoppedWorker(), await stoppedWorker()];
    const answers = Array.from({ length: 40 }, askAnew);
    const full = await Promise.race(answers);
    assert.equal(full.status, 503);
    assert.equal(full.headers.get("retry-after"), "1");
    assert.match(await full.text(), /Too many pictures/);
    assert.equal(workers().length, 2);
    assert.equal((await server.fetch("/healthz")).status, 200, "the rest goes on");
    assert.doesNotMatch(readFileSync(`/proc/${server.pid}/maps`, "utf8"), /libav/);
    for (const { pid } of stopped) assert.ok(signal(pid, "SIGCONT"));
    for (const { answer } of stopped) assert.equal((await answer).status, 200);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 32);
    assert.equal(statuses.filter((status) => status === 503).length, 8);
});

test("a worker that is killed: a clear answer, and the next works", async () => {
    const { pid, answer } = await stoppedWorker();
    assert.ok(signal(pid, "SIGKILL"));
    const { status, url } = await answer;
    assert.equal(status, 503);
    assert.match(await (await answer).text(), /The decoder was ended/);
    assert.equal(await imageNumber(await image(new URL(url).pathname + new URL(url).search, "image/png")), 207);
});

test("the server stops at once while a worker hangs", async () => {
    const { answer } = await stoppedWorker();
    const begun = performance.now();
    await Promise.all([server.stop(), answer.then(({ status }) => assert.equal(status, 503))]);
    assert.ok(performance.now() - begun < 5_000);
    await server.restart();
});

test("after a restart: the same pictures, and the sheet that was stored", async () => {
    const before = await image(`/recordings/${asset.playbackId}/sprite.jpg`);
    const folder = join(server.dataDir, "media", session.id);
    const stored = readdirSync(folder).filter((name) => name.startsWith("sprite"));
    assert.deepEqual(stored, ["sprite-160x96-8.jpg"]);
    await server.stop();
    await server.restart();
    assert.deepEqual(await image(`/recordings/${asset.playbackId}/sprite.jpg`), before);
    assert.equal(await pictureOf(`/recordings/${asset.playbackId}/thumbnail.jpg?time=3.35`), 100);
    await livepeer(server).asset.delete(asset.id);
    await refused(`/recordings/${asset.playbackId}/sprite.jpg`, 404, /No playback URL found/);
    await refused(`/recordings/${asset.playbackId}/thumbnail.jpg?time=3.35`, 404, /No playback URL found/);
    assert.throws(() => readdirSync(folder), { code: "ENOENT" });
});
