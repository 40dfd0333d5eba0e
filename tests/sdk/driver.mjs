// SPDX-License-Identifier: Apache-2.0
// The program that makes calls by the C++ client libraries; see sdk/tests/driver/main.cpp for what it is told.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const build = process.env.SPANREEL_BIN ? join(dirname(process.env.SPANREEL_BIN), "../..") : "build/ci";
/** A program of the build's sdk folder. */
export const sdkProgram = (path) => join(build, "sdk", path);

export function startDriver() {
    const driver = spawn(sdkProgram("tests/driver/sdk_driver"), { stdio: ["pipe", "pipe", "inherit"], env: { PATH: process.env.PATH } });
    const waiting = [];
    createInterface({ input: driver.stdout }).on("line", (line) => waiting.shift()(JSON.parse(line)));
    driver.on("exit", (code, signal) => waiting.forEach((told) => told({ driver_error: `ended: ${code ?? signal}` })));
    return {
        call: (call) =>
            new Promise((resolve) => {
                waiting.push(resolve);
                driver.stdin.write(`${JSON.stringify(call)}\n`);
            }),
        stop: () => driver.stdin.end(),
    };
}
