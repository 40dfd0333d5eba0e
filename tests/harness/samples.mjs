// SPDX-License-Identifier: Apache-2.0
// The code samples of an SDK's document, cut out byte for byte and run as programs of their own whose default hosts
// lead to a server of the test.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { outcome } from "./command.mjs";
import { temporaryFolder } from "./leftovers.mjs";

export const packages = fileURLToPath(new URL("../node_modules", import.meta.url));
const preload = new URL("default_hosts.mjs", import.meta.url).href;

/** [{ operation, section ("Example Usage" or "Standalone function"), text }] in the document's order. */
export function samplesOf(document) {
    return document.split(/^## /m).flatMap((chapter) =>
        chapter.split(/^### /m).flatMap((section) => {
            const text = section.match(/^```typescript\n(.*?)^```$/ms)?.[1];
            return text === undefined
                ? []
                : [{ operation: chapter.split("\n", 1)[0], section: section.split("\n", 1)[0], text }];
        }),
    );
}

/**
 * Runs a sample. `modules` maps what it imports to folders, `hosts` are the names that lead to the TLS port of
 * `server`, `ca` is the authority it trusts. Resolves to { code, stdout, stderr, requests: [{ method, origin, path,
 * headers }] }.
 */
export async function runSample(text, { server, ca, hosts, modules, env = {} }) {
    const folder = temporaryFolder("sample");
    for (const [name, target] of Object.entries(modules)) {
        const link = join(folder, "node_modules", name);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(target, link);
    }
    const [sample, requests] = [join(folder, "sample.mts"), join(folder, "requests")];
    writeFileSync(sample, text);
    const end = await outcome(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", preload, sample], {
        env: {
            PATH: process.env.PATH,
            NODE_EXTRA_CA_CERTS: ca,
            SPANREEL_HOSTS: hosts.join(),
            SPANREEL_PORT: new URL(server.httpsUrl).port,
            SPANREEL_REQUESTS: requests,
            ...env,
        },
    });
    const lines = existsSync(requests) ? readFileSync(requests, "utf8").trim().split("\n") : [];
    return { ...end, stdout: end.stdout.toString(), requests: lines.map((line) => JSON.parse(line)) };
}
