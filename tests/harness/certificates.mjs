// SPDX-License-Identifier: Apache-2.0
// A certificate authority of a test, and what it issues, as PEM files.
import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { run } from "./command.mjs";
import { temporaryFolder } from "./leftovers.mjs";

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** `ca` is the file that clients trust. */
export async function newAuthority() {
    const folder = temporaryFolder("certificates");
    const [ca, caKey] = [join(folder, "ca.pem"), join(folder, "ca.key")];
    const isAuthority = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
    await run("openssl", ["req", "-x509", ...newKey, "-keyout", caKey, "-out", ca, "-subj", "/CN=test", ...isAuthority]);

    let issued = 0;
    /** A pair for 127.0.0.1 and `names`: { certificate, key }, two files. */
    const issue = async ({ names = [], days = 1 } = {}) => {
        const [certificate, key] = ["pem", "key"].map((kind) => join(folder, `${issued}.${kind}`));
        const alternatives = ["IP:127.0.0.1", ...names.map((name) => `DNS:${name}`)].join();
        const request = join(folder, `${issued++}.csr`);
        const subject = ["-subj", "/CN=server", "-addext", `subjectAltName=${alternatives}`];
        await run("openssl", ["req", ...newKey, "-keyout", key, "-out", request, ...subject]);
        const by = ["-CA", ca, "-CAkey", caKey, "-copy_extensions", "copyall", "-days", String(days)];
        await run("openssl", ["x509", "-req", "-in", request, "-out", certificate, ...by]);
        return { certificate, key };
    };
    return { ca, issue };
}

/** Puts new files in the place of old ones, each at once, as renewal does. */
export function replacePair(old, next) {
    for (const part of ["certificate", "key"]) {
        copyFileSync(next[part], `${old[part]}.new`);
        renameSync(`${old[part]}.new`, old[part]);
    }
}
