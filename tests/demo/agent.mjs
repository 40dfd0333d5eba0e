// SPDX-License-Identifier: Apache-2.0
// A small voice agent, instrumented as OpenTelemetry's GenAI conventions say. Its model and tools are scripted: they
// take the time and give the answer the script says.
import { setTimeout as sleep } from "node:timers/promises";

import { SpanStatusCode } from "@opentelemetry/api";

import { childOf, openTelemetry } from "../harness/clients.mjs";

const name = "travel-desk";

/** Acts the turns out; `begin` is the wall clock (Unix ms) of second 0. `session` is the key its spans carry. */
export async function runAgent(server, { turns, begin, session }) {
    const telemetry = openTelemetry(server, { service: name });
    const wall = (seconds) => begin + seconds * 1000;
    const until = (seconds) => sleep(Math.max(0, wall(seconds) - Date.now()));
    const identity = { "gen_ai.conversation.id": session };
    for (const turn of turns) {
        const root = telemetry.tracer.startSpan(`invoke_agent ${name}`, {
            startTime: wall(turn.from),
            attributes: { ...identity, "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name },
        });
        const during = async ({ from, to }, spanName, attributes, result) => {
            const span = childOf(root, telemetry.tracer, spanName, { startTime: wall(from), attributes });
            await until(to);
            if (result?.error) span.setStatus({ code: SpanStatusCode.ERROR, message: result.error });
            span.end(wall(to));
        };
        await during(turn.caller, "listen", { ...identity, transcript: turn.caller.text });
        for (const step of turn.steps)
            await during(step, ...(step.kind === "model" ? modelCall(step, identity) : toolCall(step, identity)));
        await during(turn.agent, "speak", { ...identity, text: turn.agent.text });
        root.setAttribute("gen_ai.input.messages", message("user", turn.caller.text));
        root.setAttribute("gen_ai.output.messages", message("assistant", turn.agent.text));
        root.end(wall(turn.to));
        await telemetry.flush();
    }
    await telemetry.shutdown();
}

const message = (role, content) => JSON.stringify([{ role, parts: [{ type: "text", content }] }]);

const modelCall = ({ model, input, output }, identity) => [
    `chat ${model}`,
    {
        ...identity,
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": model,
        "gen_ai.usage.input_tokens": input,
        "gen_ai.usage.output_tokens": output,
    },
];

const toolCall = ({ name: tool, query, result }, identity) => [
    `execute_tool ${tool}`,
    {
        ...identity,
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": tool,
        "gen_ai.tool.call.arguments": JSON.stringify(query),
        "gen_ai.tool.call.result": JSON.stringify(result),
    },
    result,
];
