// SPDX-License-Identifier: Apache-2.0
// Settings reach the server from flags, variables and the file, in this order, and what is wrong is said by name.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { newAuthority } from "../harness/certificates.mjs";
import { start, temporaryFolder } from "../harness/leftovers.mjs";
import { program, startServer } from "../harness/server.mjs";
import { sessionsOf } from "../harness/sessions.mjs";
import { modelSpan, sendSpans } from "../harness/spans.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

/** Runs `spanreel serve` until it listens or ends; what it said and its exit code (undefined: it runs). */
async function serve(flags, variables = {}) {
    const child = start(program, ["serve", "--data-dir", join(temporaryFolder("data"), "data"), ...flags], {
        env: { ...process.env, ...variables },
    });
    let said = "";
    let code;
    child.stderr.on("data", (text) => (said += text));
    child.ended.then((end) => (code = end.code));
    await waitFor("the server to listen or to end", () => code !== undefined || said.includes("listening protocol=http"));
    if (code !== undefined) return { said, code };
    child.kill("SIGTERM");
    assert.equal((await settled("the server to stop", child.ended)).code, 0);
    return { said };
}

function settingsFile(text) {
    const file = join(temporaryFolder("settings"), "spanreel.toml");
    writeFileSync(file, text);
    return file;
}

const others = ["--otlp-http-listen", "off", "--otlp-grpc-listen", "off", "--rtmp-listen", "off"];
const quiet = ["--http-listen", "127.0.0.1:0", ...others];
const addressOf = (said) => /protocol=http address=(\S+)/.exec(said)?.[1];

test("a file gives what flags and variables leave open", async () => {
    const file = settingsFile('# where\nhttp-listen = "127.0.0.2:0"\notlp-http-listen = "off"\notlp-grpc-listen = "off"\nrtmp-listen = "off"\n');
    assert.match(addressOf((await serve(["--config", file])).said), /^127\.0\.0\.2:/);
    assert.match(addressOf((await serve([], { SPANREEL_CONFIG: file })).said), /^127\.0\.0\.2:/);
    const variable = { SPANREEL_HTTP_LISTEN: "127.0.0.3:0" };
    assert.match(addressOf((await serve(["--config", file], variable)).said), /^127\.0\.0\.3:/);
    const flags = ["--config", file, "--http-listen", "127.0.0.4:0"];
    assert.match(addressOf((await serve(flags, variable)).said), /^127\.0\.0\.4:/);
});

for (const [what, text, expected] of [
    ["an unknown name", 'htp-listen = "127.0.0.1:0"\n', /there is no setting "htp-listen"/],
    ["a wrong value", 'reconnect-window = "soon"\n', /reconnect-window: "soon" is not a number of seconds/],
    ["a section", '[serve]\nhttp-listen = "127.0.0.1:0"\n', /no sections like \[serve\]/],
    ["something else", "this is no TOML\n", /spanreel\.toml/],
])
    test(`a file with ${what} is refused`, async () => {
        const { said, code } = await serve(["--config", settingsFile(text), ...quiet]);
        assert.equal(code, 2);
        assert.match(said, expected);
    });

test("a file that is not there is refused", async () => {
    const { said, code } = await serve(["--config", "/nowhere/spanreel.toml", ...quiet]);
    assert.equal(code, 2);
    assert.match(said, /\/nowhere\/spanreel\.toml: No such file/);
});

test("a public URL that clients could not use is refused", async () => {
    for (const url of ["nope", "ftp://spanreel.example/", "http://", "https://a.example/?b"])
        assert.equal((await serve(["--public-url", url, ...quiet])).code, 2, url);
    assert.equal((await serve(["--public-url", "https://a.example/reel/", ...quiet])).code, undefined);
});

test("a server that listens nowhere is refused", async () => {
    const { said, code } = await serve(["--http-listen", "off", ...others]);
    assert.equal(code, 2);
    assert.match(said, /every listener is off/);
});

test("https-listen without files that it can use is refused with what is missing", async () => {
    const authority = await newAuthority();
    const [pair, other] = [await authority.issue(), await authority.issue()];
    const refusal = async (...flags) => {
        const { said, code } = await serve([...quiet, "--https-listen", "127.0.0.1:0", ...flags]);
        assert.equal(code, 2);
        return said;
    };
    const certificate = ["--tls-certificate", pair.certificate];
    assert.match(await refusal(), /https-listen needs tls-certificate/);
    assert.match(await refusal(...certificate), /https-listen needs tls-key/);
    assert.match(await refusal(...certificate, "--tls-key", "/none.key"), /\/none\.key: No such file/);
    assert.match(await refusal(...certificate, "--tls-key", other.key), /not the private key of the certificate in/);
    assert.match(await refusal("--tls-certificate", pair.key, "--tls-key", pair.key), /not a certificate in PEM/);
});

test("tls-certificate is taken from flag, variable and file; without https-listen the log says that it has no use", async () => {
    const file = settingsFile('tls-certificate = "/from/the/file"\nhttps-listen = "127.0.0.1:0"\ntls-key = "/key"\n');
    assert.match((await serve([...quiet, "--config", file])).said, /\/from\/the\/file: No such file/);
    const variable = { SPANREEL_TLS_CERTIFICATE: "/from/the/variable" };
    assert.match((await serve([...quiet, "--config", file], variable)).said, /\/from\/the\/variable: No such file/);
    const flags = [...quiet, "--config", file, "--tls-certificate", "/from/the/flag"];
    assert.match((await serve(flags, variable)).said, /\/from\/the\/flag: No such file/);
    assert.match((await serve(quiet, variable)).said, /no use while https-listen is off/);
});

test("prices of one's own are used from the first span on; a mistake in them is told at the start", async () => {
    const file = join(temporaryFolder("prices"), "prices.json");
    writeFileSync(file, '{"prices":[{"model":"my-model","input":2,"output":4},{"model":"gpt-4o","input":1,"output":1}]}');
    const server = await startServer({ args: ["--price-file", file] });
    const spans = ["my-model", "gpt-4o", "gpt-4o-mini", "unknown"].map((model) =>
        modelSpan({ session: model, input: 1_000_000, output: 0, attributes: { "gen_ai.request.model": model } }),
    );
    await sendSpans(server, spans);
    const data = await sessionsOf(server);
    const costs = Object.fromEntries(data.map(({ externalId, billing }) => [externalId, billing.totalCost]));
    assert.deepEqual(costs, { "my-model": 2, "gpt-4o": 1, "gpt-4o-mini": 0.15, unknown: costs.unknown });
    await server.stop();

    writeFileSync(file, '{"prices":[{"model":"my-model","inputs":2}]}');
    const refused = await serve(["--price-file", file, ...quiet]);
    assert.equal(refused.code, 2);
    assert.match(refused.said, /price-file \S+prices\.json: prices\[0\]: "inputs" is not known/);
});
