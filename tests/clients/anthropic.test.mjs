// SPDX-License-Identifier: Apache-2.0
// Anthropic's client, with a tool, a stream and its cache, by its own spans and under the instrumentations of
// OpenInference and Traceloop: what a session comes to is what the model's endpoint served.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as anthropic from "@anthropic-ai/sdk";
import * as anthropic080 from "anthropic-0.80";
import { setSession } from "@arizeai/openinference-core";
import { AnthropicInstrumentation as OpenInference } from "@arizeai/openinference-instrumentation-anthropic";
import { context, trace } from "@opentelemetry/api";
import { AnthropicInstrumentation as Traceloop } from "@traceloop/instrumentation-anthropic";

import { startModel } from "../harness/model_stand_in.mjs";
import { assertServed } from "../harness/served.mjs";
import { startServer } from "../harness/server.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";
import { otlp, providerOf } from "./open_telemetry.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const large = { model: "claude-sonnet-4-20250514", max_tokens: 100 };
const small = { model: "claude-haiku-4-5-20251001", max_tokens: 100 };
const system = [{ type: "text", text: "You know the weather.", cache_control: { type: "ephemeral" } }];
const question = { role: "user", content: "How is the weather?" };
const tools = [{ name: "weather", input_schema: { type: "object", properties: { city: { type: "string" } } } }];

/** A call of a tool, its answer, and streams with and without the cache. */
async function converse({ messages }) {
    const { content } = await messages.create({ ...large, system, tools, messages: [question] });
    const result = { role: "user", content: [{ type: "tool_result", tool_use_id: content[0].id, content: "warm" }] };
    const answered = [question, { role: "assistant", content }, result];
    await messages.create({ ...large, system, tools, messages: answered });
    for (const more of [{ system }, { system }, {}])
        for await (const _ of await messages.create({ ...small, ...more, messages: [question], stream: true }));
}

const inTurn = (client, tracer) =>
    tracer.startActiveSpan("turn", { attributes: { "session.id": "chat-1" } }, (span) =>
        converse(client).finally(() => span.end()),
    );

/** Has `use` called with a client, instrumented or not, and gives what the model served once all spans are stored. */
async function served(workspace, sdk, instrumentation, use) {
    const model = await startModel();
    const provider = providerOf(otlp(workspace));
    trace.setGlobalTracerProvider(provider);
    instrumentation?.setTracerProvider(provider);
    instrumentation?.manuallyInstrument(sdk);
    try {
        const baseURL = model.url.replace("/v1", "");
        await use(new sdk.Anthropic({ baseURL, apiKey: "none" }), provider.getTracer("test"));
        await provider.forceFlush();
    } finally {
        instrumentation?.disable();
        trace.disable();
        await provider.shutdown();
        model.close();
    }
    assert.equal(model.served[small.model].calls, 3);
    return model.served;
}

test("Anthropic under OpenInference, whose spans are around its own, its session in the context", async () => {
    const workspace = await newWorkspace(server);
    const counted = await served(workspace, { ...anthropic }, new OpenInference(), (client) =>
        context.with(setSession(context.active(), { sessionId: "chat-1" }), () => converse(client)),
    );
    await assertServed(workspace, counted, { session: "chat-1" });
});

test("Anthropic by its own spans, its session on the span around", async () => {
    const workspace = await newWorkspace(server);
    const counted = await served(workspace, anthropic, undefined, inTurn);
    await assertServed(workspace, counted, { session: "chat-1" });
});

// It knows no later version of the client.
test("Anthropic 0.80 under Traceloop, its session on the span around", async () => {
    const workspace = await newWorkspace(server);
    const counted = await served(workspace, anthropic080, new Traceloop(), inTurn);
    await assertServed(workspace, counted, { session: "chat-1" });
});
