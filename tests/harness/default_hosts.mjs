// SPDX-License-Identifier: Apache-2.0
// Preloaded into the process of a sample (samples.mjs): the names that SPANREEL_HOSTS lists lead to SPANREEL_PORT of
// this machine, with the certificate checked for the name, and no other host is reached. What was asked is written to
// SPANREEL_REQUESTS, a line of JSON each.
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import tls from "node:tls";

const { SPANREEL_HOSTS, SPANREEL_PORT, SPANREEL_REQUESTS } = process.env;
const connect = tls.connect;

tls.connect = (options, ...more) => {
    if (!SPANREEL_HOSTS.split(",").includes(options.host) || Number(options.port || 443) !== 443)
        throw new Error(`a sample wants to reach ${options.host}:${options.port}`);
    return connect({ ...options, host: "127.0.0.1", port: Number(SPANREEL_PORT) }, ...more);
};

subscribe("undici:request:create", ({ request: { method, origin, path, headers } }) => {
    const pairs = headers.flatMap((name, at) => (at % 2 ? [] : [[String(name).toLowerCase(), String(headers[at + 1])]]));
    const asked = { method, origin, path, headers: Object.fromEntries(pairs) };
    appendFileSync(SPANREEL_REQUESTS, `${JSON.stringify(asked)}\n`);
});
