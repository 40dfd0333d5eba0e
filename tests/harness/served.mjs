// SPDX-License-Identifier: Apache-2.0
// Whether the sessions of a workspace come to what a model's endpoint served.
import assert from "node:assert/strict";

import { sessionsOf } from "./sessions.mjs";

/** US dollars a million tokens, of plain, cached and produced ones: the list prices that the server knows. */
const prices = {
    "gpt-4o": { input: 2.5, cached: 1.25, output: 10 },
    "gpt-4o-mini": { input: 0.15, cached: 0.075, output: 0.6 },
    "text-embedding-3-small": { input: 0.02, cached: 0.02, output: 0 },
};

const sum = (values) => values.reduce((total, value) => total + value, 0);

function costOf([model, { input, cached, output }]) {
    const price = prices[model];
    return ((input - cached) * price.input + cached * price.cached + output * price.output) / 1e6;
}

/** Tokens and cost of all sessions together equal those served; `session`, when given, has those of all. */
export async function assertServed(server, served, { session } = {}) {
    const data = await sessionsOf(server);
    const input = sum(Object.values(served).map((each) => each.input));
    const output = sum(Object.values(served).map((each) => each.output));
    if (session) assert.deepEqual(data.map((each) => each.externalId), [session]);
    assert.deepEqual(
        { input: sum(data.map((each) => each.usage.promptTokens)), output: sum(data.map((each) => each.usage.completionTokens)) },
        { input, output },
    );
    const cost = sum(data.map((each) => each.billing.totalCost));
    const expected = sum(Object.entries(served).map(costOf));
    assert.ok(Math.abs(cost - expected) < 1e-12, `cost is ${cost}, not ${expected}`);
}
