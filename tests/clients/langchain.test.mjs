// SPDX-License-Identifier: Apache-2.0
// LangChain and LangGraph under OpenInference: what a session comes to is what the model's endpoint served.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { setSession } from "@arizeai/openinference-core";
import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import * as callbacks from "@langchain/core/callbacks/manager";
import { tool } from "@langchain/core/tools";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";
import { context } from "@opentelemetry/api";
import { z } from "zod";

import { startModel } from "../harness/model_stand_in.mjs";
import { assertServed } from "../harness/served.mjs";
import { startServer } from "../harness/server.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";
import { otlp, providerOf } from "./open_telemetry.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const weather = tool(({ city }) => `warm in ${city}`, {
    name: "weather",
    description: "The weather of a city",
    schema: z.object({ city: z.string() }),
});

test("LangGraph's agent with a tool, and a stream of LangChain", async () => {
    const workspace = await newWorkspace(server);
    const model = await startModel();
    const provider = providerOf(otlp(workspace));
    const instrumentation = new LangChainInstrumentation({ tracerProvider: provider });
    instrumentation.manuallyInstrument({ ...callbacks });
    const chat = (name) => new ChatOpenAI({ model: name, apiKey: "none", configuration: { baseURL: model.url } });
    const agent = createReactAgent({ llm: chat("gpt-4o"), tools: [weather] });
    await context.with(setSession(context.active(), { sessionId: "chat-1" }), async () => {
        const question = { role: "user", content: "How is the weather?" };
        await agent.invoke({ messages: [question] });
        for await (const _ of await chat("gpt-4o-mini").stream([question]));
    });
    await provider.forceFlush();
    await provider.shutdown();
    model.close();
    assert.equal(model.served["gpt-4o"].calls, 2);
    await assertServed(workspace, model.served, { session: "chat-1" });
});
