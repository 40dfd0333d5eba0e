// SPDX-License-Identifier: Apache-2.0
// Which traces a search asks for, worked out the slow way over traces as answers show them. It shares nothing with the
// server and follows docs/trace-search.md.

const texts = {
    trace_id: (trace) => trace.trace_id,
    name: (trace) => trace.name,
    operation: (trace) => trace.operation,
    status: (trace) => trace.status,
    project_id: (trace) => trace.project_id,
    session_id: (trace) => trace.session_id,
    thread_id: (trace) => trace.thread_id,
    identity_id: (trace) => trace.identity_id,
    provider: (trace) => trace.providers,
    model: (trace) => trace.models,
    agent_name: (trace) => trace.agents,
    tool_name: (trace) => trace.tools,
    tag: (trace) => trace.tags,
    day: (trace) => trace.start_time.slice(0, 10),
    hour: (trace) => `${trace.start_time.slice(0, 13)}:00Z`,
};
const numbers = {
    duration_ms: (trace) => trace.duration_ms,
    prompt_tokens: (trace) => trace.usage?.prompt_tokens,
    completion_tokens: (trace) => trace.usage?.completion_tokens,
    total_tokens: (trace) => trace.usage?.total_tokens,
    total_cost: (trace) => trace.cost?.total,
    span_count: (trace) => trace.spans,
    error_count: (trace) => trace.failed,
};
const dates = {
    start_time: (trace) => Date.parse(trace.start_time),
    end_time: (trace) => Date.parse(trace.end_time),
};

export const fields = { texts: Object.keys(texts), numbers: Object.keys(numbers), dates: Object.keys(dates) };

/** All values of a field: none, one, or those of a list. */
export const valuesOf = (trace, field) => [(texts[field] ?? numbers[field] ?? dates[field])(trace) ?? []].flat();

const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
const within = (needle, text) => new RegExp(literal(needle), "ius").test(text);

/** { field, op, values } */
function holds({ field, op, values = [] }, trace) {
    const read = texts[field] ? String : field in dates ? Date.parse : Number;
    const [asked, found] = [values.map(read), valuesOf(trace, field)];
    const some = (test) => found.some(test);
    switch (op) {
        case "eq":
        case "in":
            return some((one) => asked.includes(one));
        case "neq":
        case "not_in":
            return !some((one) => asked.includes(one));
        case "gt":
            return some((one) => one > asked[0]);
        case "gte":
            return some((one) => one >= asked[0]);
        case "lt":
            return some((one) => one < asked[0]);
        case "lte":
            return some((one) => one <= asked[0]);
        case "between":
            return some((one) => one >= Math.min(...asked) && one <= Math.max(...asked));
        case "contains":
            return some((one) => asked.some((needle) => within(needle, one)));
        default:
            return (op === "exists") === found.length > 0;
    }
}

/** A tree: { and: [tree] }, { or: [tree] } or a condition. */
export function matches(tree, trace) {
    if (tree.and) return tree.and.every((one) => matches(one, trace));
    if (tree.or) return tree.or.some((one) => matches(one, trace));
    return holds(tree, trace);
}

export const searched = (needle, trace) =>
    ["trace_id", "name", "operation", "session_id", "thread_id", "identity_id", "model", "provider", "agent_name", "tool_name"].some((field) =>
        valuesOf(trace, field).some((one) => within(needle, one)),
    );

/** The latest end first; ids are told apart by their digits. */
export const latestFirst = (traces) =>
    [...traces].sort((a, b) => (a.end !== b.end ? b.end - a.end : a.trace_id < b.trace_id ? 1 : -1));
