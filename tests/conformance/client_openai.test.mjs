// SPDX-License-Identifier: Apache-2.0
// OpenAI's client under the instrumentations of OpenInference and Traceloop: what a session comes to is what the
// model's endpoint served.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { OpenAIInstrumentation as OpenInference } from "@arizeai/openinference-instrumentation-openai";
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { setSession } from "@arizeai/openinference-core";
import { OpenAIInstrumentation as Traceloop } from "@traceloop/instrumentation-openai";
import OpenAI from "openai";

import { openTelemetry } from "../harness/clients.mjs";
import { startModel } from "../harness/model_stand_in.mjs";
import { startServer } from "../harness/server.mjs";
import { assertServed } from "../harness/served.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";

let server;
before(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    server = await startServer();
});
after(() => server.stop());

const messages = [{ role: "user", content: "How is the weather?" }];
const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }];

/** A call of a tool and its answer. Neither instrumentation tells the tokens of streams and of embeddings. */
async function converse(openai) {
    const first = await openai.chat.completions.create({ model: "gpt-4o", messages, tools });
    const { message } = first.choices[0];
    const answer = { role: "tool", tool_call_id: message.tool_calls[0].id, content: "warm" };
    await openai.chat.completions.create({ model: "gpt-4o", messages: [...messages, message, answer], tools });
}

/** Instruments the client, has `use` called with it, and gives what the model served once all spans are stored. */
async function instrumented(workspace, instrumentation, use) {
    const model = await startModel();
    const { provider, tracer, flush, shutdown } = openTelemetry(workspace, { service: "openai" });
    instrumentation.setTracerProvider(provider);
    instrumentation.manuallyInstrument(OpenAI);
    try {
        await use(new OpenAI({ baseURL: model.url, apiKey: "none" }), tracer);
        await flush();
    } finally {
        instrumentation.disable();
        await shutdown();
        model.close();
    }
    assert.equal(model.served["gpt-4o"].calls, 2);
    return model.served;
}

test("OpenAI under OpenInference, its session in the context", async () => {
    const workspace = await newWorkspace(server);
    const served = await instrumented(workspace, new OpenInference(), (openai) =>
        context.with(setSession(context.active(), { sessionId: "chat-1" }), () => converse(openai)),
    );
    await assertServed(workspace, served, { session: "chat-1" });
});

test("OpenAI under Traceloop, its session on the span around: it does not tell which tokens were cached or thought", async () => {
    const workspace = await newWorkspace(server);
    const attributes = { "session.id": "chat-1" };
    const served = await instrumented(workspace, new Traceloop(), (openai, tracer) =>
        tracer.startActiveSpan("turn", { attributes }, (span) => converse(openai).finally(() => span.end())),
    );
    await assertServed(workspace, served, { session: "chat-1", untold: { "gpt-4o": ["cached", "reasoning"] } });
});
