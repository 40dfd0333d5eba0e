// SPDX-License-Identifier: Apache-2.0
// An endpoint that answers as OpenAI's does (chat completions, plain and streamed, and embeddings), with usage that it
// makes up and adds up: what a client's spans must come to.
import { createServer } from "node:http";
import { once } from "node:events";

/**
 * Resolves to { url, served, close }. `served` has what was answered so far, by the model's name: { calls, input,
 * cached, output }: all tokens of each side, and of the input those that were cached. A request that offers tools and has no answer of one yet is
 * answered with a call of the first.
 */
export async function startModel() {
    const served = {};
    let call = 0;
    const count = (model, usage) => {
        const sum = (served[model] ??= { calls: 0, input: 0, cached: 0, output: 0 });
        sum.calls += 1;
        sum.input += usage.prompt_tokens;
        sum.cached += usage.prompt_tokens_details?.cached_tokens ?? 0;
        sum.output += usage.completion_tokens ?? 0;
    };
    const server = createServer(async (request, response) => {
        let text = "";
        for await (const part of request) text += part;
        const body = JSON.parse(text);
        const id = `answer-${++call}`;
        if (request.url.endsWith("/embeddings")) {
            const input = [body.input].flat();
            const usage = { prompt_tokens: 11 * input.length + call, total_tokens: 11 * input.length + call };
            count(body.model, usage);
            const data = input.map((_, index) => ({ object: "embedding", index, embedding: [0.25, 0.5] }));
            return json(response, { object: "list", model: body.model, data, usage });
        }
        const usage = chatUsage(call);
        count(body.model, usage);
        const message = messageFor(body, id);
        const reason = message.tool_calls ? "tool_calls" : "stop";
        const common = { id, created: 1_700_000_000, model: body.model };
        if (!body.stream) {
            const choices = [{ index: 0, message: { role: "assistant", ...message }, finish_reason: reason }];
            return json(response, { ...common, object: "chat.completion", choices, usage });
        }
        response.writeHead(200, { "content-type": "text/event-stream" });
        const send = (chunk) =>
            response.write(`data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", ...chunk })}\n\n`);
        const calls = message.tool_calls?.map((each, index) => ({ index, ...each }));
        send({ choices: [{ index: 0, delta: { role: "assistant", content: message.content, tool_calls: calls } }] });
        send({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
        if (body.stream_options?.include_usage) send({ choices: [], usage });
        response.end("data: [DONE]\n\n");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { url: `http://127.0.0.1:${server.address().port}/v1`, served, close: () => server.close() };
}

/** No two calls alike; details lie inside their side. */
function chatUsage(call) {
    const prompt_tokens = 100 + 7 * call;
    const completion_tokens = 40 + 3 * call;
    return {
        prompt_tokens,
        completion_tokens,
        total_tokens: prompt_tokens + completion_tokens,
        prompt_tokens_details: { cached_tokens: 32 + call, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 8 + call, audio_tokens: 0 },
    };
}

function messageFor(body, id) {
    const tool = body.tools?.[0]?.function;
    const answered = body.messages.some((message) => message.role === "tool");
    if (!tool || answered) return { content: "It is warm." };
    const call = { id: `call-${id}`, type: "function", function: { name: tool.name, arguments: '{"city":"Graz"}' } };
    return { content: null, tool_calls: [call] };
}

function json(response, value) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
}
