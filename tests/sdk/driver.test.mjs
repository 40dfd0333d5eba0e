// SPDX-License-Identifier: Apache-2.0
// Who compares the libraries with others must not wait for a driver that is no more.
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { startDriver } from "./driver.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";

test("calls fail at once when the driver has died, and say what it said last", { timeout: 10_000 }, async () => {
    const program = join(temporaryFolder("driver"), "dies");
    writeFileSync(program, "#!/bin/sh\nread call\necho 'the reason' >&2\nkill -SEGV $$\n");
    chmodSync(program, 0o755);
    const driver = startDriver({ program });
    await Promise.all([1, 2].map(() => assert.rejects(driver.call({}), /dies ended: SIGSEGV\nthe reason/)));
    await assert.rejects(driver.call({}), /the reason/);
    await assert.rejects(startDriver({ program: "/none/such" }).call({}), /\/none\/such ended: .*ENOENT/);
});

test("the driver answers a call that it does not understand", { timeout: 10_000 }, async () => {
    const driver = startDriver();
    assert.match((await driver.call({ library: "orq", operation: "none_such" })).error.message, /no operation none_such/);
    assert.match((await driver.call({ options: { timeout: "soon" } })).driver_error, /./);
    driver.stop();
});
