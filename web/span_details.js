// SPDX-License-Identifier: Apache-2.0
// What a chosen span says, with everything its exporter sent: why it failed first.
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
    const { status_message, events = [], attributes = {} } = body.span ?? {};
    fill(
        table,
        ...(status_message ? entry("status", status_message, "why") : []),
        ...events.flatMap(eventEntries),
        ...Object.entries(attributes).flatMap(([key, value]) => entry(key, value)),
    );
}

/** Exceptions by what they say, other events by their name. */
function eventEntries({ name, time, attributes = {} }) {
    const at = timeOf(Date.parse(time));
    const failed = name === "exception";
    return [
        ...entry(`${at} event`, failed ? (attributes["exception.type"] ?? name) : name, failed ? "why" : ""),
        ...Object.entries(attributes).flatMap(([key, value]) => entry(key, value, failed ? "why" : "")),
    ];
}

function entry(key, value, mark = "") {
    const text = typeof value === "string" ? readable(value) : JSON.stringify(value, null, 2);
    return [element("dt", { class: mark }, key), element("dd", {}, element("pre", {}, text))];
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
