// SPDX-License-Identifier: Apache-2.0
// Clients of other languages, each with a workspace and a model's endpoint of its own: run.mjs PYTHON [COLLECTOR]
// prints a line for each and exits with 1 if what the server shows of one is not what its endpoint served.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { run } from "../harness/command.mjs";
import { startModel } from "../harness/model_stand_in.mjs";
import { assertServed } from "../harness/served.mjs";
import { startServer } from "../harness/server.mjs";
import { newWorkspace } from "../harness/workspaces.mjs";
import { startCollector } from "./collector.mjs";

const [python, collector] = process.argv.slice(2);
const session = "chat-1";

/**
 * `file` is a client in this folder, `protocol` how it sends, `through` the exporter of a collector between, `untold`
 * as assertServed has it.
 */
const clients = {
    "OpenAI under OpenInference, OTLP over HTTP": { file: "openai_openinference.py" },
    "OpenAI under OpenInference, OTLP over gRPC": { file: "openai_openinference.py", protocol: "grpc" },
    "OpenAI under Traceloop": { file: "openai_traceloop.py", untold: { "gpt-4o-mini": ["reasoning"] } },
    "Anthropic by its own spans": { file: "anthropic_own_spans.py" },
    "Anthropic under OpenInference": { file: "anthropic_openinference.py" },
    "Anthropic under Traceloop": { file: "anthropic_traceloop.py" },
    "Langfuse around OpenAI": { file: "langfuse_openai.py" },
    "Pydantic AI": { file: "pydantic_ai_agent.py" },
    "LangGraph under OpenInference": { file: "langgraph_agent.py" },
    "Pipecat": { file: "pipecat_pipeline.py" },
    "LiveKit agents": { file: "livekit_agent.py" },
    "Collector, OTLP over gRPC": { file: "openai_openinference.py", protocol: "grpc", through: "otlp_grpc" },
    "Collector, OTLP over HTTP": { file: "openai_openinference.py", through: "otlp_http" },
};

/** Resolves when what the client did is stored. */
async function runClient(server, workspace, model, { file, protocol = "http/protobuf", through }) {
    const between = through && (await startCollector(collector, workspace, through));
    const { grpcUrl, otlpUrl } = between ?? server;
    const env = {
        ...process.env,
        MODEL_URL: model.url,
        SESSION: session,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === "grpc" ? grpcUrl : otlpUrl,
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${workspace.key}`,
        OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
        LANGFUSE_BASE_URL: server.url,
        LANGFUSE_PUBLIC_KEY: "any",
        LANGFUSE_SECRET_KEY: workspace.key,
    };
    await run(python, [fileURLToPath(new URL(file, import.meta.url))], { env, within: 180_000 });
    await between?.stop();
}

async function check(server, name, client) {
    if (client.through && !collector) return console.log(`SKIP ${name}: Go could not build it`);
    const workspace = await newWorkspace(server);
    const model = await startModel();
    try {
        await runClient(server, workspace, model, client);
        assert.ok(Object.keys(model.served).length > 0, "it called no model");
        await assertServed(workspace, model.served, { session, untold: client.untold });
        console.log(`PASS ${name}: session, tokens, cost`);
    } catch (error) {
        console.log(`FAIL ${name}: ${error.message}`);
        process.exitCode = 1;
    } finally {
        model.close();
    }
}

const server = await startServer();
for (const [name, client] of Object.entries(clients)) await check(server, name, client);
await server.stop();
process.exit();
