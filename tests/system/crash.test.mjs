// SPDX-License-Identifier: Apache-2.0
// Crash contract: a server that is killed again and again under load, while it starts too, keeps every acknowledged
// span exactly once. The generator repeats what was not acknowledged, as exporters do, so at the end the traces and
// the sums of each session are known to the last token. SPANREEL_ROUNDS kills (10).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { run } from "../harness/command.mjs";
import { start, temporaryFolder } from "../harness/leftovers.mjs";
import { program, startServer } from "../harness/server.mjs";
import { settled } from "../harness/waiting.mjs";

const rounds = Number(process.env.SPANREEL_ROUNDS ?? 10);
const generator = join(dirname(program), "../../bench/bench_otlp_load");
const spansPerRequest = 512;
const startIsCut = 0.25; // part of the kills that come before the server listens

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

/** Spans from several connections until stop(), which resolves to what was acknowledged and must be stored. */
function startLoad(server) {
    const sums = join(temporaryFolder("sums"), "sums");
    const { port } = new URL(server.otlpUrl);
    const child = start(generator, ["--port", port, "--key", server.key, "--connections", "4", "--sums", sums]);
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    child.stderr.on("data", (text) => (said += text));
    return {
        async stop() {
            child.kill("SIGTERM");
            const end = await settled("the last spans to be acknowledged", child.ended, 180_000);
            assert.equal(end.code, 0, said);
            const fields = Object.fromEntries(said.split("\n").map((line) => line.split("=")));
            const sessions = new Map();
            for (const line of readFileSync(sums, "utf8").split("\n").filter(Boolean)) {
                const [key, ...numbers] = line.split(" ");
                sessions.set(key, numbers.join(" "));
            }
            return { spans: Number(fields.spans), repeats: Number(fields.repeats), sessions };
        },
    };
}

/** Starts the server and kills it at a random moment; true if that was before it listened. */
async function startAndKill(server) {
    if (Math.random() < startIsCut) {
        const starting = server.start().then(
            () => false,
            () => true, // it ended before it listened
        );
        await pause(Math.random() * 100);
        await server.kill();
        return starting;
    }
    await server.start({ within: 120_000 });
    await pause(Math.random() ** 2 * 800);
    await server.kill();
    return false;
}

async function storedSessions(dataDir) {
    const query = "SELECT external_id, traces_count, prompt_tokens, completion_tokens FROM trace_sessions";
    const { stdout } = await run("sqlite3", ["-separator", " ", join(dataDir, "spanreel.db"), query]);
    return new Map(
        stdout
            .toString()
            .split("\n")
            .filter(Boolean)
            .map((line) => line.split(" "))
            .map(([key, ...numbers]) => [key, numbers.map((number) => String(Number(number))).join(" ")]),
    );
}

test(`${rounds} kill -9 under OTLP load lose nothing acknowledged and count nothing twice`, async (t) => {
    const server = await startServer({ listen: { rtmp: "off" } });
    server.listen = { ...server.listen, ...server.addresses }; // the same ports after each kill
    const load = startLoad(server);
    await pause(500);
    await server.kill();
    let duringStart = 0;
    for (let round = 1; round < rounds; ++round) duringStart += (await startAndKill(server)) ? 1 : 0;
    await server.start({ within: 120_000 });
    const sent = await load.stop();
    await server.stop({ within: 120_000 });

    assert.ok(sent.spans >= rounds * spansPerRequest, `only ${sent.spans} spans were acknowledged`);
    assert.ok(sent.repeats >= rounds, `${sent.repeats} requests were repeated`);
    const check = await run(program, ["check", "--data-dir", server.dataDir], { within: 600_000 });
    const [, spans, problems] = /(\d+) spans, .* (\d+) problems\n$/.exec(check.stdout.toString());
    assert.deepEqual([Number(spans), Number(problems)], [sent.spans, 0]);
    const stored = await storedSessions(server.dataDir);
    assert.equal(stored.size, sent.sessions.size);
    for (const [key, numbers] of sent.sessions) assert.equal(stored.get(key), numbers, `sums of session ${key}`);
    t.diagnostic(
        `${rounds} kills (${duringStart} during a start): ${sent.spans} spans acknowledged, ${sent.repeats} requests ` +
            `repeated; each span counted once, the sums of ${stored.size} sessions as sent`,
    );
});
