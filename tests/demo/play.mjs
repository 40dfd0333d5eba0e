// SPDX-License-Identifier: Apache-2.0
// Plays the demo on a server: a stream is made, a video pushed, and an agent works while it runs.
import { waitFor } from "../harness/waiting.mjs";
import { runAgent } from "./agent.mjs";
import { pushPicture } from "./picture.mjs";
import { conversation } from "./script.mjs";

/**
 * Resolves to { id, turns, ended }: the stream session's id as soon as its video can be seen, and a promise of the end.
 */
export async function playDemo(server, { seconds = 20 } = {}) {
    const turns = conversation(seconds);
    const stream = await server.json("/api/stream", { method: "POST", body: { name: "Travel desk", record: true } });
    const picture = pushPicture({ url: `${server.rtmpUrl}/live/${stream.streamKey}`, turns, seconds });
    const failed = picture.then(() => new Promise(() => {})); // only its rejection counts
    const { id, begin } = await Promise.race([failed, firstMoment(server, stream.id)]);
    const agent = runAgent(server, { turns, begin, session: id });
    const ended = Promise.all([picture, agent]);
    ended.catch(() => {});
    return { id, turns, ended };
}

/** The session of the stream, and the wall clock (Unix ms) of its first picture. */
function firstMoment(server, streamId) {
    return waitFor(
        "the first picture",
        async () => {
            const { data } = await server.json("/v1/sessions");
            const session = data.find((one) => one.stream_id === streamId);
            if (!session) return undefined;
            const { media } = await server.json(`/v1/sessions/${session.id}/timeline`);
            const [first] = media[0].segments;
            return first && { id: session.id, begin: first.started_at_ms - first.media_start_ms };
        },
        { within: 20_000, every: 100 },
    );
}
