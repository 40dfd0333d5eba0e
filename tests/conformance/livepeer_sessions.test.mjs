// SPDX-License-Identifier: Apache-2.0
// Livepeer: the session operations of the document, and the assets, clips, tasks and playback around them, through
// the unmodified SDK on sessions that ffmpeg made.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { LivepeerCore } from "livepeer/core.js";
import { sessionGet } from "livepeer/funcs/sessionGet.js";
import { sessionGetAll } from "livepeer/funcs/sessionGetAll.js";
import { sessionGetClips } from "livepeer/funcs/sessionGetClips.js";
import { sessionGetRecorded } from "livepeer/funcs/sessionGetRecorded.js";
import { ErrorT, SDKError } from "livepeer/models/errors/index.js";

import { livepeer } from "../harness/clients.mjs";
import {
    finishedSession,
    liveSession,
    makeClip,
    newStream,
    publish,
    publishWhole,
    sessionWhen,
    sessionsOf,
} from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const nobody = "00000000-0000-4000-8000-000000000000";

let server;
let workspace;
let recorded; // a stream whose recorded session is final
let unrecorded; // one whose session was not recorded
let running; // one that is live
let session; // of `recorded`
let clip; // of that session

before(async () => {
    server = await startServer({ args: ["--reconnect-window", "1"] });
    workspace = await newWorkspace(server);
    recorded = await newStream(workspace, { name: "recorded" });
    unrecorded = await newStream(workspace, { name: "unrecorded", record: false });
    running = await newStream(workspace, { name: "running" });
    await Promise.all([
        publishWhole(workspace, recorded, { seconds: 4 }),
        publishWhole(workspace, unrecorded, { seconds: 2, video: false }),
    ]);
    session = await finishedSession(workspace, recorded);
    clip = await makeClip(workspace, {
        playbackId: recorded.playbackId,
        startTime: session.createdAt + 1000,
        endTime: session.createdAt + 3000,
    });
    running.push = publish(workspace, running, { seconds: 600 });
    await liveSession(workspace, running);
});
after(async () => {
    await running.push.stop();
    await server.stop();
});

const isStatus = (status, message) => (error) => {
    assert.ok(error instanceof SDKError, String(error));
    assert.equal(error.statusCode, status);
    const { errors } = JSON.parse(error.body);
    assert.match(errors[0], message ?? /./);
    return true;
};

/** No key of the raw answer is unknown to the SDK, as its own tests require. */
async function assertKeysKnown(path, parsed) {
    const fold = (keys) => keys.map((key) => key.toLowerCase()).sort();
    const raw = await workspace.json(path);
    assert.deepEqual(fold(Object.keys(raw)), fold(Object.keys(parsed).filter((key) => parsed[key] !== undefined)));
    return raw;
}

test("GET /session/:id: every field of a recorded session", async () => {
    const answer = await livepeer(workspace).session.get(session.id);
    assert.equal(answer.statusCode, 200);
    const shown = answer.session;
    assert.match(shown.id, uuid);
    assert.equal(shown.kind, "session");
    assert.equal(shown.userId, recorded.userId);
    assert.equal(shown.parentId, recorded.id);
    assert.equal(shown.playbackId, recorded.playbackId);
    assert.equal(shown.name, `video+${recorded.playbackId}`);
    assert.equal(shown.record, true);
    assert.equal(shown.recordingStatus, "ready");
    assert.ok(shown.createdAt > recorded.createdAt && shown.createdAt <= Date.now());
    assert.ok(shown.lastSeen > shown.createdAt && shown.lastSeen <= Date.now());
    assert.ok(Math.abs(shown.sourceSegmentsDuration - 4) < 0.1, String(shown.sourceSegmentsDuration));
    assert.equal(shown.sourceSegments, 2);
    assert.deepEqual([shown.transcodedSegments, shown.transcodedSegmentsDuration, shown.transcodedBytes], [0, 0, 0]);
    assert.deepEqual([shown.ingestRate, shown.outgoingRate], [0, 0]);
    assert.equal(shown.isHealthy, null);
    assert.equal(shown.issues, null);
    const mp4 = await workspace.fetch(shown.mp4Url, { method: "HEAD" });
    assert.ok(Math.abs(shown.sourceBytes / Number(mp4.headers.get("content-length")) - 1) < 0.1);
    assert.match(shown.recordingUrl, /index\.m3u8$/);
    await assertKeysKnown(`/api/session/${session.id}`, shown);
});

test("GET /session/:id?sourceRecording=true: sourceRecordingUrl, which is what is recorded", async () => {
    const asked = (query) => workspace.json(`/api/session/${session.id}${query}`);
    assert.equal((await asked("?sourceRecording=true")).sourceRecordingUrl, session.recordingUrl);
    for (const query of ["", "?sourceRecording=1"]) assert.equal("sourceRecordingUrl" in (await asked(query)), false);
});

test("GET /session/:id: a session that is not recorded has no recordingStatus and no URLs", async () => {
    const [plain] = await sessionsOf(workspace, unrecorded);
    const shown = (await livepeer(workspace).session.get(plain.id)).session;
    assert.equal(shown.record, false);
    assert.deepEqual([shown.recordingStatus, shown.recordingUrl, shown.mp4Url], [undefined, undefined, undefined]);
});

test("a session keeps record and profiles as its stream had them when it began", async () => {
    const workspace = await newWorkspace(server);
    const profiles = [{ name: "small", width: 320, height: 180, bitrate: 300_000, fps: 0 }];
    const stream = await newStream(workspace, { record: false, profiles });
    const push = publish(workspace, stream, { seconds: 60, video: false });
    await liveSession(workspace, stream);
    await push.stop();
    await livepeer(workspace).stream.terminate(stream.id);
    const other = { record: true, profiles: [{ ...profiles[0], name: "other" }] };
    await livepeer(workspace).stream.update(other, stream.id);
    const [kept] = await workspace.json("/api/session");
    assert.deepEqual([kept.record, kept.profiles, kept.recordingStatus], [false, profiles, undefined]);
    assert.equal(kept.parentStream.record, true);
});

test("recordingStatus: waiting while it runs, with a recordingUrl that plays; rates and health are shown", async () => {
    const shown = await sessionWhen(workspace, running, "rates", ({ ingestRate }) => ingestRate > 0);
    assert.equal(shown.recordingStatus, "waiting");
    assert.equal(shown.mp4Url, undefined);
    assert.equal(shown.isHealthy, true);
    assert.equal(shown.issues, null);
    assert.equal((await workspace.fetch(shown.recordingUrl)).status, 200);
    const { stream } = await livepeer(workspace).stream.get(running.id);
    assert.equal(stream.isActive, true);
    assert.equal(stream.isHealthy, true);
    assert.ok(stream.lastSeen >= shown.createdAt);
});

test("GET /session: all sessions, newest lastSeen first, each with its parentStream", async () => {
    const { data } = await livepeer(workspace).session.getAll();
    assert.equal(data.length, 3);
    assert.equal(data[0].parentId, running.id);
    assert.deepEqual(data.map(({ lastSeen }) => lastSeen), data.map(({ lastSeen }) => lastSeen).sort((a, b) => b - a));
    for (const item of await workspace.json("/api/session")) {
        assert.equal(item.parentStream.id, item.parentId);
        assert.equal(item.parentStream.kind, "stream");
        assert.deepEqual(
            ["streamKey", "mistHost", "broadcasterHost", "recordObjectStoreId"].filter((key) => key in item.parentStream),
            [],
        );
    }
});

test("GET /stream/:id/sessions: record true, false and absent", async () => {
    const client = livepeer(workspace).session;
    const ids = async (...args) => (await client.getRecorded(...args)).data.map(({ id }) => id);
    const [plain] = await sessionsOf(workspace, unrecorded);
    assert.deepEqual(await ids(recorded.id, true), [session.id]);
    assert.deepEqual(await ids(recorded.id), [session.id]);
    assert.deepEqual(await ids(recorded.id, false), []);
    assert.deepEqual(await ids(unrecorded.id, false), [plain.id]);
    assert.deepEqual(await ids(unrecorded.id, 0), [plain.id]);
    assert.deepEqual(await ids(unrecorded.id, 1), []);
    for (const item of await workspace.json(`/api/stream/${recorded.id}/sessions`))
        assert.deepEqual(["version", "deleted", "recordObjectStoreId"].filter((key) => key in item), []);
    await assert.rejects(client.getRecorded(nobody), isStatus(404, /^not found$/));
});

test("GET /session/:id/clips: the clip as an asset in the external form", async () => {
    const { data } = await livepeer(workspace).session.getClips(session.id);
    assert.deepEqual(data.map(({ id }) => id), [clip.id]);
    assert.deepEqual(data[0].source, { type: "clip", playbackId: recorded.playbackId, sessionId: session.id });
    assert.equal(data[0].status.phase, "ready");
    for (const url of [data[0].playbackUrl, data[0].downloadUrl]) assert.equal((await workspace.fetch(url)).status, 200);
    const [raw] = await workspace.json(`/api/session/${session.id}/clips`);
    assert.deepEqual(["files", "objectStoreId", "playbackRecordingId"].filter((key) => key in raw), []);
    const [plain] = await sessionsOf(workspace, unrecorded);
    assert.deepEqual((await livepeer(workspace).session.getClips(plain.id)).data, []);
});

test("single-object routes: unknown and foreign are 404 not found", async () => {
    const stranger = livepeer(await newWorkspace(server));
    const own = livepeer(workspace);
    for (const [client, id] of [[own, nobody], [own, "<id>"], [stranger, session.id]]) {
        await assert.rejects(client.session.get(id), isStatus(404, /^not found$/));
        await assert.rejects(client.session.getClips(id), isStatus(404));
        await assert.rejects(client.stream.get(client === own ? id : recorded.id), isStatus(404, /^not found$/));
        await assert.rejects(client.asset.get(id), isStatus(404));
    }
    assert.deepEqual((await stranger.session.getAll()).data, []);
    await assert.rejects(stranger.session.getRecorded(recorded.id, true), isStatus(404, /^not found$/));
});

test("standalone functions: sessionGet, sessionGetAll, sessionGetRecorded, sessionGetClips", async () => {
    const core = new LivepeerCore({ apiKey: workspace.key, serverURL: `${workspace.url}/api` });
    assert.equal((await sessionGet(core, session.id)).value.session.id, session.id);
    assert.equal((await sessionGetAll(core)).value.data.length, 3);
    assert.equal((await sessionGetRecorded(core, recorded.id, true)).value.data.length, 1);
    assert.equal((await sessionGetClips(core, session.id)).value.data.length, 1);
    const missing = await sessionGet(core, nobody);
    assert.equal(missing.ok, false);
    assert.ok(isStatus(404)(missing.error));
});

test("POST /clip: 200 with task and asset; task.get tells when it is done", async () => {
    const client = livepeer(workspace);
    const startTime = session.createdAt + 500;
    const wanted = { playbackId: recorded.playbackId, startTime, endTime: startTime + 1500, sessionId: session.id };
    const answer = await client.stream.createClip({ ...wanted, name: "mine" });
    assert.equal(answer.statusCode, 200);
    const { asset, task } = answer.data;
    assert.match(asset.id, uuid);
    assert.equal(asset.name, "mine");
    assert.ok(["waiting", "processing", "ready"].includes(asset.status.phase), asset.status.phase);
    assert.match(asset.playbackId, new RegExp(`^${asset.id.slice(0, 4)}[0-9a-z]{12}$`));
    const second = await makeClip(workspace, { ...wanted, sessionId: undefined });
    assert.equal(second.name, `clip-${second.playbackId}`);

    const done = (await client.task.get(task.id)).task;
    assert.equal(done.type, "clip");
    assert.equal(done.outputAssetId, asset.id);
    assert.equal(done.status.phase, "completed");
    const raw = await workspace.json(`/api/task/${task.id}`);
    assert.deepEqual(raw.params.clip.clipStrategy, {
        playbackId: recorded.playbackId,
        startTime: wanted.startTime,
        endTime: wanted.endTime,
    });
    assert.deepEqual([raw.params.clip.sessionId, raw.params.clip.inputId], [session.id, recorded.id]);
    assert.ok((await client.task.getAll()).data.some(({ id }) => id === task.id));
    const stranger = livepeer(await newWorkspace(server));
    await assert.rejects(stranger.task.get(task.id), isStatus(403, /own tasks/));
    await assert.rejects(client.task.get(nobody), isStatus(404, /^not found$/));
});

test("POST /clip: each refusal with its text", async () => {
    const [plain] = await sessionsOf(workspace, unrecorded);
    const base = { playbackId: recorded.playbackId, startTime: session.createdAt, endTime: session.createdAt + 1000 };
    const silent = await newStream(workspace);
    const clipOf = (change) => livepeer(workspace).stream.createClip({ ...base, ...change });
    await assert.rejects(clipOf({ playbackId: "unknown" }), isStatus(404, /^Content not found$/));
    await assert.rejects(clipOf({ playbackId: clip.playbackId }), isStatus(404, /^Content not found$/));
    await assert.rejects(clipOf({ sessionId: nobody }), isStatus(404, /^Session not found$/));
    await assert.rejects(clipOf({ playbackId: silent.playbackId }), isStatus(404, /^Session not found$/));
    await assert.rejects(
        clipOf({ sessionId: plain.id }),
        isStatus(404, /^The provided session id does not belong to this stream$/),
    );
    await assert.rejects(
        clipOf({ endTime: base.startTime }),
        isStatus(422, /^endTime must occur after startTime$/),
    );
    const late = base.startTime + 3_600_000;
    await assert.rejects(
        clipOf({ startTime: late, endTime: late + 1000 }),
        isStatus(422, /^clip range is outside the recording$/),
    );
    await assert.rejects(
        clipOf({ playbackId: unrecorded.playbackId, startTime: plain.createdAt, endTime: plain.createdAt + 1000 }),
        isStatus(422, /^session is not recorded$/),
    );
    const stranger = livepeer(await newWorkspace(server));
    await assert.rejects(
        stranger.stream.createClip(base),
        isStatus(403, /^You do not have permission to clip this stream$/),
    );
    const schema = await workspace.fetch("/api/clip", { method: "POST", body: { playbackId: recorded.playbackId } });
    assert.equal(schema.status, 422);
    assert.match(JSON.parse((await schema.json()).errors[0]).message, /startTime/);
});

test("clip range outside the recording is clamped to what is recorded; without endTime it ends at the newest moment", async () => {
    const whole = await makeClip(workspace, {
        playbackId: recorded.playbackId,
        startTime: session.createdAt - 60_000,
        endTime: session.createdAt + 600_000,
    });
    assert.ok(Math.abs(whole.videoSpec.duration - session.sourceSegmentsDuration) < 0.05);
    const open = await makeClip(workspace, { playbackId: recorded.playbackId, startTime: session.createdAt + 2000 });
    assert.ok(open.videoSpec.duration > 1.5 && open.videoSpec.duration < 2.3, String(open.videoSpec.duration));
});

test("GET /asset, GET /asset/:id: recordings and clips", async () => {
    const client = livepeer(workspace).asset;
    const { asset } = await client.get(session.id);
    assert.equal(asset.id, session.id);
    assert.notEqual(asset.playbackId, session.playbackId);
    assert.deepEqual(asset.source, { type: "recording", sessionId: session.id });
    assert.match(asset.name, /^live-\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
    assert.equal(asset.status.phase, "ready");
    assert.equal(asset.playbackUrl, session.recordingUrl);
    assert.equal(asset.downloadUrl, session.mp4Url);
    const { headers } = await workspace.fetch(asset.downloadUrl, { method: "HEAD" });
    assert.equal(asset.size, Number(headers.get("content-length")));
    await assertKeysKnown(`/api/asset/${session.id}`, asset);
    const { data } = await client.getAll();
    for (const id of [session.id, clip.id]) assert.ok(data.some((each) => each.id === id));
    await assert.rejects(client.get(nobody), isStatus(404, /^Asset not found$/));
    const detailed = await workspace.json(`/api/asset/${clip.id}?details=1`);
    assert.deepEqual(detailed.videoSpec.tracks.map((track) => track.type).sort(), ["audio", "video"]);
    assert.equal("tracks" in (await workspace.json(`/api/asset/${clip.id}`)).videoSpec, false);
});

test("asset errors: PATCH and DELETE of one that is unknown, not the caller's or not ready", async () => {
    const call = async (key, method, id) => {
        const answer = await key.fetch(`/api/asset/${id}`, { method, body: method === "PATCH" ? { name: "x" } : undefined });
        return [answer.status, (await answer.json()).errors[0]];
    };
    const stranger = await newWorkspace(server);
    const live = (await sessionsOf(workspace, running)).at(-1).id;
    assert.deepEqual(await call(workspace, "PATCH", nobody), [404, "asset not found"]);
    assert.deepEqual(await call(stranger, "PATCH", clip.id), [404, "asset not found"]);
    assert.deepEqual(await call(workspace, "PATCH", live), [422, "asset is not ready"]);
    assert.deepEqual(await call(workspace, "DELETE", nobody), [404, "Asset not found"]);
    assert.deepEqual(await call(stranger, "DELETE", clip.id), [403, "users may only delete their own assets"]);
    assert.deepEqual(await call(stranger, "GET", clip.id), [404, "Asset not found"]);
    assert.equal((await workspace.fetch(`/api/asset/${clip.id}`)).status, 200);
});

test("GET /task and POST /task/:id/retry: only what failed may be tried again", async () => {
    const client = livepeer(workspace).task;
    const [{ id }] = (await client.getAll()).data.filter(({ outputAssetId }) => outputAssetId === clip.id);
    const { task } = await client.get(id);
    assert.deepEqual([task.inputAssetId, task.status.phase], [session.id, "completed"]);
    const raw = await workspace.json(`/api/task/${id}`);
    assert.deepEqual([raw.userId, raw.projectId], [recorded.userId, recorded.projectId]);
    assert.ok(raw.scheduledAt >= raw.createdAt && raw.status.updatedAt >= raw.scheduledAt);
    assert.ok(raw.requesterId.endsWith(recorded.playbackId));
    const retry = async (key, of) => {
        const answer = await key.fetch(`/api/task/${of}/retry`, { method: "POST" });
        return [answer.status, (await answer.json()).errors[0]];
    };
    assert.deepEqual(await retry(workspace, id), [400, "task is not in a retryable state"]);
    assert.deepEqual(await retry(workspace, nobody), [404, "not found"]);
    const stranger = await newWorkspace(server);
    assert.deepEqual(await retry(stranger, id), [403, "user can only request information on their own tasks"]);
});

test("GET /playback/:id: tells at once when a stream goes live and idle, and of what is not ready", async () => {
    const workspace = await newWorkspace(server);
    const playback = livepeer(workspace).playback;
    const stream = await newStream(workspace);
    const live = async () => (await playback.get(stream.playbackId)).playbackInfo.meta.live;
    assert.equal(await live(), 0);
    const push = publish(workspace, stream, { seconds: 60, video: false });
    const { id } = await liveSession(workspace, stream);
    assert.equal(await live(), 1);
    const { asset } = await livepeer(workspace).asset.get(id);
    await assert.rejects(playback.get(asset.playbackId), isStatus(422, /^asset is not ready for playback$/));
    assert.equal((await playback.get(id)).playbackInfo.type, "recording");
    await livepeer(workspace).stream.terminate(stream.id);
    await push.ended;
    assert.equal(await live(), 0);
});

test("GET /playback/:id: live and idle stream, asset, session; no key needed, any origin", async () => {
    const playback = livepeer(workspace).playback;
    const get = async (id) => (await playback.get(id)).playbackInfo;
    const live = await get(running.playbackId);
    assert.equal(live.type, "live");
    assert.equal(live.meta.live, 1);
    assert.deepEqual(live.meta.source[0], {
        hrn: "HLS (TS)",
        type: "html5/application/vnd.apple.mpegurl",
        url: `${workspace.url}/hls/${running.playbackId}/index.m3u8`,
    });
    assert.equal((await get(recorded.playbackId)).meta.live, 0);
    for (const id of [(await livepeer(workspace).asset.get(session.id)).asset.playbackId, clip.playbackId]) {
        const vod = await get(id);
        assert.equal(vod.type, "vod");
        assert.deepEqual(vod.meta.source.map(({ hrn }) => hrn).sort(), ["HLS (TS)", "MP4", "Thumbnails"]);
        const mp4 = vod.meta.source.find(({ hrn }) => hrn === "MP4");
        assert.deepEqual([mp4.width, mp4.height], [320, 192]);
        assert.ok(mp4.bitrate > 0 && mp4.size > 0);
        for (const { url } of vod.meta.source) assert.equal((await fetch(url)).status, 200);
    }
    const recording = await get(session.id);
    assert.equal(recording.type, "recording");
    assert.deepEqual(recording.meta.source.map(({ url }) => url), [session.recordingUrl]);
    const [plain] = await sessionsOf(workspace, unrecorded);
    for (const id of [recorded.id, plain.id, nobody])
        await assert.rejects(playback.get(id), (error) => error instanceof ErrorT, id);
    await assert.rejects(playback.get("unknown"), (error) => {
        assert.ok(error instanceof ErrorT);
        assert.deepEqual(error.errors, ["No playback URL found for unknown"]);
        return true;
    });
    const headers = { origin: "https://any.example" };
    const open = await fetch(`${workspace.url}/api/playback/${clip.playbackId}`, { headers });
    assert.equal(open.status, 200);
    assert.equal(open.headers.get("access-control-allow-origin"), "https://any.example");
});

test("GET /playback/:id?recordings=true: dvrPlayback for the owner", async () => {
    const ask = (id, key) => workspace.fetch(`/api/playback/${id}?recordings=true`, { key });
    const live = await (await ask(running.playbackId)).json();
    assert.equal(live.meta.dvrPlayback[0].hrn, "HLS (TS)");
    assert.equal((await fetch(live.meta.dvrPlayback[0].url)).status, 200);
    const idle = await (await ask(recorded.playbackId)).json();
    assert.deepEqual(idle.meta.dvrPlayback, [{ error: "no running recordings available for this stream." }]);
    const unknown = await ask(running.playbackId, "");
    assert.equal(unknown.status, 401);
    assert.deepEqual((await unknown.json()).errors, ["authentication is required to access recordings"]);
    const foreign = await ask(running.playbackId, (await newWorkspace(server)).key);
    assert.equal(foreign.status, 401);
    assert.deepEqual((await foreign.json()).errors, ["user does not have access to recordings for this content"]);
});

test("stream.getClips and GET /clip/:id: clips of a stream, a session, a playback id", async () => {
    const { data } = await livepeer(workspace).stream.getClips(recorded.id);
    assert.ok(data.some(({ id }) => id === clip.id));
    for (const id of [recorded.id, recorded.playbackId, session.id]) {
        const clips = await workspace.json(`/api/clip/${id}`);
        assert.ok(clips.some((each) => each.id === clip.id), id);
    }
    const none = await workspace.fetch("/api/clip/unknown");
    assert.equal(none.status, 404);
    assert.deepEqual((await none.json()).errors, ["Content not found"]);
});

test("lists: limit, cursor, Link, count, filters and order of sessions", async () => {
    const page = async (query) => {
        const answer = await workspace.fetch(`/api/session?${query}`);
        assert.equal(answer.status, 200, query);
        const total = answer.headers.get("x-total-count");
        return { ids: (await answer.json()).map(({ parentId }) => parentId), link: answer.headers.get("link"), total };
    };
    const everything = await page("order=createdAt-false");
    assert.equal(everything.ids.length, 3);
    assert.deepEqual([everything.link, everything.total], [null, null]);
    const first = await page("order=createdAt-false&limit=2&count=1");
    assert.deepEqual(first.ids, everything.ids.slice(0, 2));
    assert.equal(first.total, "3");
    const [, url] = first.link.match(/^<([^>]+)>; rel="next"$/);
    assert.match(url, /cursor=skip2/);
    assert.deepEqual((await page(new URL(url).search.slice(1))).ids, everything.ids.slice(2));
    assert.equal((await page("limit=3")).link, null);
    for (const limit of ["0", "x", "-1"]) assert.equal((await page(`limit=${limit}`)).ids.length, 3);

    const filtered = async (...filters) =>
        (await page(`order=createdAt-false&filters=${encodeURIComponent(JSON.stringify(filters))}`)).ids;
    assert.deepEqual(await filtered({ id: "parentId", value: recorded.id }), [recorded.id]);
    assert.deepEqual(await filtered({ id: "record", value: false }), [unrecorded.id]);
    assert.deepEqual(await filtered({ id: "recordingStatus", value: "ready" }), [recorded.id]);
    assert.deepEqual(await filtered({ id: "recordingStatus", value: "waiting" }), [running.id]);
    const [plain] = await sessionsOf(workspace, unrecorded);
    const gt = Math.max(session.createdAt, plain.createdAt);
    assert.deepEqual(await filtered({ id: "createdAt", value: { gt } }), [running.id]);
    assert.ok((await filtered({ id: "createdAt", value: { eq: session.createdAt } })).includes(recorded.id));
    assert.deepEqual(await filtered({ id: "name", value: recorded.playbackId.toUpperCase() }), [recorded.id]);
    assert.deepEqual((await page(`parentId=${running.id}`)).ids, [running.id]);

    const refused = {
        '[{"id":"nope","value":1}]': 'error parsing filters: Error: unknown field: "nope"',
        "{}": "error parsing filters: Error: must be an array",
        '[{"id":"record"}]': 'error parsing filters: Error: missing filter value for id "record"',
        '[{"id":"record","value":"true"}]':
            'error parsing filters: Error: expected boolean value for field "record", got: ',
        "[": "error parsing filters: SyntaxError: ",
    };
    for (const [filters, text] of Object.entries(refused)) {
        const answer = await workspace.fetch(`/api/session?filters=${encodeURIComponent(filters)}`);
        assert.equal(answer.status, 400, filters);
        const [error] = (await answer.json()).errors;
        assert.ok(error.startsWith(text), error);
    }
});

test("projectId: the key's project, else the workspace's default one; lists filter by it", async () => {
    const client = livepeer(workspace);
    const { stream } = await client.stream.get(recorded.id);
    assert.match(stream.projectId, uuid);
    assert.notEqual(stream.projectId, stream.userId);
    assert.equal((await client.session.get(session.id)).session.projectId, stream.projectId);
    assert.equal((await client.asset.get(clip.id)).asset.projectId, stream.projectId);
    const lists = ["/api/stream", "/api/session", "/api/asset", "/api/task", `/api/clip/${recorded.playbackId}`];
    const listed = (key, list, value) => {
        const filters = value ? `?filters=${encodeURIComponent(JSON.stringify([{ id: "projectId", value }]))}` : "";
        return key.json(`${list}${filters}`);
    };
    for (const list of lists) {
        const all = await listed(workspace, list);
        assert.ok(all.length > 0, list);
        for (const object of all) assert.equal(object.projectId, stream.projectId, list);
        assert.deepEqual(await listed(workspace, list, stream.projectId), all);
        assert.deepEqual(await listed(workspace, list, "blue"), []);
    }
    for (const { parentStream } of await listed(workspace, "/api/session"))
        assert.equal(parentStream.projectId, stream.projectId);

    const blue = await withKey(workspace, { project: "blue" });
    const made = await newStream(blue);
    assert.equal(made.projectId, "blue");
    const ids = async (key, value) => (await listed(key, "/api/stream", value)).map(({ id }) => id);
    assert.deepEqual(await ids(blue), [made.id]);
    assert.deepEqual(await ids(workspace, "blue"), [made.id]);
    assert.ok((await ids(workspace)).includes(made.id), "a key without a project sees the whole workspace");
    await assert.rejects(livepeer(blue).stream.get(recorded.id), isStatus(404, /not found/));

    const ofDefault = await withKey(workspace, { project: stream.projectId });
    assert.equal((await livepeer(ofDefault).stream.get(recorded.id)).stream.id, recorded.id);
    assert.deepEqual((await ids(ofDefault)).sort(), (await ids(workspace, stream.projectId)).sort());
    await assert.rejects(livepeer(ofDefault).stream.get(made.id), isStatus(404, /not found/));
    await client.stream.delete(made.id);

    const { stream: elsewhere } = await livepeer(await newWorkspace(server)).stream.create({ name: "elsewhere" });
    assert.notEqual(elsewhere.projectId, stream.projectId);
});

test("stream deletion: get and list 404 or hidden, sessions, recordings and clips stay readable", async () => {
    const client = livepeer(workspace);
    const gone = await newStream(workspace, { name: "gone" });
    await publishWhole(workspace, gone, { seconds: 1, video: false });
    const { id } = await finishedSession(workspace, gone);
    await client.stream.delete(gone.id);
    await assert.rejects(client.stream.get(gone.id), isStatus(404, /^not found$/));
    await assert.rejects(client.session.getRecorded(gone.id, true), isStatus(404, /^not found$/));
    await assert.rejects(client.playback.get(gone.playbackId), (error) => error instanceof ErrorT);
    await assert.rejects(
        client.stream.createClip({ playbackId: gone.playbackId, startTime: Date.now() - 5000 }),
        isStatus(404, /^Content not found$/),
    );
    const kept = (await client.session.get(id)).session;
    assert.equal(kept.recordingStatus, "ready");
    assert.equal((await workspace.fetch(kept.mp4Url)).status, 200);
    assert.equal((await client.asset.get(id)).asset.id, id);
    assert.ok((await client.session.getAll()).data.some((each) => each.id === id));
});

test("suspension: playback and clip of a suspended stream are 404", async () => {
    const client = livepeer(workspace);
    await client.stream.update({ suspended: true }, recorded.id);
    await assert.rejects(client.playback.get(recorded.playbackId), (error) => error instanceof ErrorT);
    await assert.rejects(
        client.stream.createClip({ playbackId: recorded.playbackId, startTime: session.createdAt }),
        isStatus(404, /^Content not found$/),
    );
    await client.stream.update({ suspended: false }, recorded.id);
    assert.equal((await client.playback.get(recorded.playbackId)).playbackInfo.type, "live");
});

test("asset.update and asset.delete: a recording goes, its clip stays", async () => {
    const client = livepeer(workspace);
    const stream = await newStream(workspace, { name: "to delete" });
    await publishWhole(workspace, stream, { seconds: 3 });
    const { id, recordingUrl, mp4Url, createdAt } = await finishedSession(workspace, stream);
    const clip = await makeClip(workspace, {
        playbackId: stream.playbackId,
        startTime: createdAt + 500,
        endTime: createdAt + 2000,
    });
    const { asset } = await client.asset.update({ name: "renamed", creatorId: "c" }, id);
    assert.equal(asset.name, "renamed");
    assert.deepEqual((await client.asset.get(id)).asset.creatorId, asset.creatorId);

    assert.equal((await fetch(`${workspace.url}/hls/${stream.playbackId}/${id}/index.m3u8`)).status, 200);
    await client.asset.delete(id);
    await assert.rejects(client.asset.get(id), isStatus(404));
    await assert.rejects(client.asset.delete(id), isStatus(400, /^asset is already deleted$/));
    const live = `${workspace.url}/hls/${stream.playbackId}/${id}/index.m3u8`;
    for (const url of [recordingUrl, mp4Url, live]) assert.equal((await fetch(url)).status, 404, url);
    const { session: after_ } = await client.session.get(id);
    assert.equal(after_.recordingStatus, "deleted");
    assert.equal(after_.recordingUrl, undefined);
    const { media } = await workspace.json(`/v1/sessions/${id}/timeline`);
    assert.deepEqual(media.flatMap(({ segments }) => segments), []);
    assert.equal((await fetch(clip.downloadUrl)).status, 200);
    await assert.rejects(
        client.stream.createClip({ playbackId: stream.playbackId, sessionId: id, startTime: createdAt }),
        (error) => error.statusCode >= 400 && error.statusCode < 500,
    );
});
