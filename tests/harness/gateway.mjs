// SPDX-License-Identifier: Apache-2.0
// A gateway before a server, as a proxy would be: while the server is away it answers 502 in words of its own.
import { once } from "node:events";
import { createServer, request } from "node:http";

/** `url` is the gateway's address, `requests` what came to it: [{ method, path, headers, status }]. */
export async function startGateway(server) {
    const gateway = { requests: [] };
    const proxy = createServer((asked, answer) => {
        const seen = { method: asked.method, path: asked.url, headers: asked.headers };
        gateway.requests.push(seen);
        const { hostname: host, port } = new URL(server.url);
        const forwarded = request({ host, port, method: asked.method, path: asked.url, headers: asked.headers }, (got) => {
            seen.status = got.statusCode;
            answer.writeHead(got.statusCode, got.headers);
            got.pipe(answer);
        });
        forwarded.once("error", () => {
            seen.status = 502;
            answer.writeHead(502, { "content-type": "text/plain" }).end("nobody is there");
        });
        asked.pipe(forwarded);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    gateway.url = `http://127.0.0.1:${proxy.address().port}`;
    gateway.stop = () => (proxy.closeAllConnections(), proxy.close());
    return gateway;
}
