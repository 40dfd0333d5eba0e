// SPDX-License-Identifier: Apache-2.0
// What the first start on a data directory prints: the key and the addresses to use it with, which work as printed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { newAuthority } from "../harness/certificates.mjs";
import { start, temporaryFolder } from "../harness/leftovers.mjs";
import { program } from "../harness/server.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

const anyPort = "127.0.0.1:0";

const anyPorts = ["http", "otlp-http", "otlp-grpc", "rtmp"].flatMap((protocol) => [`--${protocol}-listen`, anyPort]);

async function serve(dataDir, use, flags = anyPorts) {
    const child = start(program, ["serve", "--data-dir", dataDir, ...flags]);
    const said = { printed: "", log: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (said.printed += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (said.log += text));
    await waitFor("the greeting", () => said.printed.endsWith("\n"), { within: 30_000 });
    await use(said);
    child.kill("SIGTERM");
    assert.equal((await settled("the server to stop", child.ended, 20_000)).code, 0);
}

test("the first start prints a key and the console's address with it; the key is in no log and printed once", async () => {
    const dataDir = temporaryFolder("first-start");
    let key;
    await serve(dataDir, async (said) => {
        const [, address, inFragment] = said.printed.match(/^  (http:\S+\/)#key=(sk_[A-Za-z0-9]{40})$/m);
        key = inFragment;
        assert.ok(said.printed.includes(`is shown only now:\n\n  ${key}\n`));
        const console_ = await fetch(`${address}#key=${key}`);
        assert.equal(console_.status, 200);
        assert.match(console_.headers.get("content-type"), /text\/html/);
        const [, curl] = said.printed.match(/(http:\S+\/v2\/traces\/sessions\/query)/);
        const sessions = await fetch(curl, { method: "POST", headers: { authorization: `Bearer ${key}` } });
        assert.equal(sessions.status, 200);
        assert.ok(!said.log.includes(key));
    });
    await serve(dataDir, (said) => {
        assert.ok(!said.printed.includes(key));
        assert.match(said.printed, /spanreel key create/);
    });
});

test("where only TLS is listened on, what the first start prints is https", async () => {
    const { certificate, key } = await (await newAuthority()).issue();
    const tls = ["--https-listen", anyPort, "--tls-certificate", certificate, "--tls-key", key];
    const others = ["--http-listen", "off", "--otlp-http-listen", anyPort, "--otlp-grpc-listen", anyPort, "--rtmp-listen", anyPort];
    await serve(
        temporaryFolder("first-start"),
        (said) => {
            assert.match(said.printed, /^  https:\/\/127\.0\.0\.1:\d+\/#key=sk_/m);
            assert.match(said.printed, /https:\S+\/v2\/traces\/sessions\/query/);
            assert.match(said.printed, /https:\S+\/api\/stream/);
        },
        [...others, ...tls],
    );
});
