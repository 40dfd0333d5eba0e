// SPDX-License-Identifier: Apache-2.0
// Vercel's AI SDK with both of its emitters: what a session comes to is what the model's endpoint served.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createOpenAI } from "@ai-sdk/openai";
import { LegacyOpenTelemetry, OpenTelemetry } from "@ai-sdk/otel";
import { embedMany, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";

import { openTelemetry } from "../harness/clients.mjs";
import { startModel } from "../harness/model_stand_in.mjs";
import { startServer } from "../harness/server.mjs";
import { assertServed } from "../harness/served.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const weather = tool({
    description: "The weather of a city",
    inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } } }),
    execute: async ({ city }) => `warm in ${city}`,
});

const emitters = {
    "GenAI's names": {
        emitter: (tracer) => new OpenTelemetry({ tracer, runtimeContext: true }),
        untold: { "gpt-4o": ["reasoning"], "gpt-4o-mini": ["reasoning"] },
    },
    "names of its own": { emitter: (tracer) => new LegacyOpenTelemetry({ tracer }) },
};

for (const [names, { emitter, untold }] of Object.entries(emitters))
    test(`AI SDK, ${names}: an agent with a tool, a stream and embeddings`, async () => {
        const workspace = await newWorkspace(server);
        const model = await startModel();
        const { tracer, flush, shutdown } = openTelemetry(workspace, { service: "ai-sdk" });
        const openai = createOpenAI({ baseURL: model.url, apiKey: "none" });
        const options = {
            runtimeContext: { sessionId: "chat-1", userId: "ada" },
            telemetry: {
                integrations: [emitter(tracer)],
                includeRuntimeContext: { sessionId: true, userId: true },
            },
        };
        const prompt = "How is the weather?";
        await generateText({ model: openai.chat("gpt-4o"), prompt, tools: { weather }, stopWhen: stepCountIs(3), ...options });
        const stream = streamText({ model: openai.chat("gpt-4o-mini"), prompt, ...options });
        await stream.consumeStream();
        await embedMany({ model: openai.embedding("text-embedding-3-small"), values: ["a", "b"], ...options });
        await flush();
        await shutdown();
        model.close();
        assert.equal(model.served["gpt-4o"].calls, 2);
        await assertServed(workspace, model.served, { session: "chat-1", untold });
    });
