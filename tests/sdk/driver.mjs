// SPDX-License-Identifier: Apache-2.0
// The program that makes calls by the C++ client libraries; see sdk/tests/driver/main.cpp for what it is told.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const build = process.env.SPANREEL_BIN ? join(dirname(process.env.SPANREEL_BIN), "../..") : "build/ci";
/** A program of the build's sdk folder. */
export const sdkProgram = (path) => join(build, "sdk", path);

const kMostErrorText = 8000;

/** Starts it; a call that it does not live to answer fails with what it said last. */
export function startDriver({ program = sdkProgram("tests/driver/sdk_driver"), env = {} } = {}) {
    const { PATH, SDK_DRIVER_SENDS } = process.env;
    const driver = spawn(program, { stdio: "pipe", env: { PATH, ...(SDK_DRIVER_SENDS && { SDK_DRIVER_SENDS }), ...env } });
    const waiting = [];
    let said = "";
    let failure;
    const end = (how) => {
        failure ??= new Error(`${program} ended: ${how}\n${said}`);
        waiting.splice(0).forEach(({ reject }) => reject(failure));
    };
    driver.stderr.on("data", (bytes) => (said = (said + bytes).slice(-kMostErrorText)));
    driver.stdin.on("error", () => {}); // it has ended, of which "close" tells
    driver.on("error", (error) => end(error.message)).on("close", (code, signal) => end(code ?? signal));
    createInterface({ input: driver.stdout }).on("line", (line) => waiting.shift().resolve(JSON.parse(line)));
    return {
        pid: driver.pid,
        call: (call) =>
            new Promise((resolve, reject) => {
                if (failure) return reject(failure);
                waiting.push({ resolve, reject });
                driver.stdin.write(`${JSON.stringify(call)}\n`);
            }),
        stop: () => driver.stdin.end(),
    };
}
