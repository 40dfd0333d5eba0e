// SPDX-License-Identifier: Apache-2.0
// `make demo`: a server of its own with one session in it to look at. Stays until Ctrl-C; with DEMO_ONCE=1 it ends
// when everything is recorded.
import { createServer } from "node:net";

import { startServer } from "../harness/server.mjs";
import { waitFor } from "../harness/waiting.mjs";
import { playDemo } from "./play.mjs";

const seconds = 20;
const ports = { http: 8080, "otlp-http": 4318, "otlp-grpc": 4317, rtmp: 1935 };

process.prependOnceListener("SIGINT", () => process.exit(0)); // that is how it is meant to end

const isFree = (port) =>
    new Promise((resolve) => {
        const probe = createServer();
        probe.once("error", () => resolve(false));
        probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });

const listen = {};
for (const [protocol, port] of Object.entries(ports))
    listen[protocol] = `127.0.0.1:${(await isFree(port)) ? port : 0}`;

const server = await startServer({ listen, args: ["--reconnect-window", "2"] });
const { id, ended } = await playDemo(server, { seconds });
const address = `${server.url}/sessions/${id}#key=${server.key}`;
console.log(`\n  A caller talks to an agent, live for ${seconds} seconds and recorded:\n\n  ${address}\n`);
await ended;

const recorded = await waitFor(
    "the recording",
    async () => {
        const session = await server.json(`/v1/sessions/${id}`);
        return session.mp4_url && session.joined.length === 1 && session;
    },
    { within: 15_000 },
);
const [{ traces_count, usage, cost }] = recorded.joined;
console.log(`  Recorded: ${traces_count} traces, ${usage.total_tokens} tokens, $${cost.total}.`);

if (process.env.DEMO_ONCE) {
    await server.stop();
    process.exit(0);
}
console.log("  The server runs until Ctrl-C; its data goes with it.\n");
