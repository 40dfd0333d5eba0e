// SPDX-License-Identifier: Apache-2.0
// What a test file leaves behind goes with its process: children are killed, temporary folders deleted.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const children = new Set();
const folders = new Set();

process.on("exit", () => {
    for (const child of children) child.kill("SIGKILL");
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

export function temporaryFolder(name = "test") {
    const folder = mkdtempSync(join(tmpdir(), `spanreel-${name}-`));
    folders.add(folder);
    return folder;
}

/** child_process.spawn whose child does not outlive this process. `child.ended` resolves to { code, signal }. */
export function start(program, args, options = {}) {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    children.add(child);
    child.ended = new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, signal) => resolve({ code, signal }));
    });
    child.ended.finally(() => children.delete(child)).catch(() => {});
    return child;
}
