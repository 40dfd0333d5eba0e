// SPDX-License-Identifier: Apache-2.0
// What ffmpeg pushes by RTMP, and that every file made of it decodes in full and shows every picture in its place.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { livepeer } from "../harness/clients.mjs";
import { decodeFully, decodeHls, frames, inspect, lengthOfCutRun, pushVideo } from "../harness/ffmpeg.mjs";
import {
    finishedSession,
    liveSession,
    newStream,
    publish,
    publishWhole,
    sessionWhen,
    sessionsOf,
} from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

const window = 3; // seconds
const rate = 30;

let server;
before(async () => (server = await startServer({ args: ["--reconnect-window", String(window)] })));
after(() => server.stop());

const range = (from, count) => Array.from({ length: count }, (_, index) => from + index);
const numbers = (shown) => shown.map(({ number }) => number);
const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

/** Recording as HLS and MP4, both decoded to the end; resolves to the MP4's streams by codec. */
async function assertDecodes(session) {
    await decodeHls(session.recordingUrl);
    await decodeFully(session.mp4Url);
    const { streams } = await inspect(session.mp4Url);
    return Object.fromEntries(streams.map((stream) => [stream.codec_name, stream]));
}

/** Every picture once and at its time. */
async function assertFrames(url, expected) {
    const shown = await frames(url);
    assert.deepEqual(numbers(shown), expected);
    for (const [index, { seconds }] of shown.entries())
        assert.ok(Math.abs(seconds - shown[0].seconds - index / rate) < 0.0025, `frame ${index} at ${seconds}`);
}

const endOf = (push) => settled("ffmpeg to end", push.ended, 30_000);

describe("a server and many publishers", { concurrency: 4 }, () => {
    test("B-frames: live HLS, HLS and MP4 of the recording decode in full, every picture once and at its time", async () => {
        const stream = await newStream(server);
        const push = publish(server, stream, { seconds: 6, bframes: 2 });
        const session = await liveSession(server, stream);
        const live = `${server.url}/hls/${stream.playbackId}/index.m3u8`;
        // libavformat reads the initialization section again whenever a live playlist has grown.
        const known = /^.*(?:Found duplicated MOOV Atom. Skipped it|Last message repeated).*$/gm;
        const played = decodeFully(live, { except: known });
        assert.equal((await endOf(push)).code, 0, push.log);
        await played;
        const recorded = await finishedSession(server, stream);
        assert.equal(recorded.id, session.id);
        await decodeFully(recorded.recordingUrl);
        const { h264, aac } = await assertDecodes(recorded);
        assert.equal(h264.has_b_frames, 2);
        assert.deepEqual([h264.width, h264.height], [320, 192]);
        assert.equal(aac.sample_rate, "48000");
        assert.ok(Math.abs(Number(h264.duration) - 6) < 0.01);
        assert.ok(Math.abs(Number(aac.duration) - 6) < 0.1);
        await assertFrames(recorded.mp4Url, range(0, 180));
        await assertFrames(recorded.recordingUrl, range(0, 180));
        assert.ok(Math.abs(recorded.sourceSegmentsDuration - 6) < 0.1);
    });

    test("audio only and video only: HLS and MP4 decode in full", async () => {
        const [audio, video] = await Promise.all([newStream(server), newStream(server)]);
        await Promise.all([
            publishWhole(server, audio, { seconds: 5, video: false }),
            publishWhole(server, video, { seconds: 5, audio: false, bframes: 0 }),
        ]);
        const sound = await assertDecodes(await finishedSession(server, audio));
        assert.deepEqual(Object.keys(sound), ["aac"]);
        assert.ok(Math.abs(Number(sound.aac.duration) - 5) < 0.1);
        const shown = await finishedSession(server, video);
        assert.deepEqual(Object.keys(await assertDecodes(shown)), ["h264"]);
        await assertFrames(shown.mp4Url, range(0, 150));
    });

    test("no key frame for 12 s: segments are cut at 10 s and still decode in full", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 14, keyframeEvery: 360, audio: false });
        const session = await finishedSession(server, stream);
        await assertDecodes(session);
        await assertFrames(session.mp4Url, range(0, 420));
    });

    test("reconnect inside the window: same session, createdAt and recording, statistics summed, a discontinuity", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 3 });
        const first = await liveSession(server, stream, 2.5);
        await pause(500);
        await publishWhole(server, stream, { seconds: 3, firstFrame: 1000 });
        const session = await finishedSession(server, stream);
        assert.equal((await sessionsOf(server, stream)).length, 1);
        assert.deepEqual([session.id, session.createdAt], [first.id, first.createdAt]);
        assert.ok(Math.abs(session.sourceSegmentsDuration - 6) < 0.15, String(session.sourceSegmentsDuration));
        assert.ok(session.sourceBytes > first.sourceBytes * 1.8);
        const playlist = await (await server.fetch(new URL("media.m3u8", session.recordingUrl))).text();
        assert.equal(playlist.match(/^#EXT-X-DISCONTINUITY$/gm)?.length, 1);
        await assertDecodes(session);
        assert.deepEqual(numbers(await frames(session.mp4Url)), [...range(0, 90), ...range(1000, 90)]);
        assert.deepEqual(numbers(await frames(session.recordingUrl)), [...range(0, 90), ...range(1000, 90)]);
    });

    test("reconnect with other tracks and B-frames: one recording that decodes in full", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 2, bframes: 0, audio: false });
        await publishWhole(server, stream, { seconds: 2, bframes: 3, firstFrame: 500 });
        await publishWhole(server, stream, { seconds: 2, bframes: 2, firstFrame: 900, audio: false });
        const session = await finishedSession(server, stream);
        assert.equal((await sessionsOf(server, stream)).length, 1);
        assert.equal(await decodeHls(session.recordingUrl), 3);
        await decodeFully(session.mp4Url);
        assert.deepEqual(numbers(await frames(session.mp4Url)), [...range(0, 60), ...range(500, 60), ...range(900, 60)]);
    });

    test("reconnect outside the window: a separate session with its own recording", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 2 });
        const first = await finishedSession(server, stream);
        await publishWhole(server, stream, { seconds: 2, firstFrame: 2000 });
        const second = await waitFor(
            "the second recording",
            async () => (await sessionsOf(server, stream)).find(({ id, mp4Url }) => id !== first.id && mp4Url),
            { within: 20_000 },
        );
        assert.notEqual(second.recordingUrl, first.recordingUrl);
        assert.deepEqual(numbers(await frames(first.mp4Url)), range(0, 60));
        assert.deepEqual(numbers(await frames(second.mp4Url)), range(2000, 60));
    });

    test("recording ready: playable while live and final within 2 s of the end of the window", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 2, video: false });
        const ended = Date.now();
        const { id } = await finishedSession(server, stream);
        const late = Date.now() - ended - window * 1000;
        assert.ok(late < 2000, `${late} ms after the end of the window`);
        assert.equal((await livepeer(server).asset.get(id)).asset.status.phase, "ready");
    });

    test("second publisher, same key: refused with the reason while the first delivers, which goes on", async () => {
        const stream = await newStream(server);
        const first = publish(server, stream, { seconds: 6 });
        await liveSession(server, stream, 0);
        const second = publish(server, stream, { seconds: 6, firstFrame: 5000 });
        assert.notEqual((await endOf(second)).code, 0);
        assert.match(second.log, /Another publisher is live with this stream key/);
        assert.equal((await endOf(first)).code, 0, first.log);
        const session = await finishedSession(server, stream);
        assert.deepEqual(numbers(await frames(session.mp4Url)), range(0, 180));
    });

    test("second publisher, same key: takes over when the first has been silent for 3 s", async () => {
        const stream = await newStream(server);
        const first = publish(server, stream, { seconds: 60 });
        const { id } = await liveSession(server, stream);
        first.freeze();
        await pause(3500);
        await publishWhole(server, stream, { seconds: 2, firstFrame: 5000 });
        await first.drop();
        const session = await finishedSession(server, stream);
        assert.equal(session.id, id);
        assert.deepEqual(numbers(await frames(session.mp4Url)).slice(-60), range(5000, 60));
    });

    test("refused keys get the reason: unknown, deleted, suspended, terminated, wrong application", async () => {
        const streams = [newStream(server), newStream(server), newStream(server)];
        const [deleted, suspended, terminated] = await Promise.all(streams);
        const client = livepeer(server).stream;
        await client.delete(deleted.id);
        await client.update({ suspended: true }, suspended.id);
        await client.terminate(terminated.id);
        const refusal = async (key, app = "live") => {
            const push = pushVideo({ url: `${server.rtmpUrl}/${app}/${key}`, seconds: 5, video: false });
            assert.notEqual((await endOf(push)).code, 0);
            return push.log;
        };
        assert.match(await refusal(terminated.streamKey), /terminated a moment ago/);
        assert.match(await refusal("abcd-abcd-abcd-abcd"), /stream key is not known/);
        assert.match(await refusal(deleted.streamKey), /not known|deleted/);
        assert.match(await refusal(suspended.streamKey), /suspended/);
        assert.match(await refusal(suspended.streamKey, "other"), /rtmp:\/\/<host>\/live\/<stream key>/);
    });

    test("stream deleted or suspended while live: the publisher is dropped with the reason, the recording stays", async () => {
        const [deleted, suspended] = await Promise.all([newStream(server), newStream(server)]);
        const pushes = [deleted, suspended].map((stream) => publish(server, stream, { seconds: 60 }));
        await Promise.all([liveSession(server, deleted, 2), liveSession(server, suspended, 2)]);
        await livepeer(server).stream.delete(deleted.id);
        await livepeer(server).stream.update({ suspended: true }, suspended.id);
        for (const push of pushes) assert.notEqual((await endOf(push)).code, 0);
        for (const stream of [deleted, suspended]) {
            const session = await finishedSession(server, stream);
            assert.ok(session.sourceSegmentsDuration >= 2);
            await assertDecodes(session);
        }
    });

    test("recording off: live plays, nothing is left as a recording", async () => {
        const stream = await newStream(server, { record: false });
        const push = publish(server, stream, { seconds: 60 });
        const session = await liveSession(server, stream, 2);
        assert.equal(session.recordingStatus, undefined);
        const playlist = await server.fetch(`/hls/${stream.playbackId}/index.m3u8`);
        assert.equal(playlist.status, 200);
        await push.stop();
        const { playbackId, id } = await sessionWhen(server, stream, "the end", ({ ingestRate }) => ingestRate === 0);
        assert.equal((await server.fetch(`/api/asset/${id}`)).status, 404);
        await waitFor(
            "the live playlist to go",
            async () => (await server.fetch(`/hls/${playbackId}/index.m3u8`)).status === 404,
        );
    });
});

test("every state survives a restart: the session goes on when its publisher returns, the rest reads the same", async () => {
    const [stream, other] = await Promise.all([newStream(server), newStream(server)]);
    await publishWhole(server, other, { seconds: 2, video: false });
    const final = await finishedSession(server, other);
    const push = publish(server, stream, { seconds: 60 });
    const before = await liveSession(server, stream, 2);
    await server.stop();
    await endOf(push);
    await server.restart();
    assert.deepEqual((await livepeer(server).session.get(final.id)).session, final);
    const waiting = (await livepeer(server).session.get(before.id)).session;
    assert.equal(waiting.recordingStatus, "waiting");
    assert.equal((await livepeer(server).stream.get(stream.id)).stream.isActive, false);
    await publishWhole(server, stream, { seconds: 2, firstFrame: 3000 });
    const session = await finishedSession(server, stream);
    assert.deepEqual([session.id, session.createdAt], [before.id, before.createdAt]);
    await assertDecodes(session);
    const shown = numbers(await frames(session.mp4Url));
    assert.deepEqual(shown.slice(-60), range(3000, 60));
    assert.ok(lengthOfCutRun(shown.slice(0, -60)) >= 60);
});
