// SPDX-License-Identifier: Apache-2.0
// OpenTelemetry's Collector between a client and a server.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

import { start, temporaryFolder } from "../harness/leftovers.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

/** Sends to the server by its exporter "otlp_grpc" or "otlp_http"; stop() ends it once all that came is sent. */
export async function startCollector(program, server, exporter) {
    const [grpc, http] = [await freePort(), await freePort()];
    const config = join(temporaryFolder("collector"), "config.json");
    const receiver = { protocols: { grpc: { endpoint: grpc }, http: { endpoint: http } } };
    const to = {
        endpoint: exporter === "otlp_grpc" ? server.grpcUrl : server.otlpUrl,
        headers: { authorization: `Bearer ${server.key}` },
        tls: { insecure: true },
    };
    const pipeline = { receivers: ["otlp"], processors: ["batch"], exporters: [exporter] };
    const service = { telemetry: { metrics: { level: "none" } }, pipelines: { traces: pipeline } };
    const [receivers, processors, exporters] = [{ otlp: receiver }, { batch: {} }, { [exporter]: to }];
    writeFileSync(config, JSON.stringify({ receivers, processors, exporters, service }));

    const child = start(program, ["--config", config]);
    let log = "";
    for (const output of [child.stdout, child.stderr]) output.on("data", (text) => (log += text));
    const ready = async () => child.exitCode !== null || ((await listens(grpc)) && (await listens(http)));
    await waitFor("the collector to listen", ready);
    if (child.exitCode !== null) throw new Error(`the collector ended\n${log}`);
    const stop = async () => {
        child.kill("SIGTERM");
        const { code } = await settled("the collector to stop", child.ended);
        if (code !== 0 || log.includes("\terror\t")) throw new Error(`the collector failed\n${log}`);
    };
    return { grpcUrl: `http://${grpc}`, otlpUrl: `http://${http}`, stop };
}

async function freePort() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    server.close();
    await once(server, "close");
    return `127.0.0.1:${port}`;
}

function listens(address) {
    const [host, port] = address.split(":");
    return new Promise((resolve) => {
        const socket = connect(port, host, () => resolve(true));
        socket.once("error", () => resolve(false)).once("connect", () => socket.end());
    });
}
