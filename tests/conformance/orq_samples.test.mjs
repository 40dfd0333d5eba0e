// SPDX-License-Identifier: Apache-2.0
// The code samples of the sessions document of Orq's first generation. Each operation has two, and both send the same
// request, which is replayed here as it was recorded. That generation of the SDK is on no registry; ORQ_SDK names a
// folder with the compiled package and its documents, whose samples are then run too, as printed, against the default
// host, which leads to the TLS port here.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

import { newAuthority } from "../harness/certificates.mjs";
import { named, recordedId, replay } from "../harness/recorded.mjs";
import { runSample, samplesOf } from "../harness/samples.mjs";
import { startServer } from "../harness/server.mjs";

const host = "my.orq.ai";
const placeholder = "<id>";

/** By operation: what its samples send, the status of the answer as printed but for the key, and of success. */
const operations = {
    create: { call: "create()", printed: 200, success: 200 },
    delete: { call: "delete(id)", printed: 404, success: 204 },
    get: { call: `get(${recordedId})`, printed: 404, success: 200 },
    update: { call: "update(id)", printed: 404, success: 200 },
    list: { call: "list ()", printed: 200, success: 200 },
};

let authority;
let server;
before(async () => {
    authority = await newAuthority();
    const { certificate, key } = await authority.issue({ names: [host] });
    server = await startServer({
        listen: { https: "127.0.0.1:0" },
        args: ["--tls-certificate", certificate, "--tls-key", key],
    });
});
after(() => server.stop());

const newSession = async () => (await replay(server, named("create()"))).body._id;

for (const [operation, { call, printed, success }] of Object.entries(operations))
    test(`Orq ${operation}, both samples' request: 401 without a key, ${printed} as printed, ${success} with an id`, async () => {
        const withoutKey = await replay({ url: server.url, key: "" }, named(call));
        assert.equal(withoutKey.status, 401);
        const asPrinted = await replay(server, named(call), encodeURIComponent(placeholder));
        assert.equal(asPrinted.status, printed);
        if (printed === 404) assert.equal(typeof asPrinted.body.message, "string");
        const id = await newSession();
        const { status, body } = await replay(server, named(call), id);
        assert.equal(status, success);
        if (operation === "get" || operation === "update") assert.equal(body._id, id);
    });

if (process.env.ORQ_SDK) {
    const sdk = resolve(process.env.ORQ_SDK);
    const document = readFileSync(join(sdk, "docs/sdks/sessions/README.md"));
    const samples = samplesOf(document.toString());

    const run = (text, env) =>
        runSample(text, { server, ca: authority.ca, hosts: [host], modules: { "@orq-ai/node": sdk }, env });

    /** The one request of the sample is the recorded one, byte for byte but for its key and id. */
    function assertSent({ requests }, call, id) {
        const { method, path, headers } = named(call);
        assert.deepEqual(
            requests.map((sent) => [sent.method, sent.origin, sent.path, sent.headers["user-agent"]]),
            [[method, `https://${host}`, path.replace(recordedId, id), headers["user-agent"]]],
        );
        assert.equal(requests[0].headers["content-type"], headers["content-type"]);
    }
    function assertFailed({ code, stdout, stderr }, status) {
        assert.equal(code, 1, stderr);
        assert.equal(stdout, "");
        assert.match(stderr, status === 404 ? /HonoApiError/ : new RegExp(`APIError.*Status ${status}`));
    }

    test("Orq: the document is that of 3.4.0-rc.27, with two samples for each of five operations", () => {
        const digest = createHash("sha256").update(document).digest("hex");
        assert.equal(digest, "c5720b81063efccb59467c952dc59539b9be52b17ffdae8ec57489da86f73c09");
        assert.deepEqual(
            samples.map(({ operation, section }) => `${operation}: ${section}`),
            Object.keys(operations).flatMap((name) => [`${name}: Example Usage`, `${name}: Standalone function`]),
        );
    });

    for (const { operation, section, text } of samples) {
        const { call, printed } = operations[operation];
        test(`Orq ${operation}, ${section}: 401 without a key, ${printed} as printed, success with an id`, async () => {
            assertFailed(await run(text), 401);
            const asPrinted = await run(text, { ORQ_API_KEY: server.key });
            assertSent(asPrinted, call, encodeURIComponent(placeholder));
            if (printed === 404) assertFailed(asPrinted, 404);
            else assert.equal(asPrinted.code, 0, asPrinted.stderr);
            const id = await newSession();
            const { code, stdout, stderr } = await run(text.replace(placeholder, id), { ORQ_API_KEY: server.key });
            assert.equal(code, 0, stderr);
            assert.equal(stderr, "");
            if (operation === "delete") assert.equal(stdout, "");
            else assert.match(stdout, operation === "create" ? /externalId: / : new RegExp(`id: '${id}'`));
        });
    }
}
