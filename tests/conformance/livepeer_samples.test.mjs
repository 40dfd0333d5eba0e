// SPDX-License-Identifier: Apache-2.0
// The code samples of the session document of Livepeer's SDK, run as printed against its default host, which leads to
// the TLS port here. As printed they end in 401, for their key is a placeholder; with a key their `<id>` is 404; with
// a key and an id they succeed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { newAuthority } from "../harness/certificates.mjs";
import { finishedSession, makeClip, newStream, publishWhole } from "../harness/live.mjs";
import { packages, runSample, samplesOf } from "../harness/samples.mjs";
import { startServer } from "../harness/server.mjs";

const host = "livepeer.studio";
const document = readFileSync(join(packages, "livepeer/docs/sdks/session/README.md"));
const samples = samplesOf(document.toString());

let authority;
let server;
let stream;
let session;
let clip;
before(async () => {
    authority = await newAuthority();
    const { certificate, key } = await authority.issue({ names: [host] });
    const args = ["--tls-certificate", certificate, "--tls-key", key, "--reconnect-window", "0"];
    server = await startServer({ listen: { https: "127.0.0.1:0" }, args });
    stream = await newStream(server);
    await publishWhole(server, stream, { seconds: 3 });
    session = await finishedSession(server, stream);
    clip = await makeClip(server, { playbackId: session.playbackId, startTime: session.createdAt });
});
after(() => server.stop());

const run = (text) =>
    runSample(text, { server, ca: authority.ca, hosts: [host], modules: { livepeer: join(packages, "livepeer") } });

/** The sample ended by the error of its document's error table. */
function assertFailed({ code, stdout, stderr, requests }, status) {
    assert.equal(code, 1, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /SDKError/);
    assert.match(stderr, new RegExp(`statusCode: ${status}\\b`));
    assert.deepEqual(requests.map(({ origin }) => origin), [`https://${host}`]);
}
function assertShown({ code, stdout, stderr }, ...texts) {
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    for (const text of texts) assert.ok(stdout.includes(text), `${text} is not in ${stdout}`);
}

test("the document is that of 3.5.0, with two samples for each of four operations", () => {
    const digest = createHash("sha256").update(document).digest("hex");
    assert.equal(digest, "481aaf172b5e01f97d96fe345c1054952fbaad7a969ed9ffe10f54dd12e90b67");
    assert.deepEqual(
        samples.map(({ operation, section }) => `${operation}: ${section}`),
        ["getClips", "getAll", "get", "getRecorded"].flatMap((name) => [
            `${name}: Example Usage`,
            `${name}: Standalone function`,
        ]),
    );
});

/** What each operation's samples show when they succeed. */
const shown = {
    getClips: () => [clip.id],
    getAll: () => [session.id],
    get: () => [session.id, `https://${host}${new URL(session.recordingUrl).pathname}`],
    getRecorded: () => [session.id],
};

for (const { operation, section, text } of samples)
    test(`Livepeer ${operation}, ${section}: as printed, with a key, and with a key and an id`, async () => {
        assertFailed(await run(text), 401);
        const withKey = text.replace("<YOUR_BEARER_TOKEN_HERE>", server.key);
        assert.notEqual(withKey, text);
        const known = { "<id>": session.id, "<value>": stream.id };
        const [placeholder] = Object.keys(known).filter((name) => text.includes(`"${name}"`));
        if (placeholder) assertFailed(await run(withKey), 404);
        assertShown(await run(placeholder ? withKey.replace(placeholder, known[placeholder]) : withKey), ...shown[operation]());
    });
