// SPDX-License-Identifier: Apache-2.0
// Waiting with a deadline. Times are milliseconds.
import { setTimeout as sleep } from "node:timers/promises";

/** Calls probe until it returns something truthy, and returns that. A throw counts as "not yet" and is told at the end. */
export async function waitFor(what, probe, { within = 10_000, every = 50 } = {}) {
    const deadline = performance.now() + within;
    let error;
    for (;;) {
        try {
            const value = await probe();
            if (value) return value;
            error = undefined;
        } catch (caught) {
            error = caught;
        }
        if (performance.now() >= deadline) break;
        await sleep(every);
    }
    throw new Error(`waited ${within} ms for ${what}`, { cause: error });
}

/** Rejects when the promise has not settled in time. */
export async function settled(what, promise, within = 10_000) {
    const late = new AbortController();
    const timer = sleep(within, undefined, { signal: late.signal }).then(
        () => {
            throw new Error(`waited ${within} ms for ${what}`);
        },
        () => {},
    );
    try {
        return await Promise.race([promise, timer]);
    } finally {
        late.abort();
    }
}
