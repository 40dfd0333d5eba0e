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
