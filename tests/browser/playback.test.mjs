// SPDX-License-Identifier: Apache-2.0
// hls.js in headless Chromium plays live, a recording and a clip, the video element the MP4; what it shows is read
// from the numbered pictures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { hlsScript, launchBrowser } from "../harness/browser.mjs";
import { frames, frameSize } from "../harness/ffmpeg.mjs";
import { finishedSession, liveSession, makeClip, newStream, publish, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";

const rate = 30;
/** The time at which picture n is shown, clear of its edges. */
const middleOf = (picture) => (picture + 0.5) / rate;

let server;
let browser;
let stream; // of `whole`
let whole; // one run, with B-frames
let returned; // two runs with B-frames
let changed; // two runs without B-frames, of two encoders
let resized; // two runs of different sizes and profiles, then the first again
before(async () => {
    server = await startServer({ args: ["--reconnect-window", "2"] });
    browser = await launchBrowser();
    const record = async (...runs) => {
        const made = await newStream(server);
        for (const run of runs) await publishWhole(server, made, run);
        return [made, await finishedSession(server, made)];
    };
    [[stream, whole], [, returned], [, changed], [, resized]] = await Promise.all([
        record({ seconds: 8 }),
        record({ seconds: 5 }, { seconds: 3, firstFrame: 1000 }),
        record({ seconds: 5, bframes: 0 }, { seconds: 3, bframes: 0, firstFrame: 1000, rate: 15 }),
        record(
            { seconds: 3 },
            { seconds: 3, bframes: 0, firstFrame: 1000, filter: "scale=320:224" },
            { seconds: 2, firstFrame: 2000 },
        ),
    ]);
});
after(async () => {
    await browser?.close();
    await server.stop();
});

/** A page of another origin with hls.js and a video element; `page.answers` are its media requests. */
async function newPlayer() {
    const page = await browser.newPage();
    page.answers = [];
    page.on("response", (answer) => page.answers.push({ url: answer.url(), status: answer.status() }));
    await page.setContent("<video id=video crossorigin=anonymous muted playsinline></video>");
    await page.addScriptTag({ path: hlsScript });
    await page.evaluate((frame) => {
        const video = document.getElementById("video");
        globalThis.video = video;
        globalThis.failures = [];
        const fail = (what) => globalThis.failures.push(what);
        video.addEventListener("error", () => fail(video.error.message));
        globalThis.once = (target, name) =>
            new Promise((resolve, reject) => {
                setTimeout(() => reject(new Error(`no ${name}: ${JSON.stringify(globalThis.failures)}`)), 20_000);
                target.addEventListener(name, resolve, { once: true });
            });
        globalThis.openHls = async (url, config = {}) => {
            const hls = new Hls({ enableWorker: false, ...config });
            globalThis.hls = hls;
            globalThis.holes = 0;
            hls.on(Hls.Events.ERROR, (_, data) => {
                if (data.fatal) fail(`${data.type} ${data.details}`);
                if (data.details === Hls.ErrorDetails.BUFFER_SEEK_OVER_HOLE) ++globalThis.holes;
            });
            const ready = globalThis.once(video, "canplay");
            hls.loadSource(url);
            hls.attachMedia(video);
            await ready;
        };
        const canvas = document.createElement("canvas");
        canvas.width = frame.width;
        canvas.height = frame.height;
        const brush = canvas.getContext("2d", { willReadFrequently: true });
        globalThis.shown = () => {
            brush.drawImage(video, 0, 0, frame.width, frame.height);
            let number = 0;
            for (let block = 0; block < 16; ++block)
                if (brush.getImageData(block * 20 + 10, 16, 1, 1).data[0] > 127) number |= 1 << block;
            return number;
        };
        globalThis.seek = async (seconds) => {
            const done = globalThis.once(video, "seeked");
            // A busy machine shows the picture later than the page is drawn next; the same one is not shown again.
            const presented = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
            video.currentTime = seconds;
            await done;
            await Promise.race([presented, new Promise((resolve) => setTimeout(resolve, 2000))]);
            await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            return globalThis.shown();
        };
    }, frameSize);
    return page;
}

async function assertSeeks(page, pictures) {
    for (const [place, number] of pictures)
        assert.equal(await page.evaluate((seconds) => seek(seconds), middleOf(place)), number, `picture at place ${place}`);
    assert.deepEqual(await page.evaluate(() => failures), []);
}

/** Plays from where it is for a while; resolves to the media seconds that passed. */
const playFor = (page, milliseconds) =>
    page.evaluate(async (milliseconds) => {
        const from = video.currentTime;
        await video.play();
        await new Promise((done) => setTimeout(done, milliseconds));
        video.pause();
        return video.currentTime - from;
    }, milliseconds);

const sameNumbers = (...numbers) => numbers.map((number) => [number, number]);

/** Plays from `seconds` to the end. */
const playToEnd = (page, seconds) =>
    page.evaluate(async (seconds) => {
        await seek(seconds);
        const ended = once(video, "ended");
        await video.play();
        await ended;
        return shown();
    }, seconds);

test("hls.js plays a recording, seeks to any picture and ends", async () => {
    const page = await newPlayer();
    await page.evaluate((url) => openHls(url), whole.recordingUrl);
    const duration = await page.evaluate(() => video.duration);
    assert.ok(Math.abs(duration - 8) < 0.1, String(duration));
    assert.ok((await playFor(page, 1500)) > 0.7);
    await assertSeeks(page, sameNumbers(0, 75, 31, 140, 1, 59, 60, 200, 235));
    assert.ok((await playToEnd(page, 6)) >= 238);
    assert.deepEqual(await page.evaluate(() => failures), []);
    await page.close();
});

test("hls.js plays through a reconnect with another encoder to the end", async () => {
    const page = await newPlayer();
    await page.evaluate((url) => openHls(url), changed.recordingUrl);
    await assertSeeks(page, sameNumbers(0, 75, 140));
    assert.equal(await playToEnd(page, 4.3), 1044);
    assert.ok(Math.abs((await page.evaluate(() => seek(7.01))) - 1029) <= 1);
    await assertSeeks(page, sameNumbers(31, 149));
    await page.close();
});

test("hls.js plays through a reconnect with B-frames, every picture, to the end", async () => {
    const page = await newPlayer();
    await page.evaluate((url) => openHls(url), returned.recordingUrl);
    const [last, pictures, ranges] = await page.evaluate(async () => {
        const ended = once(video, "ended");
        await video.play();
        await ended;
        return [shown(), video.getVideoPlaybackQuality().totalVideoFrames, video.buffered.length];
    });
    assert.deepEqual({ last, pictures, ranges }, { last: 1089, pictures: 240, ranges: 1 });
    assert.equal(await page.evaluate(() => holes), 0);

    await assertSeeks(page, sameNumbers(0, 75, 140, 149));
    assert.equal(await playToEnd(page, 4.3), 1089);
    const [early, late] = await page.evaluate(async () => [await seek(6.01), await seek(7.01)]);
    assert.ok(Math.abs(early - 1029) <= 1, `picture ${early}`);
    assert.equal(late - early, 30);
    assert.deepEqual(await page.evaluate(() => [holes, failures]), [0, []]);
    await page.close();
});

test("hls.js that begins in the middle has each picture in its place", async () => {
    const page = await newPlayer();
    await page.evaluate((url) => openHls(url, { startPosition: 5.5 }), whole.recordingUrl);
    await assertSeeks(page, sameNumbers(180, 200, 31));
    await page.close();
});

test("the video element plays the MP4 and seeks by ranges (206)", async () => {
    const page = await newPlayer();
    await page.evaluate(async (url) => {
        const ready = once(video, "canplay");
        video.src = url;
        await ready;
    }, returned.mp4Url);
    const { duration, width, height } = await page.evaluate(() => ({
        duration: video.duration,
        width: video.videoWidth,
        height: video.videoHeight,
    }));
    assert.ok(Math.abs(duration - 8) < 0.1, String(duration));
    assert.deepEqual({ width, height }, frameSize);
    assert.ok((await playFor(page, 1500)) > 0.7);
    await assertSeeks(page, sameNumbers(0, 75, 31, 140, 1));
    const [early, late] = await page.evaluate(async () => [await seek(6.01), await seek(7.01)]);
    assert.ok(Math.abs(early - 1029) <= 1, `picture ${early}`);
    assert.equal(late - early, 30);
    const answers = page.answers.filter(({ url }) => url === returned.mp4Url);
    assert.ok(answers.length > 0);
    assert.deepEqual(answers.filter(({ status }) => status !== 206), []);
    await page.close();
});

test("the video element plays the MP4 past reconnects with other sizes and profiles to the end", async () => {
    const run = (from, count) => Array.from({ length: count }, (_, index) => from + index);
    const decoded = (await frames(resized.mp4Url)).map(({ number }) => number);
    assert.deepEqual(decoded, [...run(0, 90), ...run(1000, 90), ...run(2000, 60)]);
    const page = await newPlayer();
    await page.evaluate(async (url) => {
        const ready = once(video, "canplay");
        video.src = url;
        await ready;
    }, resized.mp4Url);
    const heights = await page.evaluate(async () => {
        const heights = [video.videoHeight];
        video.addEventListener("resize", () => heights.push(video.videoHeight));
        const ended = once(video, "ended");
        await video.play();
        await ended;
        return heights;
    });
    assert.deepEqual(heights.slice(-3), [192, 256, 192]); // before the first picture it may say any
    assert.equal(await page.evaluate(() => shown()), 2059);
    // Sound may end a little after the picture, which moves the runs after it.
    for (const [place, number] of [[30, 30], [120, 1030], [210, 2030], [89, 89], [165, 1075], [1, 1]]) {
        const found = await page.evaluate((seconds) => seek(seconds), middleOf(place));
        assert.ok(Math.abs(found - number) <= (number < 1000 ? 0 : 1), `picture ${found} at place ${place}`);
    }
    assert.deepEqual(await page.evaluate(() => failures), []);
    await page.close();
});

test("hls.js plays past reconnects with other sizes and profiles to the end", async () => {
    const page = await newPlayer();
    await page.evaluate((url) => openHls(url), resized.recordingUrl);
    assert.equal(await playToEnd(page, 1), 2059);
    await assertSeeks(page, sameNumbers(0, 60, 89));
    await page.close();
});

test("MP4 by ranges: any byte range is exactly those bytes of the whole", async () => {
    const whole = Buffer.from(await (await fetch(returned.mp4Url)).arrayBuffer());
    const ask = (range, headers = {}) => fetch(returned.mp4Url, { headers: { range: `bytes=${range}`, ...headers } });
    for (const [from, to] of [[0, 0], [0, 99], [1000, 70_000], [whole.length - 100, whole.length - 1]]) {
        const answer = await ask(`${from}-${to}`);
        assert.equal(answer.status, 206);
        assert.equal(answer.headers.get("content-range"), `bytes ${from}-${to}/${whole.length}`);
        assert.ok(Buffer.from(await answer.arrayBuffer()).equals(whole.subarray(from, to + 1)));
    }
    assert.ok(Buffer.from(await (await ask("-500")).arrayBuffer()).equals(whole.subarray(-500)));
    assert.ok(Buffer.from(await (await ask(`${whole.length - 7}-`)).arrayBuffer()).equals(whole.subarray(-7)));
    const beyond = await ask(`${whole.length}-`);
    assert.deepEqual([beyond.status, beyond.headers.get("content-range")], [416, `bytes */${whole.length}`]);
    const etag = (await ask("0-0")).headers.get("etag");
    assert.equal((await ask("0-0", { "if-range": etag })).status, 206);
    assert.equal((await ask("0-0", { "if-range": '"other"' })).status, 200);
});

test("hls.js and the video element begin a clip on the picture asked for", async () => {
    const { media } = await server.json(`/v1/sessions/${whole.id}/timeline`);
    const [{ started_at_ms: start }] = media[0].segments;
    const clip = await makeClip(server, {
        playbackId: stream.playbackId,
        startTime: Math.round(start + (44.5 / rate) * 1000),
        endTime: Math.round(start + (99.5 / rate) * 1000),
    });
    const hls = await newPlayer();
    await hls.evaluate((url) => openHls(url), clip.playbackUrl);
    assert.equal(await hls.evaluate(() => shown()), 45);
    assert.ok((await playFor(hls, 1000)) > 0.4);
    assert.deepEqual(await hls.evaluate(() => failures), []);
    await hls.close();

    const mp4 = await newPlayer();
    await mp4.evaluate(async (url) => {
        const ready = once(video, "canplay");
        video.src = url;
        await ready;
    }, clip.downloadUrl);
    await assertSeeks(mp4, [[0, 45], [54, 99], [20, 65]]);
    assert.ok(Math.abs((await mp4.evaluate(() => video.duration)) - 55 / rate) < 0.03);
    await mp4.close();
});

test("hls.js plays live, stays near the edge and sees the end", async (t) => {
    const live = await newStream(server);
    const push = publish(server, live, { seconds: 60 });
    const begun = await liveSession(server, live, 3);
    const page = await newPlayer();
    await page.evaluate((url) => openHls(url), `${server.url}/hls/${live.playbackId}/index.m3u8`);
    const first = await page.evaluate(() => shown());
    const passed = await page.evaluate(async () => {
        const from = video.currentTime;
        await video.play();
        await new Promise((done) => setTimeout(done, 6000));
        return video.currentTime - from;
    });
    assert.ok(passed > 4, `${passed} s played in 6 s`);
    const number = await page.evaluate(() => shown());
    assert.ok(Math.abs(number - first - passed * rate) < 2 * rate, `from picture ${first} to ${number}`);
    const { media } = await server.json(`/v1/sessions/${begun.id}/timeline`);
    const delay = (Date.now() - media[0].segments[0].started_at_ms) / 1000 - number / rate;
    t.diagnostic(`${delay.toFixed(1)} s behind the publisher`);
    assert.ok(delay > 0 && delay < 12, `${delay} s behind`);
    await push.stop();
    await page.evaluate(async () => {
        if (!video.ended) await once(video, "ended");
    });
    assert.deepEqual(await page.evaluate(() => failures), []);
    await page.close();
});
