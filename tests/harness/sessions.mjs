// SPDX-License-Identifier: Apache-2.0
// Trace sessions: those of a workspace, and what one must at least be created with beside its external id, when nothing
// happened in it yet.
import { orq } from "./clients.mjs";

/** All of a workspace, as Orq's SDK lists them. */
export async function sessionsOf(workspace) {
    const { data } = await orq(workspace).sessions.list({ filters: { interval: "SESSION_INTERVAL_ALL_TIME" } });
    return data;
}

/** As the wire has it. */
export const emptySession = {
    duration: 0,
    contact_ids: [],
    billing: { input_cost: 0, output_cost: 0, total_cost: 0 },
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    traces_count: 0,
    tags: [],
};

/** As Orq's SDK takes it. */
export const emptyThread = {
    duration: 0,
    contactIds: [],
    billing: { inputCost: 0, outputCost: 0, totalCost: 0 },
    usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 },
    tracesCount: 0,
    tags: [],
};
