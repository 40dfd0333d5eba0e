// SPDX-License-Identifier: Apache-2.0
// Streams, their sessions and their clips, made by ffmpeg and followed through the Livepeer SDK.
import { livepeer } from "./clients.mjs";
import { pushVideo } from "./ffmpeg.mjs";
import { settled, waitFor } from "./waiting.mjs";

export async function newStream(server, options = {}) {
    const { stream } = await livepeer(server).stream.create({ name: "test", record: true, ...options });
    return stream;
}

/** Publishes to a stream; as pushVideo. */
export const publish = (server, stream, source = {}) =>
    pushVideo({ url: `${server.rtmpUrl}/live/${stream.streamKey}`, ...source });

/** Publishes all of a source; an ffmpeg that does not reach its end is an error. */
export async function publishWhole(server, stream, source = {}) {
    const push = publish(server, stream, source);
    const { code } = await settled("the push to end", push.ended, 60_000);
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}\n${push.log}`);
}

/** The sessions of a stream, oldest first. */
export async function sessionsOf(server, stream) {
    const { data } = await livepeer(server).session.getAll();
    return data.filter((session) => session.parentId === stream.id).sort((a, b) => a.createdAt - b.createdAt);
}

/** The newest session of a stream when `enough(session)` is true. */
export function sessionWhen(server, stream, what, enough, options) {
    const newest = async () => (await sessionsOf(server, stream)).at(-1);
    return waitFor(
        what,
        async () => {
            const session = await newest();
            return session && enough(session) && session;
        },
        { within: 30_000, every: 100, ...options },
    );
}

export const liveSession = (server, stream, seconds = 1) =>
    sessionWhen(server, stream, "the session to run", (session) => session.sourceSegmentsDuration >= seconds);

export const finishedSession = (server, stream) =>
    sessionWhen(server, stream, "the recording", (session) => session.recordingStatus === "ready" && session.mp4Url);

/** Orders a clip and resolves to its asset when it is ready; times are Unix milliseconds. */
export async function makeClip(server, clip) {
    const client = livepeer(server);
    const { data } = await client.stream.createClip(clip);
    return waitFor(
        "the clip",
        async () => {
            const { task } = await client.task.get(data.task.id);
            if (task.status.phase === "failed") throw new Error(task.status.errorMessage);
            return task.status.phase === "completed" && (await client.asset.get(data.asset.id)).asset;
        },
        { within: 30_000 },
    );
}
