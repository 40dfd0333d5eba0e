// SPDX-License-Identifier: Apache-2.0
// The operations that both the npm packages and the C++ libraries have: how the packages are called, requests at
// random in the names of the wire, and answers that fit.
import { Orq } from "@orq-ai/node";
import { Livepeer } from "livepeer";

const camel = (name) => (name === "_id" ? "id" : name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
const isDate = (name) => /_at$/.test(name);
/** A request in the names of the wire as the Orq package takes it. */
const forOrq = (value, name = "") => {
    if (Array.isArray(value)) return value.map((one) => forOrq(one));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [camel(key), forOrq(one, key)]));
    return isDate(name) && typeof value === "string" ? new Date(value) : value;
};
const present = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

// How calls fail.

const kinds = [
    ["not_found", (error) => error.name === "HonoApiError" || error.name === "ErrorT"],
    ["api", (error) => error.name === "APIError" || error.name === "SDKError"],
    ["response_validation", (error) => error.name === "ResponseValidationError" || /^Response validation failed/.test(error.message) || error instanceof SyntaxError],
    ["input_validation", (error) => error.name === "SDKValidationError"],
    ["timeout", (error) => error.name === "RequestTimeoutError" || error.name === "TimeoutError"],
    ["aborted", (error) => error.name === "RequestAbortedError" || error.name === "AbortError"],
    ["connection", (error) => error.name === "ConnectionError" || (error instanceof TypeError && error.message === "terminated")],
    ["unexpected", (error) => error.name === "UnexpectedClientError"],
];
const failure = (error) => {
    const kind = kinds.find(([, fits]) => fits(error))?.[0] ?? `${error.name}: ${error.stack}`;
    return { error: { kind, message: error.message, status: error.statusCode } };
};
/** Texts are the same where they speak of what the server said. */
const comparable = ({ value, error, drivererror }) => {
    if (drivererror) return { drivererror };
    if (!error) return { value: value ?? null };
    return { error: error.kind === "api" ? { kind: error.kind, message: error.message, status: error.status } : { kind: error.kind } };
};

// How the packages are called.

const retryConfig = (retries) =>
    retries && {
        strategy: retries.strategy,
        ...(retries.backoff && { backoff: { initialInterval: retries.backoff.initial_interval, maxInterval: retries.backoff.max_interval, exponent: retries.backoff.exponent, maxElapsedTime: retries.backoff.max_elapsed_time } }),
        retryConnectionErrors: retries.retry_connection_errors ?? false,
    };
const runner = (make, method) => async ({ request, client, options }) => {
    const abort = new AbortController();
    let timer;
    const fetchOptions = present({ headers: options.headers, redirect: options.redirect });
    if (options.abort_after !== undefined) {
        fetchOptions.signal = abort.signal;
        timer = setTimeout(() => abort.abort(), options.abort_after);
    }
    try {
        const sdk = make(present({ apiKey: client.api_key, serverURL: client.server_url, timeoutMs: client.timeout, retryConfig: retryConfig(client.retries) }));
        const value = await method(sdk, request, present({ timeoutMs: options.timeout, retries: retryConfig(options.retries), retryCodes: options.retry_codes, serverURL: options.server_url, fetchOptions: Object.keys(fetchOptions).length > 0 ? fetchOptions : undefined }));
        return { value };
    } catch (error) {
        return failure(error);
    } finally {
        clearTimeout(timer);
    }
};

// Answers that do not fit.

/** Takes a required member away or gives one a type that it cannot have. */
const spoiled = (required) => (random, body) => {
    if (!body) return body;
    const value = JSON.parse(body);
    const [path, kind] = random.pick(required(value));
    let object = value;
    for (const name of path.slice(0, -1)) object = object[name];
    const name = path.at(-1);
    if (random.chance(0.4)) delete object[name];
    else object[name] = random.pick(kind === "string" ? [1, null, {}, false] : kind === "number" ? ["1", null, [], true] : kind === "boolean" ? [1, "true", null] : ["x", 1, null, {}]);
    return JSON.stringify(value);
};
const answer = (status, body) => ({ status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const empty = { status: 204 };

// Orq's second generation.

const billing = (random) => ({ input_cost: random.number(), output_cost: random.number(), total_cost: random.number() });
const whole = (random) => random.pick([0, 1, 17, 100_000]);
const usage = (random) => ({ prompt_tokens: whole(random), completion_tokens: whole(random), total_tokens: whole(random) });
const kind = (random) => random.pick(["THREAD_KIND_UNSPECIFIED", "THREAD_KIND_CONVERSATION", "THREAD_KIND_CODING_AGENT"]);
const newThread = (random) =>
    present({
        external_id: random.word(),
        duration: random.number(),
        contact_ids: random.words(),
        billing: billing(random),
        usage: usage(random),
        traces_count: whole(random),
        tags: random.words(),
        project_id: random.maybe(random.word),
        started_at: random.maybe(random.date),
        updated_at: random.maybe(random.date),
        title: random.maybe(random.word),
        client: random.maybe(random.word),
        repo: random.maybe(random.word),
        kind: random.maybe(() => kind(random)),
    });
const thread = (random) => ({ _id: random.word(), ...newThread(random) });
const changedThread = (random) => {
    const all = newThread(random);
    const some = Object.fromEntries(Object.entries(all).filter(() => random.chance()));
    return present({ ...some, clear_tags: random.maybe(random.chance), clear_contact_ids: random.maybe(random.chance) });
};
const interval = (random) => `SESSION_INTERVAL_${random.pick(["ALL_TIME", "LAST_1_HOUR", "UNSPECIFIED", "LAST_3_MONTHS"])}`;
const threadQuery = (random) =>
    present({
        filters: present({ interval: interval(random), project_id: random.maybe(random.word), client: random.maybe(random.word), repo: random.maybe(random.word), tags: random.maybe(random.words), start_date: random.maybe(() => "1700000000000"), end_date: random.maybe(() => "1800000000000"), kind: random.maybe(() => kind(random)) }),
        limit: random.maybe(() => whole(random)),
        page: random.maybe(() => whole(random)),
    });
const threadParts = (at) => [[[...at, "_id"], "string"], [[...at, "external_id"], "string"], [[...at, "duration"], "number"], [[...at, "tags"], "array"], [[...at, "billing"], "object"], [[...at, "billing", "total_cost"], "number"], [[...at, "usage", "total_tokens"], "number"], [[...at, "traces_count"], "number"]];
const listParts = (parts) => (list) => [[["data"], "array"], [["has_more"], "boolean"], ...(list.data.length > 0 ? parts(["data", 0]) : [])];
const ofThread = () => threadParts([]);
const page = (random, make) => ({ object: "list", data: Array.from({ length: random.below(3) }, () => make(random)), has_more: random.chance() });

// Orq's traces. What the package drops of answers (attributes, events ...) is not in them.

const traceUsage = (random) => present({ prompt_tokens: random.maybe(() => whole(random)), completion_tokens: random.maybe(() => whole(random)), total_tokens: random.maybe(() => whole(random)), prompt_cached_tokens: random.maybe(() => whole(random)) });
const traceCost = (random) => present({ input: random.maybe(random.number), output: random.maybe(random.number), total: random.maybe(random.number), currency: random.maybe(() => "USD"), billable: random.maybe(random.chance), pricing_tier: random.maybe(random.word) });
const spanSummary = (random) =>
    present({
        object: random.maybe(() => "span"),
        trace_id: random.maybe(random.word),
        span_id: random.maybe(random.word),
        parent_span_id: random.maybe(random.word),
        name: random.maybe(random.word),
        type: random.maybe(random.word),
        operation: random.maybe(random.word),
        status: random.maybe(random.word),
        started_at: random.maybe(random.date),
        ended_at: random.maybe(random.date),
        duration_ms: random.maybe(random.number),
        provider: random.maybe(random.word),
        model: random.maybe(random.word),
        usage: random.maybe(() => traceUsage(random)),
        cost: random.maybe(() => traceCost(random)),
        level: random.maybe(() => whole(random)),
        has_detail: random.maybe(random.chance),
        has_children: random.maybe(random.chance),
        guardrail_enabled: random.maybe(random.chance),
        trace_framework: random.maybe(random.word),
        leading_span_type: random.maybe(random.word),
    });
const traceSummary = (random) =>
    present({
        object: random.maybe(() => "trace"),
        trace_id: random.maybe(random.word),
        root_span_id: random.maybe(random.word),
        name: random.maybe(random.word),
        status: random.maybe(random.word),
        started_at: random.maybe(random.date),
        ended_at: random.maybe(random.date),
        duration_ms: random.maybe(random.number),
        session_id: random.maybe(random.word),
        thread_id: random.maybe(random.word),
        providers: random.maybe(random.words),
        models: random.maybe(random.words),
        agent: random.maybe(() => present({ id: random.maybe(random.word), name: random.maybe(random.word) })),
        usage: random.maybe(() => traceUsage(random)),
        cost: random.maybe(() => traceCost(random)),
        context: random.maybe(() => ({ trace_id: random.word(), span_id: random.word() })),
        start_time: random.maybe(random.date),
        duration: random.maybe(random.number),
    });
const spanPage = (random) => present({ object: random.maybe(() => "list"), data: Array.from({ length: 1 + random.below(3) }, () => spanSummary(random)), has_more: random.maybe(random.chance), next_page_token: random.maybe(random.word) });

const orq = (name, method, request, good, parts) => ({
    library: "orq",
    name,
    request,
    good,
    spoil: parts ? spoiled(parts) : (_, body) => body,
    comparable,
    run: runner((options) => new Orq(options), method),
});
/** None that the libraries refuse and the packages walk up a path by. */
const someId = (random) => random.word().replace(/^\.{1,2}$/, "...");
const byId = (name) => (random) => ({ [name]: someId(random) });

export const orqOperations = [
    orq("threads_create", (sdk, request, options) => sdk.sessions.create(forOrq(request), options), newThread, (random) => answer(200, thread(random)), ofThread),
    orq("threads_get", (sdk, { session_id }, options) => sdk.sessions.get({ sessionId: session_id }, options), byId("session_id"), (random) => answer(200, thread(random)), ofThread),
    orq("threads_update", (sdk, { session_id, request_body }, options) => sdk.sessions.update({ sessionId: session_id, updateThreadRequest: forOrq(request_body) }, options), (random) => ({ session_id: someId(random), request_body: changedThread(random) }), (random) => answer(200, thread(random)), ofThread),
    orq("threads_delete", (sdk, { session_id }, options) => sdk.sessions.delete({ sessionId: session_id }, options), byId("session_id"), () => empty),
    orq("threads_list", (sdk, request, options) => sdk.sessions.list(forOrq(request), options), threadQuery, (random) => answer(200, page(random, thread)), listParts(threadParts)),
    orq("threads_count", (sdk, request, options) => sdk.sessions.getCount(forOrq(request), options), threadQuery, (random) => answer(200, { count: whole(random) }), () => [[["count"], "number"]]),
    orq("threads_list_tags", (sdk, _, options) => sdk.sessions.listTags(options), () => ({}), (random) => answer(200, random.words())),
    orq("traces_get", (sdk, request, options) => sdk.traces.get(forOrq(request), options), byId("trace_id"), (random) => answer(200, { trace: traceSummary(random) }), () => [[["trace"], "object"], [["trace", "name"], "string"], [["trace", "duration_ms"], "number"]]),
    orq("traces_list_spans", (sdk, request, options) => sdk.traces.listSpans(forOrq(request), options), (random) => present({ trace_id: someId(random), limit: random.maybe(() => whole(random)), page_token: random.maybe(random.word) }), (random) => answer(200, spanPage(random)), () => [[["data"], "array"], [["data", 0], "object"], [["data", 0, "level"], "number"], [["has_more"], "boolean"]]),
    orq("traces_get_span", (sdk, request, options) => sdk.traces.getSpan(forOrq(request), options), (random) => ({ trace_id: someId(random), span_id: someId(random) }), (random) => answer(200, { span: { summary: spanSummary(random) } }), () => [[["span"], "object"], [["span", "summary"], "object"], [["span", "summary", "has_detail"], "boolean"]]),
];

// Livepeer.

const profile = (random) => present({ width: 1280, height: 720, name: random.word(), bitrate: 3_000_000, fps: 30, fpsDen: random.maybe(() => 1), gop: random.maybe(() => "2.0"), profile: random.maybe(() => random.pick(["H264Baseline", "H264High"])), encoder: random.maybe(() => "H.264") });
const session = (random) =>
    present({
        id: random.maybe(random.word),
        name: random.word(),
        kind: random.maybe(() => "session"),
        lastSeen: random.maybe(() => whole(random)),
        sourceSegments: random.maybe(random.number),
        sourceBytes: random.maybe(random.number),
        ingestRate: random.maybe(random.number),
        isHealthy: random.pick([undefined, null, true]),
        issues: random.pick([undefined, null, []]),
        createdAt: random.maybe(() => whole(random)),
        parentId: random.maybe(random.word),
        record: random.maybe(random.chance),
        recordingStatus: random.maybe(() => random.pick(["waiting", "ready", "failed", "deleted", "none"])),
        recordingUrl: random.maybe(random.word),
        mp4Url: random.maybe(random.word),
        playbackId: random.maybe(random.word),
        profiles: random.maybe(() => [profile(random)]),
    });
const stream = (random) =>
    present({
        id: random.maybe(random.word),
        name: random.word(),
        kind: random.maybe(() => "stream"),
        creatorId: random.maybe(() => ({ type: "unverified", value: random.word() })),
        userTags: random.maybe(() => ({ one: random.word(), two: random.number(), three: ["a", 1] })),
        lastSeen: random.maybe(() => whole(random)),
        isActive: random.maybe(random.chance),
        isHealthy: random.pick([undefined, null, false]),
        streamKey: random.maybe(random.word),
        playbackId: random.maybe(random.word),
        playbackPolicy: random.pick([undefined, null, { type: "public" }]),
        profiles: random.maybe(() => [profile(random)]),
        record: random.maybe(random.chance),
        suspended: random.maybe(random.chance),
        lastTerminatedAt: random.pick([undefined, null, 5]),
    });
const asset = (random) =>
    present({
        id: random.word(),
        name: random.word(),
        source: random.pick([{ type: "recording", sessionId: random.word() }, { type: "clip", sessionId: random.word(), playbackId: random.word() }, { type: "url", url: "https://x.example/y.mp4" }]),
        type: random.maybe(() => "video"),
        playbackId: random.maybe(random.word),
        status: random.maybe(() => ({ phase: "ready", updatedAt: whole(random) })),
        size: random.maybe(() => whole(random)),
        createdAt: random.maybe(() => whole(random)),
        hash: random.pick([undefined, null, [{ hash: "9b", algorithm: "md5" }]]),
    });
const task = (random) => present({ id: random.maybe(random.word), type: random.maybe(() => "clip"), createdAt: random.maybe(() => whole(random)), outputAssetId: random.maybe(random.word), status: random.maybe(() => ({ phase: "completed", updatedAt: whole(random), progress: random.maybe(() => 0.5) })) });
const playback = (random) => ({ type: random.pick(["live", "vod", "recording"]), meta: present({ live: random.maybe(() => random.pick([0, 1])), source: [{ hrn: "HLS (TS)", type: "html5/application/vnd.apple.mpegurl", url: "https://x.example/index.m3u8" }] }) });
const newStream = (random) =>
    present({
        name: random.word(),
        creatorId: random.maybe(() => random.pick([random.word(), { type: "unverified", value: random.word() }])),
        playbackPolicy: random.pick([undefined, null, { type: "public" }, { type: "webhook", webhookId: "w", webhookContext: { a: 1 } }]),
        profiles: random.pick([undefined, null, [], [profile(random)]]),
        record: random.maybe(random.chance),
        userTags: random.maybe(() => ({ tag: random.word(), number: random.number() })),
    });
const changedStream = (random) => present({ record: random.maybe(random.chance), suspended: random.maybe(random.chance), name: random.maybe(random.word), playbackPolicy: random.pick([undefined, null, { type: "public" }]) });
const clip = (random) => present({ playbackId: random.word(), startTime: whole(random), endTime: random.maybe(() => whole(random)), name: random.maybe(random.word), sessionId: random.maybe(random.word) });
const changedAsset = (random) => present({ name: random.maybe(random.word), creatorId: random.maybe(random.word), playbackPolicy: random.pick([undefined, null, { type: "public" }]) });

const namedPart = (at) => [[[...at, "name"], "string"]];
const arrayOf = (parts) => (list) => (list.length > 0 ? parts([0]) : [[[0], "object"]]);
const list = (random, make) => answer(200, Array.from({ length: random.below(3) }, () => make(random)));
const assetParts = (at) => [[[...at, "id"], "string"], [[...at, "name"], "string"], [[...at, "source"], "object"]];

const livepeer = (name, method, request, good, parts) => ({
    library: "livepeer",
    name,
    request,
    good,
    spoil: parts ? spoiled(parts) : (_, body) => body,
    comparable,
    // The package knows no server URL of a single call.
    run: runner((options) => new Livepeer(options), (sdk, request, { serverURL, ...options }) => {
        if (serverURL) sdk = new Livepeer({ ...sdk._options, hooks: undefined, serverURL });
        return method(sdk, request, options);
    }),
});
const id = byId("id");

export const livepeerOperations = [
    livepeer("session_get_clips", (sdk, { id }, options) => sdk.session.getClips(id, options), id, (random) => list(random, asset), arrayOf(assetParts)),
    livepeer("session_get_all", (sdk, _, options) => sdk.session.getAll(options), () => ({}), (random) => list(random, session), arrayOf(namedPart)),
    livepeer("session_get", (sdk, { id }, options) => sdk.session.get(id, options), id, (random) => answer(200, session(random)), () => namedPart([])),
    livepeer("session_get_recorded", (sdk, { parentId, record }, options) => sdk.session.getRecorded(parentId, record, options), (random) => present({ parentId: someId(random), record: random.pick([undefined, true, false, 0, 1, 7, -1]) }), (random) => list(random, session), arrayOf(namedPart)),
    livepeer("stream_create", (sdk, request, options) => sdk.stream.create(request, options), newStream, (random) => answer(201, stream(random)), () => namedPart([])),
    livepeer("stream_get", (sdk, { id }, options) => sdk.stream.get(id, options), id, (random) => answer(200, stream(random)), () => namedPart([])),
    livepeer("stream_get_all", (sdk, { streamsonly }, options) => sdk.stream.getAll(streamsonly, options), (random) => present({ streamsonly: random.maybe(() => "true") }), (random) => list(random, stream), arrayOf(namedPart)),
    livepeer("stream_update", (sdk, { id, streamPatchPayload }, options) => sdk.stream.update(streamPatchPayload, id, options), (random) => ({ streamPatchPayload: changedStream(random), id: someId(random) }), () => empty),
    livepeer("stream_delete", (sdk, { id }, options) => sdk.stream.delete(id, options), id, () => empty),
    livepeer("stream_terminate", (sdk, { id }, options) => sdk.stream.terminate(id, options), id, () => empty),
    livepeer("stream_create_clip", (sdk, request, options) => sdk.stream.createClip(request, options), clip, (random) => answer(200, { asset: asset(random), task: present({ id: random.maybe(random.word) }) }), () => [[["asset"], "object"], [["asset", "name"], "string"], [["task"], "object"]]),
    livepeer("stream_get_clips", (sdk, { id }, options) => sdk.stream.getClips(id, options), id, (random) => list(random, asset), arrayOf(assetParts)),
    livepeer("asset_get", (sdk, { id }, options) => sdk.asset.get(id, options), id, (random) => answer(200, asset(random)), () => assetParts([])),
    livepeer("asset_get_all", (sdk, _, options) => sdk.asset.getAll(options), () => ({}), (random) => list(random, asset), arrayOf(assetParts)),
    livepeer("asset_update", (sdk, { assetId, assetPatchPayload }, options) => sdk.asset.update(assetPatchPayload, assetId, options), (random) => ({ assetPatchPayload: changedAsset(random), assetId: someId(random) }), (random) => answer(200, asset(random)), () => assetParts([])),
    livepeer("asset_delete", (sdk, { id }, options) => sdk.asset.delete(id, options), id, () => empty),
    livepeer("playback_get", (sdk, { id }, options) => sdk.playback.get(id, options), id, (random) => answer(200, playback(random)), () => [[["type"], "string"], [["meta"], "object"]]),
    livepeer("task_get", (sdk, { id }, options) => sdk.task.get(id, options), id, (random) => answer(200, task(random))),
    livepeer("task_get_all", (sdk, _, options) => sdk.task.getAll(options), () => ({}), (random) => list(random, task)),
];
