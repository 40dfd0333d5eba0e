// SPDX-License-Identifier: Apache-2.0
// Livepeer: stream create, get, list, patch, delete and terminate through the unmodified SDK, and the checks at
// creation.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { LivepeerCore } from "livepeer/core.js";
import { streamCreate } from "livepeer/funcs/streamCreate.js";
import { streamDelete } from "livepeer/funcs/streamDelete.js";
import { streamGet } from "livepeer/funcs/streamGet.js";
import { streamGetAll } from "livepeer/funcs/streamGetAll.js";
import { streamUpdate } from "livepeer/funcs/streamUpdate.js";
import { SDKError } from "livepeer/models/errors/index.js";

import { livepeer } from "../harness/clients.mjs";
import { finishedSession, liveSession, newStream, publish, publishWhole, sessionWhen } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { settled } from "../harness/waiting.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";

let server;
before(async () => (server = await startServer({ args: ["--reconnect-window", "1"] })));
after(() => server.stop());

const profile = { width: 640, height: 360, name: "360p", bitrate: 500_000, fps: 30 };

const isStatus = (status, message) => (error) => {
    assert.ok(error instanceof SDKError, String(error));
    assert.equal(error.statusCode, status);
    assert.match(JSON.parse(error.body).errors[0], message ?? /./);
    return true;
};

/** POST /api/stream by plain HTTP: [status, text of the first error]. */
async function create(workspace, body) {
    const answer = await workspace.fetch("/api/stream", { method: "POST", body: { name: "x", ...body } });
    return [answer.status, (await answer.json()).errors?.[0]];
}

test("POST /stream: 201 with every default", async () => {
    const workspace = await newWorkspace(server);
    const from = Date.now();
    const answer = await livepeer(workspace).stream.create({ name: "defaults" });
    assert.equal(answer.statusCode, 201);
    const { id, streamKey, playbackId, createdAt, userId, projectId, profiles, ...rest } = answer.stream;
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(userId, /^[0-9a-f]{8}-[0-9a-f]{4}-/);
    assert.match(projectId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(streamKey, new RegExp(`^${id.slice(0, 4)}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$`));
    assert.match(playbackId, new RegExp(`^${id.slice(0, 4)}[0-9a-z]{12}$`));
    assert.ok(createdAt >= from && createdAt <= Date.now());
    assert.deepEqual(
        profiles.map(({ name, width, height, bitrate, fps, profile }) => [name, width, height, bitrate, fps, profile]),
        [
            ["240p0", 426, 240, 250_000, 0, "H264ConstrainedHigh"],
            ["360p0", 640, 360, 800_000, 0, "H264ConstrainedHigh"],
            ["480p0", 854, 480, 1_600_000, 0, "H264ConstrainedHigh"],
            ["720p0", 1280, 720, 3_000_000, 0, "H264ConstrainedHigh"],
        ],
    );
    const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    assert.deepEqual(set, {
        kind: "stream",
        name: "defaults",
        lastSeen: 0,
        isActive: false,
        record: false,
        suspended: false,
        sourceSegments: 0,
        transcodedSegments: 0,
        sourceSegmentsDuration: 0,
        transcodedSegmentsDuration: 0,
        sourceBytes: 0,
        transcodedBytes: 0,
        lastTerminatedAt: null,
        renditions: {},
        multistream: { targets: [] },
        createdByTokenName: "test",
    });
    const raw = await workspace.json(`/api/stream/${id}`);
    const names = Object.keys(answer.stream).filter((name) => answer.stream[name] !== undefined);
    assert.deepEqual(Object.keys(raw).sort(), names.sort(), "no key that the SDK does not know");
});

test("POST /stream: every field that has its effect reads back", async () => {
    const workspace = await newWorkspace(server);
    const given = {
        name: "",
        record: true,
        creatorId: "me",
        userTags: { color: "red", count: 5, list: ["a", 1] },
        profiles: [profile],
        recordingSpec: { profiles: [{ bitrate: 400_000, name: "low" }] },
        playbackPolicy: { type: "public" },
        multistream: { targets: [] },
    };
    const { stream } = await livepeer(workspace).stream.create(given);
    assert.equal(stream.name, "");
    assert.equal(stream.record, true);
    assert.deepEqual(stream.creatorId, { type: "unverified", value: "me" });
    assert.deepEqual(stream.userTags, given.userTags);
    assert.deepEqual(stream.profiles, [profile]);
    assert.deepEqual(stream.recordingSpec.profiles, given.recordingSpec.profiles);
    assert.equal(stream.playbackPolicy.type, "public");
    assert.deepEqual((await livepeer(workspace).stream.get(stream.id)).stream, stream);
    const raw = await workspace.json(`/api/stream/${stream.id}`);
    assert.deepEqual(raw.profiles, [profile]);
});

test("GET /stream/:id, /stream/playback/:pid, /stream/key/:key: the same object", async () => {
    const workspace = await newWorkspace(server);
    const { stream } = await livepeer(workspace).stream.create({ name: "three ways" });
    const byId = await workspace.json(`/api/stream/${stream.id}`);
    assert.equal(byId.streamKey, stream.streamKey);
    assert.deepEqual(await workspace.json(`/api/stream/playback/${stream.playbackId}`), byId);
    assert.deepEqual(await workspace.json(`/api/stream/key/${stream.streamKey}`), byId);
    const stranger = await newWorkspace(server);
    for (const path of [stream.id, `playback/${stream.playbackId}`, `key/${stream.streamKey}`]) {
        const answer = await stranger.fetch(`/api/stream/${path}`);
        assert.equal(answer.status, 404);
        assert.deepEqual(await answer.json(), { errors: ["not found"] });
    }
});

test("GET /stream: own streams, paged, filtered, ordered", async () => {
    const workspace = await newWorkspace(server);
    const client = livepeer(workspace).stream;
    for (const name of ["One red", "two RED", "three"]) await client.create({ name, record: name === "three" });
    assert.deepEqual((await client.getAll()).data.map(({ name }) => name), ["three", "two RED", "One red"]);
    assert.equal((await client.getAll("true")).data.length, 3);
    const names = async (query) => (await workspace.json(`/api/stream?${query}`)).map(({ name }) => name);
    const filter = (...filters) => `filters=${encodeURIComponent(JSON.stringify(filters))}`;
    assert.deepEqual(await names("order=createdAt-false"), ["One red", "two RED", "three"]);
    assert.deepEqual(await names("order=createdAt-true&limit=1"), ["three"]);
    assert.deepEqual(await names("order=createdAt-true&limit=1&cursor=skip1"), ["two RED"]);
    assert.deepEqual(await names(`order=createdAt-false&${filter({ id: "name", value: "red" })}`), ["One red", "two RED"]);
    assert.deepEqual(await names(filter({ id: "record", value: true })), ["three"]);
    assert.deepEqual(await names("active=true"), []);
    assert.deepEqual((await livepeer(await newWorkspace(server)).stream.getAll()).data, []);
});

test("PATCH /stream/:id: 204, what is left out stays, {} changes nothing", async () => {
    const workspace = await newWorkspace(server);
    const client = livepeer(workspace).stream;
    const { stream } = await client.create({ name: "before", userTags: { a: "b" } });
    assert.equal((await client.update({}, stream.id)).statusCode, 204);
    assert.deepEqual((await client.get(stream.id)).stream, stream);
    await client.update({ name: "after", record: true, profiles: [profile] }, stream.id);
    assert.deepEqual((await client.get(stream.id)).stream, { ...stream, name: "after", record: true, profiles: [profile] });
    await client.update({ creatorId: { type: "unverified", value: "you" }, suspended: true }, stream.id);
    const { creatorId, suspended, userTags } = (await client.get(stream.id)).stream;
    assert.deepEqual([creatorId, suspended, userTags], [{ type: "unverified", value: "you" }, true, { a: "b" }]);
    await assert.rejects(client.update({}, "00000000-0000-4000-8000-000000000000"), isStatus(404, /^not found$/));

    const patch = async (path, body) => {
        const answer = await workspace.fetch(`/api/stream/${stream.id}${path}`, { method: "PATCH", body });
        return [answer.status, answer.status === 204 ? "" : (await answer.json()).errors[0]];
    };
    assert.deepEqual(await patch("/record", { record: false }), [204, ""]);
    assert.deepEqual(await patch("/record", {}), [400, "record field required"]);
    assert.deepEqual(await patch("/suspended", { suspended: false }), [204, ""]);
    assert.deepEqual(await patch("/suspended", {}), [422, "missing suspended property"]);
    assert.equal((await patch("", { record: null }))[0], 422);
    assert.deepEqual(
        await patch("", { recordingSpec: { profiles: [] } }),
        [400, "recordingSpec is only supported with record=true"],
    );
    assert.deepEqual(await patch("", { profiles: null }), [204, ""]);
    assert.ok((await client.get(stream.id)).stream.profiles.length > 0);
});

test("DELETE /stream/:id: 204, again 404 not found", async () => {
    const workspace = await newWorkspace(server);
    const client = livepeer(workspace).stream;
    const { stream } = await client.create({ name: "gone" });
    assert.equal((await client.delete(stream.id)).statusCode, 204);
    await assert.rejects(client.delete(stream.id), isStatus(404, /^not found$/));
    await assert.rejects(client.get(stream.id), isStatus(404, /^not found$/));
    await assert.rejects(client.update({ name: "x" }, stream.id), isStatus(404, /^not found$/));
    assert.deepEqual((await client.getAll()).data, []);
});

test("DELETE /stream with ids: 204 for all of them, or nothing is deleted", async () => {
    const workspace = await newWorkspace(server);
    const client = livepeer(workspace).stream;
    const make = async () => (await client.create({ name: "x" })).stream.id;
    const remove = async (body) => {
        const answer = await workspace.fetch("/api/stream", { method: "DELETE", body });
        return [answer.status, answer.status === 204 ? "" : (await answer.json()).errors[0]];
    };
    const [first, second, kept] = [await make(), await make(), await make()];
    const foreign = (await livepeer(await newWorkspace(server)).stream.create({ name: "x" })).stream.id;
    assert.deepEqual(await remove({}), [422, "missing ids"]);
    assert.deepEqual(await remove({ ids: [kept, foreign] }), [404, "not found"]);
    assert.deepEqual(await remove({ ids: ["none"] }), [404, "not found"]);
    assert.deepEqual(await remove({ ids: [first, second, first] }), [204, ""]);
    assert.deepEqual((await client.getAll()).data.map(({ id }) => id), [kept]);
    assert.deepEqual(await remove({ ids: [] }), [204, ""]);
});

test("GET /stream/:id/info: by stream key, playback id, id or session id, with the newest session", async () => {
    const workspace = await newWorkspace(server);
    const stream = await newStream(workspace);
    const info = (id) => workspace.json(`/api/stream/${id}/info`);
    assert.equal("session" in (await info(stream.id)), false);
    await publishWhole(workspace, stream, { seconds: 1, video: false });
    const session = await finishedSession(workspace, stream);
    for (const [id, by] of [
        [stream.streamKey, "isStreamKey"],
        [stream.playbackId, "isPlaybackid"],
        [stream.id, ""],
        [session.id, "isSession"],
    ]) {
        const { stream: shown, session: newest, ...flags } = await info(id);
        assert.deepEqual([shown.id, newest.id, newest.recordingUrl], [stream.id, session.id, session.recordingUrl], id);
        for (const [flag, value] of Object.entries(flags)) assert.equal(value, flag === by, `${id} ${flag}`);
        assert.equal(Object.keys(flags).length, 3);
    }
    assert.equal((await workspace.fetch("/api/stream/none/info")).status, 404);
    assert.equal((await (await newWorkspace(server)).fetch(`/api/stream/${session.id}/info`)).status, 404);
});

test("GET /stream/:id/clips: 404 Stream not found for one that is unknown or not the caller's", async () => {
    const stream = await newStream(await newWorkspace(server));
    const workspace = await newWorkspace(server);
    for (const id of ["none", stream.id, stream.playbackId])
        await assert.rejects(livepeer(workspace).stream.getClips(id), isStatus(404, /^Stream not found$/));
});

test("standalone functions: streamCreate, streamGet, streamGetAll, streamUpdate, streamDelete", async () => {
    const workspace = await newWorkspace(server);
    const core = new LivepeerCore({ apiKey: workspace.key, serverURL: `${workspace.url}/api` });
    const { stream } = (await streamCreate(core, { name: "standalone" })).value;
    assert.equal((await streamGet(core, stream.id)).value.stream.name, "standalone");
    assert.equal((await streamGetAll(core)).value.data.length, 1);
    assert.equal((await streamUpdate(core, { name: "other" }, stream.id)).ok, true);
    assert.equal((await streamDelete(core, stream.id)).ok, true);
    const gone = await streamGet(core, stream.id);
    assert.ok(isStatus(404)(gone.error));
});

test("creation checks: each condition with its answer", async () => {
    const workspace = await newWorkspace(server);
    const profiles = (...changes) => ({ profiles: changes.map((change) => ({ ...profile, ...change })) });
    assert.deepEqual(await create(workspace, profiles({ name: "a" }, { name: "a" })), [400, 'duplicate profile name "a"']);
    assert.deepEqual(await create(workspace, profiles({ name: "source" })), [400, 'profile cannot be named "source"']);
    assert.deepEqual(
        await create(workspace, { recordingSpec: { profiles: [] } }),
        [400, "recordingSpec is only supported with record=true"],
    );
    assert.deepEqual(
        await create(workspace, { userTags: { long: "x".repeat(2048) } }),
        [400, "userTags object is too large. Max size is 2048 characters"],
    );
    for (const change of [{ width: 127 }, { height: 1.5 }, { bitrate: 399 }, { fps: -1 }, { name: "" }, { quality: 45 }])
        assert.equal((await create(workspace, profiles(change)))[0], 422, JSON.stringify(change));
    for (const field of Object.keys(profile)) {
        const { [field]: left, ...rest } = profile;
        const [status, text] = await create(workspace, { profiles: [rest] });
        assert.equal(status, 422, field);
        assert.equal(JSON.parse(text).message, `must have required property '${field}'`);
    }
    assert.equal((await create(workspace, profiles({ encoder: "HEVC" })))[0], 422);
    const recordingSpec = { profiles: [{ bitrate: 400, encoder: "HEVC" }] };
    assert.equal((await create(workspace, { record: true, recordingSpec }))[0], 201);
    assert.equal((await create(workspace, { userTags: { bad: true } }))[0], 422);
    assert.equal((await create(workspace, { profiles: null }))[0], 201);
    assert.equal((await create(workspace, profiles({})))[0], 201);
});

test("a field whose effect is not there yet is refused by name with 501: pull, multistream targets, playbackPolicy", async () => {
    const workspace = await newWorkspace(server);
    const refused = [
        [{ pull: { source: "https://example.com/live.m3u8" } }, /pull/],
        [{ multistream: { targets: [{ profile: "source", spec: { url: "rtmp://example.com/x" } }] } }, /multistream/],
        [{ playbackPolicy: { type: "jwt" } }, /playbackPolicy/],
        [{ playbackPolicy: { type: "webhook", webhookId: "x", webhookContext: {} } }, /playbackPolicy/],
        [{ playbackPolicy: { type: "public", allowedOrigins: ["https://a.example"] } }, /playbackPolicy/],
    ];
    for (const [field, text] of refused) {
        const [status, message] = await create(workspace, field);
        assert.equal(status, 501, JSON.stringify(field));
        assert.match(message, text);
    }
    assert.deepEqual((await livepeer(workspace).stream.getAll()).data, []);
    const { stream } = await livepeer(workspace).stream.create({ name: "x" });
    for (const [field, text] of refused.slice(1))
        await assert.rejects(livepeer(workspace).stream.update(field, stream.id), isStatus(501, text));
});

test("while a stream is active: record and profiles cannot change, active=true lists it", async () => {
    const workspace = await newWorkspace(server);
    const client = livepeer(workspace).stream;
    const stream = await newStream(workspace);
    const push = publish(workspace, stream, { seconds: 60, video: false });
    await liveSession(workspace, stream, 0);
    await assert.rejects(
        client.update({ record: false }, stream.id),
        isStatus(400, /^cannot change 'record' field while stream is active$/),
    );
    await assert.rejects(
        client.update({ profiles: [] }, stream.id),
        isStatus(400, /^cannot change 'profiles' field while stream is active$/),
    );
    await client.update({ record: true, name: "renamed" }, stream.id);
    assert.deepEqual((await workspace.json("/api/stream?active=true")).map(({ id }) => id), [stream.id]);
    await push.stop();
});

test("DELETE /stream/:id/terminate: drops the publisher and ends the session at once; 429 within 5 s, key refused", async () => {
    const workspace = await newWorkspace(server);
    const client = livepeer(workspace).stream;
    const stream = await newStream(workspace);
    const push = publish(workspace, stream, { seconds: 60, video: false });
    const { id } = await liveSession(workspace, stream);
    assert.equal((await client.terminate(stream.id)).statusCode, 204);
    assert.notEqual((await settled("ffmpeg to end", push.ended, 20_000)).code, 0);
    await assert.rejects(client.terminate(stream.id), isStatus(429, /^too many terminate requests$/));
    const again = publish(workspace, stream, { seconds: 60, video: false });
    assert.notEqual((await settled("ffmpeg to end", again.ended, 20_000)).code, 0);
    assert.match(again.log, /terminated a moment ago/);
    const ready = ({ recordingStatus }) => recordingStatus === "ready";
    const ended = await sessionWhen(workspace, stream, "the recording", ready);
    assert.equal(ended.id, id);
    const shown = (await client.get(stream.id)).stream;
    assert.equal(shown.isActive, false);
    assert.ok(Math.abs(shown.lastTerminatedAt - Date.now()) < 60_000);
    await assert.rejects(client.terminate("00000000-0000-4000-8000-000000000000"), isStatus(404, /^not found$/));
});
