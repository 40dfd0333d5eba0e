// SPDX-License-Identifier: Apache-2.0
// Livepeer: the lists of streams, sessions, assets, clips and tasks by plain HTTP: every field that filters and orders,
// against what the list itself shows; cursors, counts and the errors of filters.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finishedSession, liveSession, makeClip, newStream, publish, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

let server;
let workspace;
let running;
let recorded;
let session;

before(async () => {
    server = await startServer({ args: ["--reconnect-window", "1"] });
    workspace = await newWorkspace(server);
    recorded = await newStream(workspace, { name: "Round table", creatorId: "anna" });
    const heard = await newStream(workspace, { name: "round two", record: false, creatorId: "berta" });
    running = await newStream(await withKey(workspace, { project: "blue" }), { name: "Straße" });
    await newStream(workspace, { name: "never used", record: false, suspended: true });
    await Promise.all([
        publishWhole(workspace, recorded, { seconds: 4 }),
        publishWhole(workspace, heard, { seconds: 2, video: false }),
    ]);
    session = await finishedSession(workspace, recorded);
    for (const [from, to] of [[500, 1500], [1000, 3000]])
        await makeClip(workspace, {
            playbackId: recorded.playbackId,
            startTime: session.createdAt + from,
            endTime: session.createdAt + to,
        });
    running.push = publish(workspace, running, { seconds: 600 });
    running.session = (await liveSession(workspace, running)).id;
});
after(async () => {
    await running.push.stop();
    await server.stop();
});

/** A list: { items, link, total } of a 200, or { status, error }. */
async function list(path, { filters, key = workspace, ...query } = {}) {
    if (filters !== undefined) query.filters = JSON.stringify(filters);
    const answer = await key.fetch(`${path}?${new URLSearchParams(query)}`);
    const body = await answer.json();
    if (answer.status !== 200) return { status: answer.status, error: body.errors[0] };
    const [, link] = answer.headers.get("link")?.match(/^<(.+)>; rel="next"$/) ?? [];
    return { items: body, link, total: answer.headers.get("x-total-count") };
}
const idsOf = ({ items, error }) => items?.map(({ id }) => id).sort() ?? assert.fail(error);

/** A field: how its filters are written, and what an object of the list has under its name. */
const [text, word, number, boolean] = ["text", "word", "number", "boolean"];
const hidden = (kind) => [kind, () => undefined];
const shown = (kind, name) => [kind, (object) => object[name]];
const fields = (table) =>
    Object.fromEntries(
        Object.entries(table).flatMap(([kind, names]) => names.split(" ").map((name) => [name, shown(kind, name)])),
    );

const lists = {
    stream: {
        path: () => "/api/stream",
        order: "lastSeen createdAt",
        fields: {
            ...fields({
                text: "name",
                word: "id userId playbackId projectId",
                number: "lastSeen createdAt sourceSegments sourceSegmentsDuration transcodedSegments transcodedSegmentsDuration",
                boolean: "isActive record suspended isHealthy",
            }),
            creatorId: [word, ({ creatorId }) => creatorId?.value],
            ...{ "pull.source": hidden(word), "user.email": hidden(text), parentId: hidden(word) },
        },
    },
    session: {
        path: () => "/api/session",
        order: "lastSeen createdAt",
        fields: {
            ...fields({
                text: "name",
                word: "id userId parentId projectId recordingStatus",
                number:
                    "lastSeen createdAt sourceSegments transcodedSegments sourceSegmentsDuration " +
                    "transcodedSegmentsDuration sourceBytes transcodedBytes ingestRate outgoingRate",
                boolean: "record",
            }),
            "user.email": hidden(text),
        },
    },
    asset: {
        path: () => "/api/asset",
        order: "updatedAt createdAt",
        fields: {
            ...fields({ text: "name", word: "id userId playbackId projectId", number: "createdAt" }),
            updatedAt: [number, ({ status }) => status.updatedAt],
            phase: [word, ({ status }) => status.phase],
            creatorId: [word, ({ creatorId }) => creatorId?.value],
            sourceType: [word, ({ source }) => source.type],
            sourceSessionId: [word, ({ source }) => source.sessionId],
            sourcePlaybackId: [word, ({ source }) => source.playbackId],
            // The recording that was cut has the id of its session.
            sourceAssetId: [word, ({ source }) => (source.type === "clip" ? source.sessionId : undefined)],
            ...{ objectStoreId: hidden(word), playbackRecordingId: hidden(word), "user.email": hidden(text) },
            ...{ cid: hidden(word), nftMetadataCid: hidden(word), sourceUrl: hidden(word) },
        },
    },
    clips: {
        path: () => `/api/clip/${recorded.playbackId}`,
        order: "updatedAt createdAt",
        fields: {
            ...fields({ word: "id userId projectId playbackId", number: "createdAt" }),
            updatedAt: [number, ({ status }) => status.updatedAt],
            sourceType: [word, ({ source }) => source.type],
            sourceSessionId: [word, ({ source }) => source.sessionId],
            sourceAssetId: [word, ({ source }) => source.sessionId],
        },
    },
    task: {
        path: () => "/api/task",
        order: "updatedAt createdAt",
        fields: {
            ...fields({ word: "id userId type inputAssetId outputAssetId projectId", number: "createdAt" }),
            updatedAt: [number, ({ status }) => status.updatedAt],
            ...{ name: hidden(text), "user.email": hidden(text) },
        },
    },
};

const comparisons = {
    gt: (a, b) => a > b,
    gte: (a, b) => a >= b,
    lt: (a, b) => a < b,
    lte: (a, b) => a <= b,
    eq: (a, b) => a === b,
};

/** [value of a filter, which values it lets through] for each way to write a filter of the kind. */
function filtersOf(kind, values) {
    const some = values.filter((value) => value !== undefined && value !== null);
    if (kind === boolean) return [true, false].map((wanted) => [wanted, (value) => Boolean(value) === wanted]);
    if (kind === word) return [...some, "nothing has this"].map((wanted) => [wanted, (value) => value === wanted]);
    if (kind === text)
        return [...some.flatMap((value) => [value, value.slice(1, 5)]), "Nothing Has This"].map((wanted) => [
            swapCase(wanted),
            (value) => value?.toLowerCase().includes(wanted.toLowerCase()) ?? false,
        ]);
    const middle = [...some].sort((a, b) => a - b)[Math.floor(some.length / 2)];
    return [
        [middle, (value) => value === middle],
        ...Object.entries(comparisons).map(([name, holds]) => [{ [name]: middle }, (value) => holds(value ?? 0, middle)]),
        [{ gte: middle, lte: middle }, (value) => (value ?? 0) === middle],
    ];
}

/** ASCII letters only: "ß" has no upper case of one letter. */
const swapCase = (value) =>
    value.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));

for (const [noun, { path, fields: all }] of Object.entries(lists)) {
    // Not what moves while the test reads it.
    const still = ({ id }) => id !== running.id && id !== running.session;

    test(`filters: every field of the list of ${noun}`, async () => {
        const { items } = await list(path());
        assert.ok(items.length > 1);
        for (const [field, [kind, valueOf]] of Object.entries(all)) {
            for (const [value, lets] of filtersOf(kind, items.filter(still).map(valueOf))) {
                const found = await list(path(), { filters: [{ id: field, value }] });
                const wanted = items.filter((object) => lets(valueOf(object)));
                const what = `${field} ${JSON.stringify(value)}`;
                const settledIds = (objects) => idsOf({ items: objects.filter(still) });
                assert.equal(found.error, undefined, what);
                assert.deepEqual(settledIds(found.items), settledIds(wanted), what);
            }
        }
    });

    test(`order: every field of the list of ${noun}, both ways; missing counts as 0, false or last`, async () => {
        for (const [field, [kind, valueOf]] of Object.entries(all))
            for (const descending of [true, false]) {
                const { items, error } = await list(path(), { order: `${field}-${descending}` });
                assert.equal(error, undefined, field);
                const values = items.filter(still).map(valueOf);
                const known = values.filter((value) => value !== undefined && value !== null);
                const keys = kind === number ? values.map((v) => v ?? 0) : kind === boolean ? values.map(Boolean) : known;
                const sorted = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
                assert.deepEqual(keys, descending ? sorted.reverse() : sorted, `${field}-${descending}`);
                if (kind === word) assert.deepEqual(values.slice(0, known.length), known, `${field}: missing ones last`);
            }
    });

    test(`default order of the list of ${noun}; unknown fields of an order are dropped`, async () => {
        const [first, second] = lists[noun].order.split(" ").map((field) => all[field][1]);
        const { items } = await list(path());
        const keys = items.filter(still).map((object) => [first(object), second(object)]);
        assert.deepEqual(keys, [...keys].sort((a, b) => b[0] - a[0] || b[1] - a[1]));
        const byId = await list(path(), { order: "nonsense-true,id-false,id-true,alsoNonsense" });
        assert.deepEqual(byId.items.map(({ id }) => id), idsOf(byId));
    });
}

test("filters are and-ed; a number is compared with one value or between several", async () => {
    const found = (...filters) => list("/api/stream", { filters }).then(({ items }) => items.map(({ name }) => name).sort());
    assert.deepEqual(await found({ id: "name", value: "ROUND" }), ["Round table", "round two"]);
    assert.deepEqual(await found({ id: "name", value: "ROUND" }, { id: "record", value: true }), ["Round table"]);
    assert.deepEqual(await found({ id: "name", value: "ROUND" }, { id: "isActive", value: true }), []);
    assert.deepEqual(await found({ id: "sourceSegmentsDuration", value: { gt: 1, lt: 3 } }, { id: "record", value: false }), ["round two"]);
    assert.deepEqual(await found({ id: "name", value: "%" }), [], "nothing is a wildcard");
    assert.deepEqual(await found({ id: "name", value: "_" }), []);
});

test("filters that cannot be read: 400 that says what is wrong", async () => {
    const refusal = async (filters) => {
        const answer = await workspace.fetch(`/api/stream?filters=${filters}`);
        assert.equal(answer.status, 400, filters);
        const [error] = (await answer.json()).errors;
        assert.ok(error.startsWith("error parsing filters: "), error);
        return error.slice("error parsing filters: ".length);
    };
    const of = (...filters) => refusal(encodeURIComponent(JSON.stringify(filters)));
    assert.equal(await of({ id: "nope", value: 1 }), 'Error: unknown field: "nope"');
    assert.equal(await of({ id: "streamKey", value: "x" }), 'Error: unknown field: "streamKey"');
    assert.equal(await of({ value: 1 }), 'Error: unknown field: ""');
    assert.equal(await of("x"), 'Error: unknown field: ""');
    assert.equal(await refusal("{}"), "Error: must be an array");
    assert.equal(await of({ id: "record" }), 'Error: missing filter value for id "record"');
    assert.equal(await of({ id: "record", value: "true" }), 'Error: expected boolean value for field "record", got: "true"');
    assert.equal(await of({ id: "lastSeen", value: "1" }), 'Error: expected number value for field "lastSeen", got: "1"');
    assert.equal(await of({ id: "id", value: 1 }), 'Error: expected string value for field "id", got: 1');
    assert.equal(await of({ id: "lastSeen", value: { ne: 1 } }), 'Error: unknown comparison: "ne"');
    assert.equal(
        await of({ id: "lastSeen", value: { gt: "1" } }),
        'Error: expected number value for field "lastSeen", got: "1"',
    );
    assert.match(await refusal("["), /^SyntaxError: /);
    assert.equal(await refusal("%25E0%25A4%25A"), "URIError: URI malformed");
    assert.equal(await of(...Array(101).fill({ id: "record", value: true })), "Error: more than 100 conditions");
    const twice = encodeURIComponent(encodeURIComponent(JSON.stringify([{ id: "name", value: "table" }])));
    assert.deepEqual((await workspace.json(`/api/stream?filters=${twice}`)).map(({ name }) => name), ["Round table"]);
});

for (const [noun, { path }] of Object.entries(lists)) {
    test(`pages of the list of ${noun}: Link leads through all rows once, and is there only when another follows`, async () => {
        const everything = await list(path(), { order: "createdAt-false", count: "1" });
        assert.equal(everything.total, String(everything.items.length));
        for (const first of [`${path()}?limit=1&order=createdAt-false`, `${path()}?limit=1&cursor=0`]) {
            const ids = [];
            for (let next = first; next; ) {
                const answer = await workspace.fetch(next);
                const page = await answer.json();
                assert.equal(page.length, 1, next);
                ids.push(page[0].id);
                next = answer.headers.get("link")?.match(/^<(.+)>; rel="next"$/)[1];
                if (next) assert.equal(new URL(next).searchParams.get("limit"), "1");
            }
            const inOrder = everything.items.map(({ id }) => id);
            assert.deepEqual(ids, first.includes("cursor=0") ? inOrder.sort() : inOrder);
        }
        assert.equal((await list(path(), { limit: everything.items.length })).link, undefined);
    });
}

test("cursor: skip<N>, or an id after which the ids go on; anything else after skip is 400", async () => {
    const ids = idsOf(await list("/api/stream"));
    assert.deepEqual((await list("/api/stream", { cursor: ids[1] })).items.map(({ id }) => id), ids.slice(2));
    assert.equal((await list("/api/stream", { cursor: "skip3" })).items.length, ids.length - 3);
    assert.deepEqual((await list("/api/stream", { cursor: "skip1000000000000" })).items, []);
    for (const cursor of ["skipabc", "skip", "skip-1", "skip1x", "skip99999999999999999999"]) {
        const { status, error } = await list("/api/stream", { cursor });
        assert.deepEqual([status, error], [400, `cursor "${cursor}" is not of the form skip<number>`]);
    }
});

test("limit: 20 when it is missing, no number or below 1; the rest as given up to 1000", async () => {
    const many = await newWorkspace(server);
    for (let n = 0; n < 21; ++n) await many.fetch("/api/stream", { method: "POST", body: { name: `s${n}` } });
    const count = async (limit) => (await list("/api/stream", { key: many, ...(limit && { limit }) })).items.length;
    for (const limit of [undefined, "0", "-1", "x", "1.5"]) assert.equal(await count(limit), 20, limit);
    for (const [limit, expected] of [["1", 1], ["21", 21], ["1000", 21], ["5000", 21], ["99999999999999999999", 21]])
        assert.equal(await count(limit), expected, limit);
});

test("X-Total-Count: asked for with any value, of all pages, and only with at least one row", async () => {
    const total = async (query) => (await list("/api/stream", query)).total;
    assert.equal(await total({}), null);
    assert.equal(await total({ count: "" }), null);
    for (const count of ["1", "true", "false"]) assert.equal(await total({ count, limit: 1 }), "4");
    assert.equal(await total({ count: 1, limit: 1, cursor: "skip1" }), "4");
    assert.equal(await total({ count: 1, cursor: "0" }), "4");
    assert.equal(await total({ count: 1, filters: [{ id: "record", value: true }] }), "2");
    assert.equal(await total({ count: 1, cursor: "skip4" }), null);
    assert.equal(await total({ count: 1, filters: [{ id: "id", value: "x" }] }), null);
});

test("flags of GET /stream: active, streamsonly, sessionsonly; those of administrators change nothing", async () => {
    const names = async (query) => (await list("/api/stream", query)).items.map(({ name }) => name).sort();
    const all = await names({});
    assert.deepEqual(await names({ active: "true" }), ["Straße"]);
    assert.deepEqual(await names({ active: "" }), ["Straße"]);
    assert.deepEqual(await names({ active: "false" }), all);
    assert.deepEqual(await names({ streamsonly: "1" }), all);
    assert.deepEqual(await names({ sessionsonly: "1" }), [], "no stream of a single connection is kept");
    const other = await newStream(await newWorkspace(server));
    for (const query of [{ all: "true" }, { allUsers: "true" }, { userId: other.userId }, { nonLivepeerOnly: "true" }])
        assert.deepEqual(await names(query), all, JSON.stringify(query));
});

test("GET /session: parentId; record and forceUrl change nothing", async () => {
    const parents = async (query) => (await list("/api/session", query)).items.map(({ parentId }) => parentId).sort();
    const all = await parents({});
    assert.equal(all.length, 3);
    assert.deepEqual(await parents({ parentId: recorded.id }), [recorded.id]);
    assert.deepEqual(await parents({ parentId: "none" }), []);
    for (const query of [{ record: "true" }, { forceUrl: "1" }]) assert.deepEqual(await parents(query), all);
});

test("GET /stream/:id/sessions: limit and cursor, without Link and count", async () => {
    const path = `/api/stream/${recorded.id}/sessions`;
    const { items, link, total } = await list(path, { limit: 1, count: "1" });
    assert.deepEqual([items.map(({ id }) => id), link, total], [[session.id], undefined, null]);
    assert.deepEqual((await list(path, { cursor: "skip1" })).items, []);
    assert.deepEqual((await list(path, { forceUrl: "1" })).items, items);
});

test("GET /asset: playbackId, sourceUrl, phase and cid as plain parameters", async () => {
    const { items } = await list("/api/asset");
    assert.equal(items.length, 4, "two recordings, one of them growing, and two clips");
    for (const { id, playbackId } of items) assert.deepEqual(idsOf(await list("/api/asset", { playbackId })), [id]);
    assert.deepEqual(idsOf(await list("/api/asset", { phase: "ready" })), idsOf({ items: items.filter(({ status }) => status.phase === "ready") }));
    assert.equal((await list("/api/asset", { phase: "failed" })).items.length, 0);
    for (const name of ["sourceUrl", "cid"]) assert.deepEqual((await list("/api/asset", { [name]: "x" })).items, []);
    for (const { videoSpec } of (await list("/api/asset", { phase: "ready", details: "1" })).items)
        assert.ok(videoSpec.tracks.length > 0);
});

test("GET /asset/:id/clips: the clips of a recording", async () => {
    const clips = idsOf(await list(`/api/clip/${session.id}`));
    assert.equal(clips.length, 2);
    assert.deepEqual(idsOf(await list(`/api/asset/${session.id}/clips`)), clips);
    assert.deepEqual(await list(`/api/asset/${clips[0]}/clips`), { items: [], link: undefined, total: null });
    assert.deepEqual(await list("/api/asset/none/clips"), { status: 404, error: "Asset not found" });
});
