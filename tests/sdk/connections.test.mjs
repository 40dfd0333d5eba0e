// SPDX-License-Identifier: Apache-2.0
// What becomes of connections that the C++ libraries keep, where it takes TLS to tell.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { after, before, test } from "node:test";

import { startDriver } from "./driver.mjs";
import { newAuthority } from "../harness/certificates.mjs";

let authority;
let server;
let seen; // the connection and the version of each request
let connections;
before(async () => {
    authority = await newAuthority();
    const { certificate, key } = await authority.issue({ names: ["localhost"] });
    server = createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key), allowHTTP1: true }, (request, response) => {
        const connection = request.stream?.session.socket ?? request.socket;
        if (!connections.includes(connection)) connections.push(connection);
        seen.push({ connection: connections.indexOf(connection), version: request.httpVersion });
        if (connections.indexOf(connection) === 0) return; // a connection that died, which nobody told the client
        response.writeHead(200, { "Content-Type": "application/json" }).end("[]");
    });
    await new Promise((resolve) => server.listen(0, "localhost", resolve));
});
after(() => server?.close());

for (const sends of ["by the caller's thread", "async"])
    test(`HTTP/2 is spoken where it is offered, and not over a connection that was too late (${sends})`, { timeout: 60_000 }, async (t) => {
        [seen, connections] = [[], []];
        const driver = startDriver({ env: { SSL_CERT_FILE: authority.ca, SDK_DRIVER_SENDS: sends } });
        t.after(() => driver.stop());
        const backoff = { initial_interval: 1, max_interval: 3, exponent: 1.5, max_elapsed_time: 5_000 };
        const outcome = await driver.call({
            library: "orq",
            operation: "threads_list_tags",
            request: {},
            client: { server_url: `https://localhost:${server.address().port}` },
            options: { timeout: 500, retries: { strategy: "backoff", retry_connection_errors: true, backoff } },
        });
        assert.deepEqual(outcome, { value: [] });
        assert.deepEqual(seen, [{ connection: 0, version: "2.0" }, { connection: 1, version: "2.0" }]);
    });
