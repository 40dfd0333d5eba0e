// SPDX-License-Identifier: Apache-2.0
// A Spanreel server as its own process on free loopback ports. SPANREEL_BIN names the program.
import { fileURLToPath } from "node:url";

import { run } from "./command.mjs";
import { start, temporaryFolder } from "./leftovers.mjs";
import { settled, waitFor } from "./waiting.mjs";

export const program =
    process.env.SPANREEL_BIN ?? fileURLToPath(new URL("../../build/ci/src/cli/spanreel", import.meta.url));

const sanitizerReport = /(?:Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error: /;
const environment = {
    ...process.env,
    ASAN_SYMBOLIZER_PATH: "/usr/lib/llvm-19/bin/llvm-symbolizer",
    UBSAN_OPTIONS: "print_stacktrace=1",
};

/**
 * Starts `spanreel serve` and resolves when every port listens. `listen` maps a protocol (http, https, otlp-http, otlp-grpc, rtmp) to
 * host:port or "off"; `args` are further flags. Without `dataDir` it is a temporary folder, with a key made for it
 * unless `key` is given or null.
 */
export async function startServer({ dataDir, listen = {}, args = [], env = {}, key } = {}) {
    const server = new Server(dataDir ?? temporaryFolder("data"), listen, args, env);
    await server.start();
    server.key = key === undefined ? await server.createKey({ name: "test" }) : key;
    return server;
}

class Server {
    constructor(dataDir, listen, args, env) {
        this.dataDir = dataDir;
        this.listen = { http: "127.0.0.1:0", "otlp-http": "127.0.0.1:0", "otlp-grpc": "127.0.0.1:0", rtmp: "127.0.0.1:0", ...listen };
        this.args = args;
        this.env = env;
        this.addresses = {};
        /** Everything the server wrote to standard error, over all its starts. */
        this.log = "";
    }

    get url() {
        return `http://${this.addresses.http}`;
    }
    get httpsUrl() {
        return `https://${this.addresses.https}`;
    }
    get otlpUrl() {
        return `http://${this.addresses["otlp-http"]}`;
    }
    get grpcUrl() {
        return `http://${this.addresses["otlp-grpc"]}`;
    }
    get rtmpUrl() {
        return `rtmp://${this.addresses.rtmp}`;
    }
    get pid() {
        return this.child.pid;
    }

    async start({ within = 30_000 } = {}) {
        const listenArgs = Object.entries(this.listen).flatMap(([name, address]) => [`--${name}-listen`, address]);
        this.child = start(program, ["serve", "--data-dir", this.dataDir, ...listenArgs, ...this.args], {
            env: { ...environment, ...this.env },
        });
        this.child.stdout.resume();
        let ended = false;
        this.child.ended.then(() => (ended = true));
        const from = this.log.length;
        this.child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));

        const wanted = Object.keys(this.listen).filter((name) => this.listen[name] !== "off");
        this.addresses = {};
        await waitFor(
            "the server to listen",
            () => {
                if (ended) return true;
                const lines = this.log.slice(from).matchAll(/ listening protocol=(\S+) address=(\S+)/g);
                for (const [, protocol, address] of lines) this.addresses[protocol] = address;
                return wanted.every((name) => this.addresses[name]);
            },
            { within, every: 10 },
        ).catch((error) => {
            throw new Error(`${error.message}\n${this.log.slice(from)}`);
        });
        if (ended) throw new Error(`the server ended at its start\n${this.log.slice(from)}`);
    }

    /** Ends it as an operator would; anything but a clean exit is an error. */
    async stop({ within = 20_000 } = {}) {
        this.child.kill("SIGTERM");
        const end = await settled("the server to stop", this.child.ended, within).catch((error) => {
            this.child.kill("SIGKILL");
            throw error;
        });
        this.#refuseSanitizerReports();
        if (end.code !== 0) throw new Error(`the server ended with ${end.signal ?? end.code}\n${this.log}`);
    }

    /** Ends it as a crash would. */
    async kill() {
        this.child.kill("SIGKILL");
        await settled("the server to die", this.child.ended);
        this.#refuseSanitizerReports();
    }

    /** Starts it again on its data directory and, so that publishers and SDKs find it, on the same ports. */
    async restart(options) {
        for (const protocol of Object.keys(this.listen))
            if (this.listen[protocol] !== "off") this.listen[protocol] = this.addresses[protocol];
        await this.start(options);
    }

    /** A new API key, made while the server runs; `scopes` and `allowedOrigins` are arrays. */
    async createKey({ name, workspace, project, scopes, allowedOrigins = [], fullAccess, expires }) {
        const args = ["key", "create", "--data-dir", this.dataDir, "--name", name, "--quiet"];
        if (scopes !== undefined) args.push("--scopes", scopes.join(","));
        for (const origin of allowedOrigins) args.push("--allowed-origin", origin);
        if (fullAccess) args.push("--full-access");
        if (expires !== undefined) args.push("--expires", expires);
        if (workspace !== undefined) args.push("--workspace", workspace);
        if (project !== undefined) args.push("--project", project);
        const { stdout, stderr } = await run(program, args, { env: { ...environment, ...this.env } });
        if (sanitizerReport.test(stderr)) throw new Error(stderr);
        return stdout.toString().trim();
    }

    /** fetch with the server's address and key; what is not a string or bytes is sent as JSON. */
    async fetch(path, { key = this.key, headers = {}, body, ...options } = {}) {
        const all = new Headers(headers);
        if (key && !all.has("authorization")) all.set("authorization", `Bearer ${key}`);
        if (body !== undefined && typeof body !== "string" && !ArrayBuffer.isView(body)) {
            body = JSON.stringify(body);
            if (!all.has("content-type")) all.set("content-type", "application/json");
        }
        return fetch(new URL(path, this.url), { signal: AbortSignal.timeout(30_000), ...options, headers: all, body });
    }

    /** fetch of a JSON answer; any other status than 2xx is an error that shows the body. */
    async json(path, options) {
        const response = await this.fetch(path, options);
        const text = await response.text();
        if (!response.ok) throw new Error(`${options?.method ?? "GET"} ${path}: ${response.status} ${text}`);
        return JSON.parse(text);
    }

    #refuseSanitizerReports() {
        if (sanitizerReport.test(this.log)) throw new Error(`a sanitizer spoke up\n${this.log}`);
    }
}
