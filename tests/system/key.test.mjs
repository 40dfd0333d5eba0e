// SPDX-License-Identifier: Apache-2.0
// The key commands on a data directory that is not there: most often its name is mistyped.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { outcome } from "../harness/command.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";
import { program } from "../harness/server.mjs";

test("keys are not looked for in a directory without Spanreel data, and none is made", async () => {
    const dataDir = join(temporaryFolder(), "mistyped");
    for (const action of [["list"], ["revoke", "--id", "key_none"]]) {
        const { code, stderr } = await outcome(program, ["key", ...action, "--data-dir", dataDir]);
        assert.equal(code, 3, stderr);
        assert.match(stderr, /mistyped holds no Spanreel data.*--data-dir/);
        assert.equal(existsSync(dataDir), false);
    }
});

test("a key may be made before the first start, and the new directory is told of once", async () => {
    const dataDir = join(temporaryFolder(), "new");
    const create = () => outcome(program, ["key", "create", "--data-dir", dataDir, "--name", "n", "--quiet"]);
    const first = await create();
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout.toString(), /^\S+\n$/);
    assert.match(first.stderr, /Made a new data directory.*\/new/);
    assert.equal((await create()).stderr, "");
});

test("the flag for the data directory goes before the variable", async () => {
    const folder = temporaryFolder();
    const env = { ...process.env, SPANREEL_DATA_DIR: join(folder, "variable") };
    const dataDir = ["--data-dir", join(folder, "flag")];
    for (const words of [["create", "--name", "n"], ["list"]])
        assert.equal((await outcome(program, ["key", ...words, ...dataDir], { env })).code, 0, words[0]);
    assert.equal(existsSync(join(folder, "flag")), true);
    assert.equal(existsSync(env.SPANREEL_DATA_DIR), false);
});

test("a key that cannot be shown is revoked, and its id told", async () => {
    const dataDir = join(temporaryFolder(), "data");
    const create = `exec "${program}" key create --data-dir "${dataDir}" --name n --scopes write,read`;
    for (const [script, code] of [
        [`${create} --quiet > /dev/full`, 5],
        [`${create} >&-`, 1],
        [`{ sleep 0.2; ${create}; } | true; exit "\${PIPESTATUS[0]}"`, 1],
    ]) {
        const end = await outcome("bash", ["-c", script]);
        assert.equal(end.code, code, `${script}: ${end.stderr}`);
        assert.match(end.stderr, /standard output: .*\. Key \w+ could not be shown and is revoked/, script);
    }
    const { stdout } = await outcome(program, ["key", "list", "--data-dir", dataDir]);
    const keys = stdout.toString().trimEnd().split("\n").slice(1).map((line) => line.split(/ {2,}/));
    assert.deepEqual(keys.map(([, , state, scopes]) => [state, scopes]), Array(3).fill(["revoked", "read,write"]));
});

test("the name of a key has no power over the terminal that lists it", async () => {
    const dataDir = join(temporaryFolder(), "data");
    const create = ["key", "create", "--data-dir", dataDir, "--name", "red\x1b[31m", "--project", "p\u202e"];
    assert.equal((await outcome(program, create)).code, 0);
    const { stdout } = await outcome(program, ["key", "list", "--data-dir", dataDir]);
    assert.match(stdout.toString(), / p\ufffd +red\ufffd\[31m\n$/);
});

test("whatever is asked for, an output that cannot be written is an error", async () => {
    const dataDir = join(temporaryFolder(), "data");
    assert.equal((await outcome(program, ["key", "create", "--data-dir", dataDir, "--name", "n"])).code, 0);
    const here = `--data-dir "${dataDir}"`;
    for (const words of ["--version", "version", "--help", "streams --help", "completion bash", "man", `key list ${here}`, `check ${here}`]) {
        const { code, stderr } = await outcome("bash", ["-c", `exec "${program}" ${words} > /dev/full`]);
        assert.equal(code, 5, words);
        assert.match(stderr, /^spanreel: standard output: No space left on device$/m, words);
    }
});
