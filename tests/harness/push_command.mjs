// SPDX-License-Identifier: Apache-2.0
// `spanreel push` against a server, and the files it publishes.
import { join } from "node:path";

import { outcome, run } from "./command.mjs";
import { sourceArgs } from "./ffmpeg.mjs";
import { start, temporaryFolder } from "./leftovers.mjs";
import { program } from "./server.mjs";

export const pushEnvironment = (server, key = server.key) => ({
    ...process.env,
    SPANREEL_URL: server.url,
    SPANREEL_RTMP_URL: `${server.rtmpUrl}/live`,
    SPANREEL_KEY: key,
});

/** Runs it to its end; as outcome. */
export const push = (server, args, { key, env, ...options } = {}) =>
    outcome(program, ["push", ...args], { env: { ...pushEnvironment(server, key), ...env }, ...options });

/** One that is under way, with what it has said; `input` is what it reads from, "ignore" or "pipe". */
export function beginPush(server, args, { input = "ignore" } = {}) {
    const stdio = [input, "pipe", "pipe"];
    return following(start(program, ["push", "--json", ...args], { env: pushEnvironment(server), stdio }));
}

/**
 * The same in a terminal: what is written to `child.stdin` is typed, and all it shows is in `said`. `script` begins it
 * by a shell, which makes way for it: a shell that stays gets Ctrl-C too, and dash then ends with 130.
 */
export function pushInTerminal(server, args) {
    const quoted = [program, "push", ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const options = { env: { ...pushEnvironment(server), SHELL: "/bin/sh" }, stdio: ["pipe", "pipe", "pipe"] };
    return following(start("script", ["-qec", `exec ${quoted}`, "/dev/null"], options));
}

function following(child) {
    const pushing = { child, said: "", complaints: "", ended: child.ended };
    child.stdout.setEncoding("utf8").on("data", (text) => (pushing.said += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (pushing.complaints += text));
    child.stdin?.on("error", () => {});
    return pushing;
}

export const events = (said) => said.toString().trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));

let folder;
let made = 0;
/** A new name for a file; `container` is its ending. */
export function fileName(container = "mp4") {
    folder ??= temporaryFolder("files");
    return join(folder, `${++made}.${container}`);
}

/** A file that ffmpeg made of a source, or by `args`. */
export async function mediaFile({ container, name = fileName(container), args, ...source }) {
    await run("ffmpeg", ["-loglevel", "error", ...(args ?? sourceArgs({ realtime: false, ...source })), name]);
    return name;
}
