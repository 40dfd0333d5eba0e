// SPDX-License-Identifier: Apache-2.0
// An endpoint that answers as OpenAI's does (chat completions, plain and streamed, and embeddings) and as Anthropic's
// (messages), with usage that it makes up and adds up: what a client's spans must come to.
import { createServer } from "node:http";
import { once } from "node:events";

/**
 * Resolves to { url, served, close }. `served` has what was answered so far, by the model's name: { calls, input,
 * cached, written, output, reasoning }: all tokens of each side, and which of them the details are. A request that
 * offers tools and has no answer of one yet is answered with a call of the first.
 */
export async function startModel() {
    const served = {};
    let call = 0;
    const count = (model, usage) => {
        const sum = (served[model] ??= { calls: 0, input: 0, cached: 0, written: 0, output: 0, reasoning: 0 });
        for (const [name, tokens] of Object.entries({ calls: 1, ...usage })) sum[name] += tokens;
    };
    const server = createServer(async (request, response) => {
        let text = "";
        for await (const part of request) text += part;
        const answer = Object.entries(answers).find(([path]) => request.url.split("?")[0].endsWith(path))?.[1];
        // Some look at first whether anyone is there.
        if (!answer || request.method !== "POST") return response.writeHead(404).end();
        const body = JSON.parse(text);
        count(body.model, answer(response, body, ++call));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { url: `http://127.0.0.1:${server.address().port}/v1`, served, close: () => server.close() };
}

/** Each answers one call and gives what it counted; no two calls alike. */
const answers = { "/embeddings": embeddings, "/chat/completions": chatCompletion, "/messages": message };

function embeddings(response, body, call) {
    const input = [body.input].flat();
    const tokens = 11 * input.length + call;
    const data = input.map((_, index) => ({ object: "embedding", index, embedding: [0.25, 0.5] }));
    json(response, { object: "list", model: body.model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } });
    return { input: tokens };
}

/** OpenAI's details lie inside their side. */
function chatCompletion(response, body, call) {
    const served = { input: 100 + 7 * call, cached: 32 + call, output: 40 + 3 * call, reasoning: 8 + call };
    const usage = {
        prompt_tokens: served.input,
        completion_tokens: served.output,
        total_tokens: served.input + served.output,
        prompt_tokens_details: { cached_tokens: served.cached, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: served.reasoning, audio_tokens: 0 },
    };
    const common = { id: `answer-${call}`, created: 1_700_000_000, model: body.model };
    const answered = body.messages.some((each) => each.role === "tool");
    const tool = answered ? undefined : body.tools?.[0]?.function;
    const calls = tool && [{ id: `call-${call}`, type: "function", function: { name: tool.name, arguments: city } }];
    const content = tool ? null : weather;
    const reason = tool ? "tool_calls" : "stop";
    if (!body.stream) {
        const message = { role: "assistant", content, tool_calls: calls };
        const choices = [{ index: 0, message, finish_reason: reason }];
        json(response, { ...common, object: "chat.completion", choices, usage });
        return served;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (chunk) =>
        response.write(`data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", ...chunk })}\n\n`);
    const deltas = calls?.map((each, index) => ({ index, ...each }));
    send({ choices: [{ index: 0, delta: { role: "assistant", content, tool_calls: deltas } }] });
    send({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
    if (body.stream_options?.include_usage) send({ choices: [], usage });
    response.end("data: [DONE]\n\n");
    return served;
}

/** Anthropic's cache stands beside the input. Of a call that asks for the cache, odd ones write it and all read it. */
function message(response, body, call) {
    const caches = JSON.stringify(body).includes('"cache_control"');
    const [cached, written] = caches ? [200 + 5 * call, (call % 2) * (300 + call)] : [0, 0];
    const fresh = 90 + 7 * call, output = 40 + 3 * call;
    const usage = {
        input_tokens: fresh,
        cache_creation_input_tokens: written,
        cache_read_input_tokens: cached,
        cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
        output_tokens: output,
        service_tier: "standard",
    };
    const served = { input: fresh + cached + written, cached, written, output };
    const answered = body.messages.some(({ content }) => [content].flat().some((part) => part.type === "tool_result"));
    const tool = answered ? undefined : body.tools?.[0];
    const block = tool
        ? { type: "tool_use", id: `call-${call}`, name: tool.name, input: JSON.parse(city) }
        : { type: "text", text: weather };
    const common = { id: `msg_${call}`, type: "message", role: "assistant", model: body.model, stop_sequence: null };
    const reason = tool ? "tool_use" : "end_turn";
    if (!body.stream) {
        json(response, { ...common, content: [block], stop_reason: reason, usage });
        return served;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    const begun = { ...common, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
    send("message_start", { message: begun });
    const delta = tool ? { type: "input_json_delta", partial_json: city } : { type: "text_delta", text: weather };
    const empty = tool ? { ...block, input: {} } : { ...block, text: "" };
    send("content_block_start", { index: 0, content_block: empty });
    send("content_block_delta", { index: 0, delta });
    send("content_block_stop", { index: 0 });
    // The counts of a stream are those so far: the last are the whole.
    send("message_delta", { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: output } });
    send("message_stop", {});
    response.end();
    return served;
}

const weather = "It is warm.";
const city = '{"city":"Graz"}';

function json(response, value) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
}
