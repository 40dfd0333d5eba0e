// SPDX-License-Identifier: Apache-2.0
// Runs a program to its end.
import { start } from "./leftovers.mjs";
import { settled } from "./waiting.mjs";

/** Resolves to { code, signal, stdout: Buffer, stderr: string }; never rejects because of an exit code. */
export async function outcome(program, args, { within = 60_000, ...options } = {}) {
    const child = start(program, args, options);
    const out = [];
    const err = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    try {
        const end = await settled(`${program} ${args.join(" ")}`, child.ended, within);
        return { ...end, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() };
    } finally {
        child.kill("SIGKILL");
    }
}

/** As outcome, but anything other than exit code 0 is an error that shows what the program said. */
export async function run(program, args, options) {
    const end = await outcome(program, args, options);
    if (end.code !== 0) throw new Error(`${program} ${args.join(" ")}: ${end.signal ?? end.code}\n${end.stderr}`);
    return end;
}
