// SPDX-License-Identifier: Apache-2.0
// The whole session as a strip: what was recorded, the gaps, and the spans below, on one scale. A click goes there.
import { recordedRuns } from "./clock.js";
import { element, fill } from "./dom.js";
import { timeOf } from "./format.js";

const kMedia = 18; // px height of the band of media
const kLane = 7; // px height of a lane of spans
const kLanes = 8;
const kStep = 1000; // ms an arrow key moves
const kBigStep = 10_000; // ms: page keys

export class TimeStrip {
    /** `chosen(wallMs)` is called when a moment is chosen. */
    constructor(chosen) {
        this.chosen = chosen;
        this.canvas = element("canvas", {});
        this.head = element("i", { class: "head" });
        this.box = element(
            "div",
            { class: "strip", role: "slider", tabindex: 0, "aria-label": "Moment of the session" },
            this.canvas,
            this.head,
        );
        this.start = element("time", {});
        this.now = element("time", { class: "now" });
        this.end = element("time", {});
        this.root = element("div", {}, this.box, element("div", { class: "ends" }, this.start, this.now, this.end));

        new ResizeObserver(() => this.paint()).observe(this.box);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
        this.box.addEventListener("pointerdown", (event) => {
            this.box.setPointerCapture(event.pointerId);
            this.choose(event);
        });
        this.box.addEventListener("pointermove", (event) => {
            if (this.box.hasPointerCapture(event.pointerId)) this.choose(event);
        });
        this.box.addEventListener("keydown", (event) => this.onKey(event));
    }

    draw(tracks, spans, scale) {
        Object.assign(this, { tracks, spans, scale });
        this.lanes = Math.min(kLanes, 1 + spans.reduce((deepest, { depth }) => Math.max(deepest, depth), 0));
        this.canvas.style.height = `${kMedia + 6 + (spans.length ? this.lanes * kLane : 0)}px`;
        this.start.textContent = timeOf(scale.from);
        this.end.textContent = timeOf(scale.to);
        this.box.setAttribute("aria-valuemin", Math.round(scale.from));
        this.box.setAttribute("aria-valuemax", Math.round(scale.to));
        this.paint();
    }

    moveTo(wallMs) {
        this.wall = wallMs;
        this.head.style.left = `${this.scale.at(wallMs) * 100}%`;
        this.now.textContent = timeOf(wallMs);
        this.box.setAttribute("aria-valuenow", Math.round(wallMs));
        this.box.setAttribute("aria-valuetext", timeOf(wallMs));
    }

    choose(event) {
        const { left, width } = this.box.getBoundingClientRect();
        this.chosen(this.scale.wall(Math.min(1, Math.max(0, (event.clientX - left) / width))));
    }

    onKey(event) {
        const steps = { ArrowRight: kStep, ArrowLeft: -kStep, PageUp: kBigStep, PageDown: -kBigStep };
        const ends = { Home: this.scale?.from, End: this.scale?.to };
        const to = event.key in steps ? (this.wall ?? this.scale.from) + steps[event.key] : ends[event.key];
        if (to === undefined) return;
        event.preventDefault();
        this.chosen(to);
    }

    paint() {
        const width = this.box.clientWidth;
        const height = this.canvas.clientHeight;
        if (!this.scale || !width) return;
        const ratio = devicePixelRatio;
        this.canvas.width = width * ratio;
        this.canvas.height = height * ratio;
        const pen = this.canvas.getContext("2d");
        pen.scale(ratio, ratio);
        const style = getComputedStyle(this.box);
        const color = (name) => style.getPropertyValue(`--${name}`);
        const x = (wallMs) => this.scale.at(wallMs) * width;
        const bar = (from, to, top, thick) => pen.fillRect(x(from), top, Math.max(1.5, x(to) - x(from)), thick);

        pen.fillStyle = color("gap");
        pen.fillRect(0, 0, width, kMedia);
        pen.fillStyle = color("media");
        for (const track of this.tracks) for (const { from, to } of recordedRuns(track)) bar(from, to, 0, kMedia);
        for (const span of this.spans) {
            const lane = Math.min(span.depth, this.lanes - 1);
            pen.fillStyle = color(span.status === "error" ? "error" : span.type);
            bar(span.started_at_ms, span.ended_at_ms, kMedia + 5 + lane * kLane, kLane - 2);
        }
    }
}
