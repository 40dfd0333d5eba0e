// SPDX-License-Identifier: Apache-2.0
// The commands that talk to a server: what they do, print and end with.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { objectsOf, onTty, spanreel, variablesOf } from "../harness/command_line.mjs";
import { outcome } from "../harness/command.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";
import { finishedSession, newStream, publishWhole } from "../harness/live.mjs";
import { startScriptedServer } from "../harness/scripted_server.mjs";
import { program, startServer } from "../harness/server.mjs";
import { modelSpan, sendSpans } from "../harness/spans.mjs";
import { newWorkspace, withKey } from "../harness/workspaces.mjs";

let server;
before(async () => {
    server = await startServer({ args: ["--reconnect-window", "1"] });
});
after(() => server.stop());

test("a stream is made, shown, changed and deleted", async () => {
    const workspace = await newWorkspace(server);
    const [made] = await objectsOf(workspace, ["streams", "create", "--name", "stage", "--record"]);
    assert.equal(made.name, "stage");
    assert.equal(made.record, true);

    const { stdout } = await spanreel(workspace, ["streams", "get", made.id], {
        env: { SPANREEL_RTMP_URL: `${server.rtmpUrl}/live` },
    });
    assert.match(stdout, new RegExp(`^Publish to +${server.rtmpUrl}/live/${made.streamKey}$`, "m"));
    assert.match(stdout, new RegExp(`^Watch \\(HLS\\) +${server.url}/hls/${made.playbackId}/index.m3u8$`, "m"));

    const change = ["streams", "update", made.id, "--name", "hall", "--no-record", "--suspend"];
    const [changed] = await objectsOf(workspace, change);
    assert.deepEqual([changed.name, changed.record, changed.suspended], ["hall", false, true]);
    assert.equal((await objectsOf(workspace, ["streams", "update", made.id, "--resume"]))[0].suspended, false);
    assert.deepEqual(await objectsOf(workspace, ["streams", "list", "--name", "HAL"]), [changed].map((stream) => ({ ...stream, suspended: false })));
    assert.deepEqual(await objectsOf(workspace, ["streams", "list", "--active"]), []);
    assert.equal((await spanreel(workspace, ["streams", "terminate", made.id])).code, 0);

    const deleted = await spanreel(workspace, ["streams", "delete", made.id, "--yes"]);
    assert.deepEqual([deleted.code, deleted.stdout, deleted.stderr], [0, "", `stream ${made.id} is deleted.\n`]);
    assert.equal((await spanreel(workspace, ["streams", "get", made.id])).code, 3);
});

test("a trace session is made, found, changed and deleted", async () => {
    const workspace = await newWorkspace(server);
    const words = ["--title", "Refund 7", "--tag", "a", "--tag", "b", "--client", "desk", "--kind", "conversation"];
    const [made] = await objectsOf(workspace, ["sessions", "create", "--external-id", "call-1", ...words]);
    assert.deepEqual([made.external_id, made.tags, made.kind], ["call-1", ["a", "b"], "THREAD_KIND_CONVERSATION"]);
    await objectsOf(workspace, ["sessions", "create", "--external-id", "call-2", "--contact", "ada"]);
    await sendSpans(workspace, [modelSpan({ session: "call-2", input: 1_000_000 })]);

    const found = async (...flags) =>
        (await objectsOf(workspace, ["sessions", "list", ...flags])).map((session) => session.external_id);
    assert.deepEqual((await found()).sort(), ["call-1", "call-2"]);
    for (const flags of [["--search", "REFUND"], ["--title", "fund"], ["--external-id", "call-1"], ["--tag", "b"], ["--client", "desk"], ["--kind", "conversation"], ["--title", "fund", "--tag", "x", "--tag", "a", "--client", "desk", "--since", "1h"]])
        assert.deepEqual(await found(...flags), ["call-1"], flags.join(" "));
    assert.deepEqual(await found("--search", "ada"), ["call-2"]);
    assert.deepEqual(await found("--until", "1d"), []);
    assert.deepEqual(await found("--until", "1d", "--search", "call"), []);
    assert.deepEqual(await found("--sort", "usage.total_tokens:desc", "--limit", "1"), ["call-2"]);
    assert.deepEqual(await found("--sort", "usage.total_tokens"), ["call-1", "call-2"]);
    const table = (await spanreel(workspace, ["sessions", "list", "--external-id", "call-2"])).stdout.split("\n");
    assert.match(table[0], /^ID +EXTERNAL ID +TITLE +STARTED +DURATION +TRACES +TOKENS +COST +TAGS$/);
    assert.match(table[1], / call-2 .* 1 +1,000,010 +\$2\.50$/);

    const [changed] = await objectsOf(workspace, ["sessions", "update", made._id, "--title", "Done", "--clear-tags"]);
    assert.deepEqual([changed.title, changed.tags, changed.client], ["Done", [], "desk"]);
    assert.equal((await spanreel(workspace, ["sessions", "delete", made._id, "-y"])).code, 0);
    assert.deepEqual(await found(), ["call-2"]);
});

test("a recording is watched until it is ready, cut and deleted", async () => {
    const workspace = await newWorkspace(server);
    const stream = await newStream(workspace);
    await publishWhole(workspace, stream, { seconds: 5 });
    const [unfinished] = await objectsOf(workspace, ["streams", "sessions", "--stream", stream.id]);
    const watched = await objectsOf(workspace, ["recordings", "watch", unfinished.id, "--interval", "0.2"]);
    assert.equal(watched.at(-1).recordingStatus, "ready", "it came back because it was");

    const session = await finishedSession(workspace, stream);
    const [recording] = await objectsOf(workspace, ["recordings", "list", "--stream", stream.id]);
    assert.equal(recording.id, session.id);
    assert.deepEqual(await objectsOf(workspace, ["recordings", "list", "--stream", "another"]), []);
    const { stdout } = await spanreel(workspace, ["recordings", "get", session.id]);
    assert.match(stdout, new RegExp(`^Download \\(MP4\\) +${session.mp4Url}$`, "m"));

    const range = ["--from", "1", "--to", "0:03", "--name", "highlight", "--wait"];
    const [clip] = await objectsOf(workspace, ["clips", "create", "--session", session.id, ...range]);
    assert.equal(clip.status.phase, "ready");
    assert.equal(clip.name, "highlight");
    assert.ok(Math.abs(clip.videoSpec.duration - 2) < 0.2, `${clip.videoSpec.duration} s`);
    await objectsOf(workspace, ["clips", "create", "--stream", stream.id, "--wait"]);
    for (const flags of [["--stream", stream.id], ["--session", session.id], []])
        assert.equal((await objectsOf(workspace, ["clips", "list", ...flags])).length, 2, flags.join(" "));
    assert.equal((await objectsOf(workspace, ["clips", "get", clip.id]))[0].id, clip.id);
    assert.equal((await objectsOf(workspace, ["clips", "watch", clip.id])).length, 1);

    for (const wrong of [["clips", "get", session.id], ["clips", "delete", session.id, "--yes"], ["recordings", "delete", clip.id, "--yes"]])
        assert.equal((await spanreel(workspace, wrong)).code, 3, `${wrong}: both are assets, and not the same`);
    assert.equal((await objectsOf(workspace, ["recordings", "get", session.id]))[0].recordingStatus, "ready");

    assert.equal((await spanreel(workspace, ["recordings", "delete", session.id, "--yes"])).code, 0);
    const ended = await spanreel(workspace, ["recordings", "watch", session.id]);
    assert.equal(ended.code, 2, "a recording that is gone never gets ready");
    assert.equal((await spanreel(workspace, ["clips", "delete", clip.id, "--yes"])).code, 0);
    assert.equal((await objectsOf(workspace, ["clips", "list"])).length, 1);
});

test("a list says that there is more, and how to see it", async () => {
    const workspace = await newWorkspace(server);
    const names = Array.from({ length: 25 }, (_, index) => `stream ${index}`);
    for (const name of names) await workspace.json("/api/stream", { method: "POST", body: { name } });
    const first = await spanreel(workspace, ["streams", "list"]);
    assert.equal(first.stdout.split("\n").length, 1 + 20 + 1);
    assert.match(first.stderr, /more streams than these 20: --limit 200 shows more, --all all/);
    const all = await spanreel(workspace, ["streams", "list", "--all"]);
    assert.equal(all.stdout.split("\n").length, 1 + 25 + 1);
    assert.equal(all.stderr, "");
    assert.equal((await objectsOf(workspace, ["streams", "list", "--limit", "25"])).length, 25);
    assert.match((await spanreel(workspace, ["recordings", "list"])).stderr, /no recordings/);
});

test("the exit code says what went wrong, and the message what to do", async (t) => {
    const workspace = await newWorkspace(server);
    const reader = await withKey(workspace, { scopes: ["read"] });
    const scripted = await startScriptedServer();
    t.after(() => scripted.stop());
    const end = async (words, expected, pattern, from = workspace) => {
        const { code, stdout, stderr } = await spanreel(from, words);
        assert.equal(code, expected, `${words.join(" ")}: ${stderr}`);
        assert.match(stderr, pattern, words.join(" "));
        assert.equal(stdout, "", "nothing but messages");
        assert.ok(!from.key || !stderr.includes(from.key), "no key in messages");
    };
    const list = ["streams", "list"];
    await end([], 2, /subcommand is required/);
    await end(["streams"], 2, /subcommand is required/);
    await end([...list, "--limit", "0"], 2, /--limit/);
    await end([...list, "--limit", "1", "--all"], 2, /--all/);
    await end(["streams", "create"], 2, /--name is required/);
    await end(["streams", "update", "x"], 2, /nothing to change/);
    await end(["streams", "delete", "x"], 2, /say --yes/);
    await end(["clips", "create"], 2, /--stream or a --session/);
    await end(["clips", "create", "--session", "x", "--stream", "y"], 2, /excludes/);
    await end([...list, "--server", "nowhere"], 2, /"nowhere" is no URL/);
    await end([...list, "--key-file", "/none"], 2, /\/none: No such file/);
    await end(["sessions", "list", "--sort", "colour"], 2, /cannot be sorted by: "colour"/);
    await end(["sessions", "list", "--since", "soon"], 2, /how long ago/);
    const unreached = { url: "http://127.0.0.1:1", key: "none" };
    for (const words of [["sessions", "get", ""], ["streams", "watch", ""], ["recordings", "delete", "x", "", "--yes"], ["clips", "list", "--stream", ""], ["export", "--session", ""], ["export", "--trace", ""]])
        await end(words, 2, /an id is empty/, unreached);
    await end(list, 2, /SPANREEL_KEY: holds no key/, { url: server.url, key: "sk_1\r\nX-More: 1" });
    await end(["streams", "get", "x"], 3, /there is no stream x on http/);
    await end(["sessions", "get", "x"], 3, /there is no session x on http/);
    await end(["recordings", "get", "x"], 3, /there is no stream session x on http/);
    await end(["clips", "list", "--session", "x"], 3, /does not find the clips: /);
    await end(["clips", "delete", "x", "y", "--yes"], 3, /no clip y.*\n.*no clip x/);
    await end(["clips", "create", "--stream", "x"], 3, /nobody published to stream x yet/);
    await end(["sessions", "update", "x", "--title", "t"], 3, /there is no session x/);
    for (const command of ["sessions", "streams", "recordings", "clips"]) {
        await end([command, "list"], 4, /wants an API key: set SPANREEL_KEY/, { url: server.url });
        await end([command, "list"], 4, /refuses the key from SPANREEL_KEY/, { url: server.url, key: "sk_wrong" });
        await end([command, "list"], 5, /not reached.*spanreel serve.*--server/, { url: "http://127.0.0.1:1", key: "none" });
    }
    await end(["streams", "create", "--name", "n"], 4, /refuses the key/, reader);

    const told = { url: scripted.url, key: "some" };
    scripted.play([{ part: "nothing" }]);
    await end([...list, "--timeout", "0.3"], 5, /no answer in 0\.3 s.*--timeout/, told);
    scripted.play([{ status: 500, headers: { "content-type": "application/json" }, body: '{"errors":["broken"]}' }]);
    await end(list, 1, /status 500: broken/, told);
    scripted.play([{ status: 200, headers: { "content-type": "text/html" }, body: "<h1>router</h1>" }]);
    await end(list, 1, /not understood; is it a server of this API/, told);
    scripted.play([{ status: 503, headers: {}, body: "\u001b[31mbusy" }]);
    await end(list, 5, /status 503: \ufffd\[31mbusy/, told);
});

test("a key comes from a file, and one URL serves both APIs with or without /api", async () => {
    const workspace = await newWorkspace(server);
    const file = join(temporaryFolder("key"), "key");
    writeFileSync(file, `${workspace.key}\n`);
    for (const url of [server.url, `${server.url}/api/`])
        for (const command of ["sessions", "streams"]) {
            const words = [command, "list", "--server", url, "--key-file", file];
            assert.equal((await spanreel({ key: "sk_wrong" }, words)).code, 0, words.join(" "));
        }
});

test("on a terminal a table fits, and strangers' texts have no power over it", async () => {
    const workspace = await newWorkspace(server);
    const name = "\u001b]0;owned\u0007\u009b31m" + "long ".repeat(40);
    const [stream] = await objectsOf(workspace, ["streams", "create", "--name", name]);
    assert.equal(stream.name, name, "JSON gives the name as it is");
    for (const columns of [60, 100]) {
        const terminal = onTty(workspace, ["streams", "list"], { columns });
        assert.equal((await terminal.ended).code, 0);
        const lines = terminal.shown.trimEnd().split("\r\n");
        assert.equal(lines.length, 2, terminal.shown);
        for (const line of lines) assert.ok([...line].length <= columns, line);
        assert.match(lines[1], new RegExp(`^${stream.id}`));
        assert.doesNotMatch(terminal.shown.replaceAll("\r\n", ""), /[\u0000-\u001f\u007f-\u009f]/);
    }
    const piped = await spanreel(workspace, ["streams", "list"]);
    assert.ok(piped.stdout.includes("long ".repeat(40).trim()), "whole where it is no terminal");
    assert.doesNotMatch(piped.stdout.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f]/);
});

test("deleting asks on a terminal", async () => {
    const workspace = await newWorkspace(server);
    const [stream] = await objectsOf(workspace, ["streams", "create", "--name", "kept"]);
    const answer = async (text) => {
        const terminal = onTty(workspace, ["streams", "delete", stream.id]);
        await terminal.until("the question", /Delete stream \S+\? \[y\/N\] /);
        terminal.type(text);
        return (await terminal.ended).code;
    };
    assert.equal(await answer("\n"), 2);
    assert.equal((await objectsOf(workspace, ["streams", "get", stream.id])).length, 1);
    assert.equal(await answer("y\n"), 0);
    assert.equal((await spanreel(workspace, ["streams", "get", stream.id])).code, 3);
});

test("a reader that leaves ends the program as SIGPIPE would, without a word", async () => {
    const workspace = await newWorkspace(server);
    const [stream] = await objectsOf(workspace, ["streams", "create", "--name", "any"]);
    for (const words of ["streams list", "streams list --json", "streams get " + stream.id]) {
        const script = `{ sleep 0.2; exec "${program}" ${words}; } | true; echo "\${PIPESTATUS[0]}"`;
        const end = await outcome("bash", ["-c", script], { env: variablesOf(workspace) });
        assert.deepEqual([end.stdout.toString(), end.stderr], ["141\n", ""], words);
    }
});

test("an output that cannot be written is an error", async () => {
    const workspace = await newWorkspace(server);
    await objectsOf(workspace, ["streams", "create", "--name", "any"]);
    for (const [output, code, message] of [[">&-", 1, /standard output: Bad file descriptor/], [">/dev/full", 5, /standard output: No space left/]]) {
        const script = `"${program}" streams list ${output}; echo $? >&2`;
        const end = await outcome("bash", ["-c", script], { env: variablesOf(workspace) });
        assert.match(end.stderr, message);
        assert.match(end.stderr, new RegExp(`\n${code}\n$`));
    }
});

test("without spanreel-client the server's program says what is missing", async () => {
    const alone = join(temporaryFolder("alone"), "spanreel");
    copyFileSync(program, alone);
    chmodSync(alone, 0o755);
    const { code, stderr } = await outcome(alone, ["streams", "list"]);
    assert.equal(code, 5);
    assert.match(stderr, /`streams` needs the program .*\/spanreel-client, which cannot be started: No such file/);
});

test("the server's program does not link what only the client needs", () => {
    const libraries = execFileSync("ldd", [program], { encoding: "utf8" });
    assert.match(libraries, /libssl/);
    assert.doesNotMatch(libraries, /libcurl/);
});
