// SPDX-License-Identifier: Apache-2.0
// A server that answers by a script and remembers what it was sent, down to single bytes and broken connections.
import { createServer } from "node:net";

/**
 * What is done with a request: `{ status, headers, body }`, sent whole or up to `part` ("nothing", "head" for half of
 * the head, "body" for the head and half of the body), and `then` ("keep", "close", "reset", or "silent" until the
 * server stops).
 */
const bytesOf = ({ status = 200, headers = {}, body = "", part }) => {
    if (part === "nothing") return "";
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = Buffer.byteLength(body);
    const head = `HTTP/1.1 ${status} X\r\n${lines.join("")}${status === 204 ? "" : `Content-Length: ${length}\r\n`}\r\n`;
    if (part === "head") return head.slice(0, head.length / 2);
    return part === "body" ? head + body.slice(0, length / 2) : head + body;
};

function parseRequest(bytes) {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const [line, ...fields] = bytes.subarray(0, end).toString("latin1").split("\r\n");
    const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(":")).toLowerCase(), field.slice(field.indexOf(":") + 1).trim()]));
    const size = end + 4 + Number(headers["content-length"] ?? 0);
    if (bytes.length < size) return undefined;
    const [method, target] = line.split(" ");
    return { size, request: { method, target, headers, body: bytes.subarray(end + 4, size).toString() } };
}

/** Starts one; `play(script)` forgets what was seen and answers with `script`'s steps, the last again and again. */
export async function startScriptedServer() {
    let script = [];
    let seen = [];
    const sockets = new Set();
    let stopping = false;
    const server = createServer((socket) => {
        if (stopping) return socket.destroy();
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket)).on("error", () => {});
        let rest = Buffer.alloc(0);
        socket.on("data", (bytes) => {
            rest = Buffer.concat([rest, bytes]);
            const parsed = parseRequest(rest);
            if (!parsed) return;
            rest = rest.subarray(parsed.size);
            const step = script[Math.min(seen.length, script.length - 1)];
            seen.push({ ...parsed.request, at: performance.now() });
            const reply = typeof step === "function" ? step(parsed.request) : step;
            const done = () => {
                if (reply.then === "reset") socket.resetAndDestroy();
                if (reply.then === "close") socket.end();
            };
            const out = bytesOf(reply);
            if (out) socket.write(out, done);
            else done();
        });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const dropAll = () => sockets.forEach((socket) => socket.destroy());
    return {
        url: `http://127.0.0.1:${server.address().port}`,
        play(steps) {
            dropAll();
            script = steps;
            seen = [];
        },
        seen: () => seen,
        // A client whose connection is dropped may come again at once, and must not be waited for.
        stop() {
            stopping = true;
            const stopped = new Promise((resolve) => server.close(resolve));
            dropAll();
            return stopped;
        },
    };
}
