// SPDX-License-Identifier: Apache-2.0
// The C++ twins of the documents' samples, whole programs that are built here as they lie in sdk/samples and run
// against their default hosts, which lead to the TLS port here. Each ends as its document says: without a key or with a
// placeholder 401, with `<id>` 404; and with a key and an id it succeeds.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { sdkProgram } from "./driver.mjs";
import { newAuthority } from "../harness/certificates.mjs";
import { outcome } from "../harness/command.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";
import { finishedSession, makeClip, newStream, publishWhole } from "../harness/live.mjs";
import { startServer } from "../harness/server.mjs";
import { named, replay } from "../harness/recorded.mjs";

const hosts = ["my.orq.ai", "livepeer.studio"];
const flags = ["-std=c++23", "-Isdk/include", ...(process.env.SDK_FLAGS ?? "-fsanitize=address,undefined -fuse-ld=lld").split(" ")];
const libraries = (name) => [sdkProgram(`src/${name}/libspanreel_${name}.a`), sdkProgram("src/core/libspanreel_sdk.a"), "-lcurl", "-lboost_json"];

let folder;
let server;
let proxy;
let environment;
const known = {};
const programs = new Map(); // by their text
before(async () => {
    folder = temporaryFolder("samples");
    const authority = await newAuthority();
    const { certificate, key } = await authority.issue({ names: hosts });
    server = await startServer({ listen: { https: "127.0.0.1:0" }, args: ["--tls-certificate", certificate, "--tls-key", key, "--reconnect-window", "0"] });
    // The way to the default hosts, and to nothing else.
    proxy = createServer((client) => {
        client.on("error", () => {}).once("data", (head) => {
            const host = /^CONNECT ([^:]+):443 /.exec(head)?.[1];
            if (!hosts.includes(host)) return client.end("HTTP/1.1 403 no\r\n\r\n");
            const there = connect(Number(new URL(server.httpsUrl).port), "127.0.0.1", () => client.write("HTTP/1.1 200 ok\r\n\r\n"));
            client.pipe(there).on("error", () => {}).pipe(client);
        });
    });
    await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    environment = { PATH: process.env.PATH, HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}`, SSL_CERT_FILE: authority.ca };
    const stream = await newStream(server);
    await publishWhole(server, stream, { seconds: 3 });
    known.session = await finishedSession(server, stream);
    known.stream = stream;
    known.clip = await makeClip(server, { playbackId: known.session.playbackId, startTime: known.session.createdAt });
});
after(async () => {
    proxy?.close();
    await server?.stop();
});

const finished = ({ stdout, ...end }) => ({ ...end, stdout: stdout.toString() });

/** Builds the sample with other texts in place of some and runs it. */
async function run(library, file, replaced = {}, key = undefined) {
    let text = readFileSync(join("sdk/samples", library, `${file}.cpp`), "utf8");
    for (const [from, to] of Object.entries(replaced)) {
        assert.ok(text.includes(from), `${file} has no ${from}`);
        text = text.replaceAll(from, to);
    }
    const program = programs.get(text) ?? join(folder, `${programs.size}`);
    if (!programs.has(text)) {
        writeFileSync(`${program}.cpp`, text);
        const built = await outcome("clang++-19", [...flags, `${program}.cpp`, ...libraries(library), "-o", program]);
        assert.equal(built.code, 0, built.stderr);
        programs.set(text, program);
    }
    return finished(await outcome(program, [], { env: { ...environment, ...(key && { ORQ_API_KEY: key }) } }));
}

const twins = (operation) => [operation, `${operation}_standalone`];
const failed = ({ code, stdout, stderr }, text) => {
    assert.equal(code, 1, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, text);
};
const succeeded = ({ code, stdout, stderr }, ...texts) => {
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    for (const text of texts) assert.ok(stdout.includes(text), `${text} is not in ${stdout}`);
};

for (const [operation, needsId] of Object.entries({ create: false, delete: true, get: true, update: true, list: false }))
    for (const file of twins(operation))
        test(`Orq ${file}: 401 without a key, ${needsId ? "404 as printed, succeeds with an id" : "succeeds as printed"}`, async () => {
            failed(await run("orq", file), /Status 401/);
            const id = (await replay(server, named("create()"))).body._id;
            const printed = await run("orq", file, {}, server.key);
            if (needsId) failed(printed, /not found/);
            else succeeded(printed, operation === "list" ? id : "external_id");
            if (needsId) succeeded(await run("orq", file, { "<id>": id }, server.key), operation === "delete" ? "" : id);
        });

const livepeer = {
    session_get_clips: ["<id>", () => known.session.id, () => known.clip.id],
    session_get_all: [undefined, undefined, () => known.session.id],
    session_get: ["<id>", () => known.session.id, () => known.session.id],
    session_get_recorded: ["<value>", () => known.stream.id, () => known.session.id],
};
for (const [operation, [placeholder, id, shown]] of Object.entries(livepeer))
    for (const file of twins(operation))
        test(`Livepeer ${file}: 401 as printed; with a key ${placeholder ? `404 for ${placeholder}, succeeds with an id` : "it succeeds"}`, async () => {
            failed(await run("livepeer", file), /Status 401/);
            const key = { "<YOUR_BEARER_TOKEN_HERE>": server.key };
            if (placeholder) failed(await run("livepeer", file, key), /Status 404/);
            succeeded(await run("livepeer", file, { ...key, ...(placeholder && { [placeholder]: id() }) }), shown());
        });
