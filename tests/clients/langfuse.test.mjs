// SPDX-License-Identifier: Apache-2.0
// Langfuse's SDK and exporter around OpenAI's client, only its address and keys set: what a session comes to is what
// the model's endpoint served.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { observeOpenAI } from "@langfuse/openai";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { propagateAttributes, setLangfuseTracerProvider, startActiveObservation } from "@langfuse/tracing";
import OpenAI from "openai";

import { startModel } from "../harness/model_stand_in.mjs";
import { assertServed } from "../harness/served.mjs";
import { startServer } from "../harness/server.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";
import { providerOf } from "./open_telemetry.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const messages = [{ role: "user", content: "How is the weather?" }];
const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }];

/** A call of a tool, its answer, and a stream. */
async function converse(openai) {
    const { choices } = await openai.chat.completions.create({ model: "gpt-4o", messages, tools });
    const call = choices[0].message;
    await startActiveObservation("weather", (tool) => tool.update({ output: "warm" }), { asType: "tool" });
    const answered = [...messages, call, { role: "tool", tool_call_id: call.tool_calls[0].id, content: "warm" }];
    await openai.chat.completions.create({ model: "gpt-4o", messages: answered, tools });
    const options = { stream: true, stream_options: { include_usage: true } };
    for await (const _ of await openai.chat.completions.create({ model: "gpt-4o-mini", messages, ...options }));
}

test("Langfuse around OpenAI: an agent with a tool and a stream, its session propagated", async () => {
    const workspace = await newWorkspace(server);
    const model = await startModel();
    const provider = providerOf(
        new LangfuseSpanProcessor({ baseUrl: server.url, publicKey: "any", secretKey: workspace.key }),
    );
    setLangfuseTracerProvider(provider);
    const openai = observeOpenAI(new OpenAI({ baseURL: model.url, apiKey: "none" }));
    const turn = () => propagateAttributes({ sessionId: "chat-1", userId: "ada" }, () => converse(openai));
    await startActiveObservation("turn", turn, { asType: "agent" });
    await provider.forceFlush();
    await provider.shutdown();
    model.close();
    assert.equal(model.served["gpt-4o"].calls, 2);
    await assertServed(workspace, model.served, { session: "chat-1" });
});
