// SPDX-License-Identifier: Apache-2.0
// What a chosen span says, with everything its exporter sent.
import { get } from "./api.js";
import { element, fill } from "./dom.js";
import { amount, duration, money, timeOf } from "./format.js";

let latest;

export async function showDetails(place, span) {
    latest = span;
    const table = element("dl", { class: "attributes" });
    const facts = [
        timeOf(span.started_at_ms),
        duration(span.ended_at_ms - span.started_at_ms),
        span.model,
        span.usage && `${amount(span.usage.prompt_tokens)} + ${amount(span.usage.completion_tokens)} tokens`,
        span.cost && money(span.cost.total),
        span.status === "unset" ? undefined : span.status,
    ];
    fill(
        place,
        element("h2", {}, element("b", { class: `dot ${span.type}` }), span.name || span.span_id),
        element("p", { class: "hint" }, facts.filter(Boolean).join(" · ")),
        table,
    );
    const { body } = await get(`/v3/traces/${span.trace_id}/spans/${span.span_id}`).catch(() => ({ body: {} }));
    if (latest !== span) return;
    fill(table, ...Object.entries(body.span?.attributes ?? {}).flatMap(([key, value]) => entry(key, value)));
}

function entry(key, value) {
    const text = typeof value === "string" ? readable(value) : JSON.stringify(value, null, 2);
    return [element("dt", {}, key), element("dd", {}, element("pre", {}, text))];
}

/** Exporters send messages as JSON in a text. */
function readable(text) {
    if (!/^\s*[[{]/.test(text)) return text;
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}
