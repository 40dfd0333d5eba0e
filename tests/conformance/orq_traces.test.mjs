// SPDX-License-Identifier: Apache-2.0
// Orq, second generation: a trace, its spans and one span, as sent by OpenTelemetry's exporters.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { SpanStatusCode } from "@opentelemetry/api";
import { OrqCore } from "@orq-ai/node/core.js";
import { tracesGet } from "@orq-ai/node/funcs/tracesGet.js";
import { tracesGetSpan } from "@orq-ai/node/funcs/tracesGetSpan.js";
import { tracesListSpans } from "@orq-ai/node/funcs/tracesListSpans.js";
import { APIError } from "@orq-ai/node/models/errors/apierror.js";

import { childOf, openTelemetry, orq } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";
import { modelSpan, newSpanId, newTraceId, sendSpans } from "../harness/spans.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

const began = Date.UTC(2026, 9, 1, 12, 0, 0, 250);
const at = (milliseconds) => new Date(began + milliseconds);

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** An agent that calls a model and a tool: 1500 ms. */
async function sendTrace(workspace, encoding) {
    const { tracer, flush, shutdown } = openTelemetry(workspace, { encoding });
    const agent = tracer.startSpan("invoke_agent helper", {
        startTime: at(0),
        attributes: {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "helper",
            "gen_ai.conversation.id": "talk-1",
            "user.id": "ann",
            "orq.thread_id": "thread-1",
        },
    });
    const chat = childOf(agent, tracer, "chat gpt-4o", {
        startTime: at(100),
        attributes: {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.response.model": "gpt-4o-2024-08-06",
            "gen_ai.usage.input_tokens": 1000,
            "gen_ai.usage.cache_read.input_tokens": 200,
            "gen_ai.usage.output_tokens": 50,
            "made.up": ["kept", "verbatim"],
        },
    });
    chat.end(at(900));
    const tool = childOf(agent, tracer, "execute_tool search", {
        startTime: at(950),
        attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" },
    });
    tool.setStatus({ code: SpanStatusCode.ERROR, message: "not found" });
    tool.end(at(1400));
    agent.end(at(1500));
    await flush();
    await shutdown();
    const ids = (span) => span.spanContext().spanId;
    return { traceId: agent.spanContext().traceId, agent: ids(agent), chat: ids(chat), tool: ids(tool) };
}

const defined = (object) => JSON.parse(JSON.stringify(object));
const isError = (statusCode, message) => (error) => {
    assert.ok(error instanceof APIError, String(error));
    assert.equal(error.statusCode, statusCode);
    if (message) assert.match(JSON.parse(error.body).message, message);
    return true;
};

for (const encoding of ["protobuf", "json"]) {
    test(`GET /v3/traces/{trace_id}: TraceSummary of spans sent as ${encoding}`, async () => {
        const workspace = await newWorkspace(server);
        const sent = await sendTrace(workspace, encoding);
        const { trace } = await orq(workspace).traces.get({ traceId: sent.traceId });
        const { usage, cost, attributes, ...summary } = trace;
        assert.deepEqual(defined(summary), {
            object: "trace",
            traceId: sent.traceId,
            id: sent.traceId,
            rootSpanId: sent.agent,
            spanId: sent.agent,
            context: { traceId: sent.traceId, spanId: sent.agent },
            name: "invoke_agent helper",
            operation: "invoke_agent",
            status: "error",
            identityId: "ann",
            sessionId: "thread-1",
            threadId: "talk-1",
            startedAt: at(0).toISOString(),
            startTime: at(0).toISOString(),
            endedAt: at(1500).toISOString(),
            endTime: at(1500).toISOString(),
            durationMs: 1500,
            duration: 1500,
            providers: ["openai"],
            models: ["gpt-4o-2024-08-06"],
        });
        assert.equal(attributes, undefined);
        assert.deepEqual(
            [usage.promptTokens, usage.completionTokens, usage.totalTokens, usage.promptCachedTokens],
            [1000, 50, 1050, 200],
        );
        assert.deepEqual([cost.input, cost.output, cost.total, cost.currency], [0.00225, 0.0005, 0.00275, "USD"]);
    });
}

test("GET /v3/traces/{trace_id}/spans: SpanSummary of each span, in pages", async () => {
    const workspace = await newWorkspace(server);
    const sent = await sendTrace(workspace, "protobuf");
    const client = orq(workspace);
    const whole = await client.traces.listSpans({ traceId: sent.traceId });
    assert.equal(whole.object, "list");
    assert.equal(whole.hasMore, false);
    assert.equal(whole.nextPageToken, undefined);
    assert.deepEqual(
        whole.data.map((span) => [span.spanId, span.parentSpanId, span.level, span.type, span.status, span.hasChildren]),
        [
            [sent.agent, undefined, 0, "agent", "unset", true],
            [sent.chat, sent.agent, 1, "llm", "unset", false],
            [sent.tool, sent.agent, 1, "tool", "error", false],
        ],
    );
    const { usage, cost, ...chat } = whole.data[1];
    assert.deepEqual(defined(chat), {
        object: "span",
        traceId: sent.traceId,
        spanId: sent.chat,
        parentSpanId: sent.agent,
        name: "chat gpt-4o",
        type: "llm",
        operation: "chat",
        status: "unset",
        provider: "openai",
        model: "gpt-4o-2024-08-06",
        startedAt: at(100).toISOString(),
        endedAt: at(900).toISOString(),
        durationMs: 800,
        level: 1,
        hasDetail: true,
        hasChildren: false,
    });
    assert.equal(usage.totalTokens, 1050);
    assert.equal(cost.total, 0.00275);

    const paged = [];
    let pageToken;
    do {
        const page = await client.traces.listSpans({ traceId: sent.traceId, limit: 1, pageToken });
        assert.equal(page.data.length, 1);
        assert.equal(page.hasMore, page.nextPageToken !== undefined);
        paged.push(page.data[0].spanId);
        pageToken = page.nextPageToken;
    } while (pageToken);
    assert.deepEqual(paged, [sent.agent, sent.chat, sent.tool]);
});

test("GET /v3/traces/{trace_id}/spans/{span_id}: summary, and every attribute verbatim", async () => {
    const workspace = await newWorkspace(server);
    const sent = await sendTrace(workspace, "json");
    const { span } = await orq(workspace).traces.getSpan({ traceId: sent.traceId, spanId: sent.chat });
    assert.equal(span.summary.spanId, sent.chat);
    assert.equal(span.summary.model, "gpt-4o-2024-08-06");
    // The SDK throws the keys of attributes away.
    assert.deepEqual(span.attributes, {});
    const raw = await workspace.json(`/v3/traces/${sent.traceId}/spans/${sent.chat}`);
    assert.deepEqual(raw.span.attributes["made.up"], ["kept", "verbatim"]);
    assert.equal(raw.span.attributes["gen_ai.usage.input_tokens"], 1000);
});

test("standalone functions: tracesGet, tracesListSpans, tracesGetSpan", async () => {
    const workspace = await newWorkspace(server);
    const sent = await sendTrace(workspace, "protobuf");
    const core = new OrqCore({ apiKey: workspace.key, serverURL: workspace.url });
    const trace = await tracesGet(core, { traceId: sent.traceId });
    assert.equal(trace.ok && trace.value.trace.durationMs, 1500);
    const spans = await tracesListSpans(core, { traceId: sent.traceId });
    assert.equal(spans.ok && spans.value.data.length, 3);
    const span = await tracesGetSpan(core, { traceId: sent.traceId, spanId: sent.tool });
    assert.equal(span.ok && span.value.span.summary.status, "error");
    const missing = await tracesGet(core, { traceId: newTraceId() });
    assert.equal(missing.ok, false);
    assert.ok(isError(404)(missing.error));
});

test("errors: an unknown trace or span is 404, also for another workspace; a bad limit is 400", async () => {
    const workspace = await newWorkspace(server);
    const traceId = newTraceId();
    const spanId = newSpanId();
    await sendSpans(workspace, [modelSpan({ traceId, spanId })]);
    const { traces } = orq(workspace);
    assert.equal((await traces.get({ traceId })).trace.id, traceId);
    await assert.rejects(traces.get({ traceId: newTraceId() }), isError(404, /not found/));
    await assert.rejects(traces.get({ traceId: "no-trace" }), isError(404, /not found/));
    await assert.rejects(traces.getSpan({ traceId, spanId: newSpanId() }), isError(404, /not found/));
    await assert.rejects(traces.listSpans({ traceId, limit: 0 }), isError(400, /limit/));
    await assert.rejects(traces.listSpans({ traceId, pageToken: "made up" }), isError(400, /page_token/));
    const stranger = orq(await newWorkspace(server)).traces;
    await assert.rejects(stranger.get({ traceId }), isError(404));
    await assert.rejects(stranger.getSpan({ traceId, spanId }), isError(404));
    await assert.rejects(stranger.listSpans({ traceId }), isError(404));
});

test("what a key sees: a key of a project sees traces of that project only", async () => {
    const everything = await newWorkspace(server);
    const blue = await withKey(everything, { project: "blue" });
    const green = await withKey(everything, { project: "green" });
    const traceId = newTraceId();
    await sendSpans(blue, [modelSpan({ traceId })]);
    assert.equal((await orq(blue).traces.get({ traceId })).trace.projectId, "blue");
    assert.equal((await orq(everything).traces.get({ traceId })).trace.projectId, "blue");
    await assert.rejects(orq(green).traces.get({ traceId }), isError(404));
});

test("errors: a trace asked for with a wrong key or none is 401", async () => {
    for (const apiKey of ["sk_wrong", ""]) {
        const { traces } = orq(server, { apiKey });
        await assert.rejects(traces.get({ traceId: newTraceId() }), isError(401));
    }
});
