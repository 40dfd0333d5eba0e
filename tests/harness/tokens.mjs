// SPDX-License-Identifier: Apache-2.0
// Users' tokens as a service of an operator's own makes them: JSON Web Tokens signed by HS256.
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "./leftovers.mjs";

export const secret = "a secret of thirty-two bytes or more";
export const audience = "reel";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Good for a minute unless `claims` says otherwise; `alg` and `key` are for tokens that are wrong. */
export function signToken(claims, { alg = "HS256", key = secret, hash = "sha256" } = {}) {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const text = `${part({ alg, typ: "JWT" })}.${part({ aud: audience, exp, ...claims })}`;
    return `${text}.${createHmac(hash, key).update(text).digest("base64url")}`;
}

/** The flags of a server that takes them. */
export function tokenArgs({ allowedOrigins } = {}) {
    const file = join(temporaryFolder("secret"), "jwt-secret");
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    const args = ["--jwt-secret-file", file, "--jwt-audience", audience];
    return allowedOrigins ? [...args, "--jwt-allowed-origins", allowedOrigins] : args;
}
