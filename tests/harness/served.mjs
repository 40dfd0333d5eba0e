// SPDX-License-Identifier: Apache-2.0
// Whether the sessions of a workspace come to what a model's endpoint served.
import assert from "node:assert/strict";

import { orq } from "./clients.mjs";
import { sessionsOf } from "./sessions.mjs";

/** US dollars a million tokens, of plain, read, written and produced ones: the list prices that the server knows. */
const prices = {
    "gpt-4o": { input: 2.5, cached: 1.25, output: 10 },
    "gpt-4o-mini": { input: 0.15, cached: 0.075, output: 0.6 },
    "text-embedding-3-small": { input: 0.02, cached: 0.02, output: 0 },
    "claude-sonnet-4-20250514": { input: 3, cached: 0.3, written: 3.75, output: 15 },
    "claude-haiku-4-5-20251001": { input: 1, cached: 0.1, written: 1.25, output: 5 },
};

const sum = (values) => values.reduce((total, value) => total + value, 0);

function costOf([model, { input, cached, written, output }]) {
    const price = prices[model];
    const fresh = input - cached - written;
    return (fresh * price.input + cached * price.cached + written * (price.written ?? 0) + output * price.output) / 1e6;
}

/**
 * Tokens, each kind of them, and cost of all sessions together equal those served; `session`, when given, has those of
 * all. `untold` has the kinds that a client does not tell, by the model's name: they are plain tokens of their side.
 */
export async function assertServed(server, served, { session, untold = {} } = {}) {
    const told = Object.entries(served).map(([model, sums]) => {
        const without = Object.fromEntries((untold[model] ?? []).map((kind) => [kind, 0]));
        return [model, { ...sums, ...without }];
    });
    const sessions = await sessionsOf(server);
    if (session) assert.deepEqual(sessions.map((each) => each.externalId), [session]);
    const { data: traces } = await orq(server).traces.search({ from: new Date(0), to: new Date(), limit: 1000 });
    const of = (usages, field) => sum(usages.map((usage) => usage[field]));
    const [inSessions, inTraces] = [sessions, traces].map((list) => list.map((each) => each.usage));
    const fields = ["input", "output", "cached", "written", "reasoning"];
    const wanted = (field) => of(told.map(([, sums]) => sums), field);
    assert.deepEqual(
        {
            input: of(inSessions, "promptTokens"),
            output: of(inSessions, "completionTokens"),
            cached: of(inTraces, "promptCachedTokens"),
            written: of(inTraces, "promptCacheCreationTokens"),
            reasoning: of(inTraces, "completionReasoningTokens"),
        },
        Object.fromEntries(fields.map((field) => [field, wanted(field)])),
    );
    const cost = sum(sessions.map((each) => each.billing.totalCost));
    const expected = sum(told.map(costOf));
    assert.ok(Math.abs(cost - expected) < 1e-12, `cost is ${cost}, not ${expected}`);
}
