// SPDX-License-Identifier: Apache-2.0
// The spans as an indented list, each with its time as a bar; which of them run at a moment is lit and kept in view.
import { element, fill } from "./dom.js";
import { amount, duration, money, position } from "./format.js";

const kShortest = 250; // ms a span is lit at least, so that the eye can follow
const kIndent = 14; // px
const kRounding = 1; // ms: a player keeps a little less than the time it is sent to
const kMany = 500; // rows from which on those out of sight are not laid out

/** Parents before their children, each by start. The server has cut cycles: a root is of depth 0. */
export function inTreeOrder(spans) {
    const id = (span, key) => `${span.trace_id}/${span[key]}`;
    const known = new Set(spans.map((span) => id(span, "span_id")));
    const children = new Map();
    const roots = [];
    for (const span of spans) {
        const parent = id(span, "parent_span_id");
        if (span.depth === 0 || !known.has(parent)) roots.push(span);
        else if (children.has(parent)) children.get(parent).push(span);
        else children.set(parent, [span]);
    }
    const ordered = [];
    const open = roots.reverse();
    while (open.length) {
        const span = open.pop();
        ordered.push(span);
        for (const child of (children.get(id(span, "span_id")) ?? []).reverse()) open.push(child);
    }
    return ordered;
}

export const isCurrent = (span, sessionId, mediaMs) =>
    span.recorded &&
    span.stream_session_id === sessionId &&
    span.media_start_ms <= mediaMs + kRounding &&
    mediaMs < Math.max(span.media_end_ms, span.media_start_ms + kShortest);

export class SpanTree {
    /** `chosen(span)` is called when one is clicked. */
    constructor(chosen) {
        this.list = element("ol", { class: "spans", "aria-label": "Spans" });
        this.chosen = chosen;
        this.follow = true;
        this.rows = [];
        this.lit = [];
        this.list.addEventListener("keydown", (event) => this.onKey(event));
        for (const name of ["wheel", "touchmove"])
            this.list.addEventListener(name, () => this.onScrolled?.(), { passive: true });
    }

    draw(spans, scale) {
        const from = spans[0]?.started_at_ms;
        this.rows = inTreeOrder(spans).map((span) => ({ span, item: this.row(span, scale, from) }));
        fill(this.list, ...this.rows.map(({ item }) => item));
        this.list.classList.toggle("many", this.rows.length >= kMany);
        this.lit = [];
        this.mark(this.selected);
    }

    row(span, scale, from) {
        const start = scale.at(span.started_at_ms);
        const length = scale.at(span.ended_at_ms) - start;
        const bar = element("span", { class: "time" }, element("i", {}));
        bar.firstChild.style.left = `${start * 100}%`;
        bar.firstChild.style.width = `${length * 100}%`;
        const name = element(
            "span",
            { class: "name" },
            element("b", { class: `dot ${span.type}` }),
            element("span", {}, span.name || span.operation || span.span_id),
            span.model ? element("em", {}, span.model) : null,
            span.status === "error" ? element("span", { class: "badge error" }, "error") : null,
        );
        name.style.paddingInlineStart = `${Math.min(span.depth, 12) * kIndent}px`;
        const at = span.media_start_ms ?? span.started_at_ms - from;
        const button = element(
            "button",
            { type: "button", class: `entry ${span.type}`, title: whenSeen(span) },
            element("span", { class: "at" }, position(at)),
            name,
            element("span", { class: "number tokens" }, span.usage ? amount(span.usage.total_tokens) : ""),
            element("span", { class: "number cost" }, span.cost ? money(span.cost.total) : ""),
            element("span", { class: "number length" }, duration(span.ended_at_ms - span.started_at_ms)),
            bar,
        );
        button.addEventListener("click", () => this.chosen(span));
        return element("li", { class: span.recorded ? "" : "unseen" }, button);
    }

    /** Up and down go through the list; the browser's own Enter and Space choose. */
    onKey(event) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const from = this.rows.findIndex(({ item }) => item.contains(document.activeElement));
        const to = step && this.rows[from + step];
        if (!to) return;
        event.preventDefault();
        to.item.firstChild.focus();
    }

    light(sessionId, mediaMs) {
        const lit = this.rows.filter(({ span }) => isCurrent(span, sessionId, mediaMs));
        if (lit.length === this.lit.length && lit.every((row, index) => row === this.lit[index])) return;
        for (const { item } of this.lit) item.classList.remove("lit"), item.removeAttribute("aria-current");
        for (const { item } of lit) item.classList.add("lit"), item.setAttribute("aria-current", "time");
        this.lit = lit;
        if (this.follow && lit.length) this.bringIntoView(lit.at(-1).item);
    }

    mark(span) {
        this.selected = span;
        const same = (other) => other.trace_id === span?.trace_id && other.span_id === span?.span_id;
        for (const { span: one, item } of this.rows) item.classList.toggle("selected", same(one));
    }

    /** Within the list: scrollIntoView would move the page on a phone. */
    bringIntoView(item) {
        const list = this.list;
        const top = item.offsetTop - list.offsetTop;
        if (top >= list.scrollTop && top + item.offsetHeight <= list.scrollTop + list.clientHeight) return;
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        list.scrollTo({ top: top - list.clientHeight / 2, behavior: calm ? "auto" : "smooth" });
    }
}

function whenSeen(span) {
    if (span.recorded) return "";
    return span.media_start_ms === undefined ? "No video of it" : "Not in the video: goes to the nearest moment";
}
