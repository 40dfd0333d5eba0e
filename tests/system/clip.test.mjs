// SPDX-License-Identifier: Apache-2.0
// A clip begins and ends on the picture asked for, shown by a source whose pictures carry their numbers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { decodeFully, decodeHls, frames, inspect } from "../harness/ffmpeg.mjs";
import { finishedSession, liveSession, makeClip, newStream, publish, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";

const rate = 30;

let server;
before(async () => (server = await startServer({ args: ["--reconnect-window", "2"] })));
after(() => server.stop());

const numbers = (shown) => shown.map(({ number }) => number);
const range = (from, to) => Array.from({ length: to - from }, (_, index) => from + index);

/** The wall clock, in Unix milliseconds, of a media time in seconds, by the anchor of its segment. */
async function clockOf(session) {
    const timeline = await server.json(`/v1/sessions/${session.id}/timeline`);
    const { segments } = timeline.media.find((track) => track.stream_session_id === session.id);
    return (seconds) => {
        const begun = segments.filter((segment) => segment.media_start_ms <= seconds * 1000);
        const segment = begun.at(-1) ?? segments[0];
        return segment.started_at_ms + seconds * 1000 - segment.media_start_ms;
    };
}

/** The clip from picture `from` up to and without picture `to` of a run whose picture n is shown at n / rate. */
function clipOf(stream, clock, from, to) {
    // In the middle between two pictures, so that a millisecond of rounding cannot choose another one.
    const startTime = Math.round(clock((from - 0.5) / rate));
    const endTime = Math.round(clock((to - 0.5) / rate));
    return makeClip(server, { playbackId: stream.playbackId, startTime, endTime });
}

async function assertShows(asset, expected) {
    await decodeFully(asset.downloadUrl);
    await decodeHls(asset.playbackUrl);
    const shown = await frames(asset.downloadUrl);
    assert.deepEqual(numbers(shown), expected);
    for (const [index, { seconds }] of shown.entries())
        assert.ok(Math.abs(seconds - index / rate) < 0.0025, `picture ${index} at ${seconds}`);
    const { streams } = await inspect(asset.downloadUrl);
    const duration = expected.length / rate;
    for (const stream of streams)
        assert.ok(Math.abs(Number(stream.duration) - duration) < 0.03, `${stream.codec_name} lasts ${stream.duration}`);
}

describe("clips", { concurrency: 4 }, () => {
    for (const bframes of [0, 3]) {
        test(`clip of a finished session, ${bframes} B-frames: every boundary is exact to the picture`, async () => {
            const stream = await newStream(server);
            await publishWhole(server, stream, { seconds: 7, bframes });
            const clock = await clockOf(await finishedSession(server, stream));
            const cuts = [
                [0, 1],
                [1, 2],
                [30, 60], // from key frame to key frame
                [29, 31], // across one
                [31, 59], // inside one group of pictures
                [45, 46],
                [59, 61], // across a segment
                [10, 200],
                [208, 210],
            ];
            for (const [from, to] of cuts) {
                const asset = await clipOf(stream, clock, from, to);
                await assertShows(asset, range(from, to)).catch((error) => {
                    throw new Error(`pictures ${from} to ${to}`, { cause: error });
                });
            }
        });
    }

    test("times beyond any clock are clamped: they mean all that is recorded", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 2 });
        await finishedSession(server, stream);
        const { playbackId } = stream;
        for (const [startTime, endTime] of [
            [0, 9_999_999_999_999],
            [-1e300, 1e300],
        ])
            await assertShows(await makeClip(server, { playbackId, startTime, endTime }), range(0, 60));
    });

    test("clip of a running session: exact, also when its end is still being written", async () => {
        const stream = await newStream(server);
        const push = publish(server, stream, { seconds: 60 });
        const session = await liveSession(server, stream, 2);
        const clock = await clockOf(session);
        const closed = await clipOf(stream, clock, 12, 47);
        await assertShows(closed, range(12, 47));
        const now = Math.floor(((Date.now() - clock(0)) / 1000) * rate) - rate / 2;
        await assertShows(await clipOf(stream, clock, now - 40, now), range(now - 40, now));
        await push.stop();
    });

    test("clip across a reconnect: the end of one run and the beginning of the next", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 3 });
        await publishWhole(server, stream, { seconds: 3, firstFrame: 1000 });
        const session = await finishedSession(server, stream);
        const clock = await clockOf(session);
        const asset = await makeClip(server, {
            playbackId: stream.playbackId,
            startTime: Math.round(clock(69.5 / rate)),
            endTime: Math.round(clock(90 / rate + 24.5 / rate)),
        });
        await decodeFully(asset.downloadUrl);
        await decodeHls(asset.playbackUrl);
        const shown = numbers(await frames(asset.downloadUrl));
        assert.deepEqual(shown.filter((number) => number < 1000), range(70, 90));
        const after = shown.filter((number) => number >= 1000);
        assert.deepEqual(after, range(1000, 1000 + after.length));
        assert.ok(Math.abs(after.length - 25) <= 2, String(after.length)); // sound may end a little after the picture
    });

    test("clip of sound alone: as long as asked, to half an AAC frame", async () => {
        const stream = await newStream(server);
        await publishWhole(server, stream, { seconds: 5, video: false });
        const clock = await clockOf(await finishedSession(server, stream));
        const asset = await makeClip(server, {
            playbackId: stream.playbackId,
            startTime: Math.round(clock(1.25)),
            endTime: Math.round(clock(3.5)),
        });
        await decodeFully(asset.downloadUrl);
        await decodeHls(asset.playbackUrl);
        const { streams } = await inspect(asset.downloadUrl);
        assert.deepEqual(streams.map(({ codec_name: codec }) => codec), ["aac"]);
        assert.ok(Math.abs(Number(streams[0].duration) - 2.25) < 0.012, streams[0].duration);
    });

    test("clip of a stream that is not recorded: possible while live, and it outlives the session", async () => {
        const stream = await newStream(server, { record: false });
        const push = publish(server, stream, { seconds: 60 });
        const session = await liveSession(server, stream, 4);
        const asset = await clipOf(stream, await clockOf(session), 20, 70);
        await push.stop();
        await assertShows(asset, range(20, 70));
    });
});
