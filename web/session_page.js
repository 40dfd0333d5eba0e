// SPDX-License-Identifier: Apache-2.0
// One session: its video with its spans beside it, both on one clock.
import { get, poll } from "./api.js";
import { foldedScale, mediaAt, recordedRuns, wallAt } from "./clock.js";
import { element, fill } from "./dom.js";
import { amount, dateOf, duration, money } from "./format.js";
import { Player } from "./player.js";
import { titleOf } from "./session_list.js";
import { showDetails } from "./span_details.js";
import { SpanTree } from "./span_tree.js";
import { TimeStrip } from "./time_strip.js";

const kLiveRefresh = 1500; // ms
const kIdleRefresh = 10_000; // ms: spans may come late

export async function showSession(main, trail, id) {
    const page = new SessionPage(main, trail, `/v1/sessions/${encodeURIComponent(id)}`);
    poll(() => page.refresh(), await page.refresh());
}

class SessionPage {
    constructor(main, trail, path) {
        this.path = path;
        this.trail = trail;
        this.heading = element("div", { class: "heading" });
        this.picture = element("div", { class: "picture" });
        this.details = element("section", { class: "details", "aria-label": "Chosen span" });
        this.strip = new TimeStrip((wallMs) => this.goTo(wallMs));
        this.tree = new SpanTree((span) => this.choose(span));
        this.follow = element("input", { type: "checkbox", id: "follow", checked: true });
        this.following = element("label", { for: "follow" }, this.follow, " follow the video");
        this.count = element("span", { class: "hint" });
        this.follow.addEventListener("change", () => (this.tree.follow = this.follow.checked));
        this.tree.onScrolled = () => (this.tree.follow = this.follow.checked = false);
        fill(
            main,
            this.heading,
            element(
                "div",
                { class: "session" },
                element("div", { class: "left" }, this.picture, this.strip.root, this.details),
                element(
                    "section",
                    { class: "right", "aria-label": "Spans" },
                    element(
                        "div",
                        { class: "toolbar" },
                        element("h2", {}, "Spans"),
                        this.count,
                        this.following,
                    ),
                    this.tree.list,
                ),
            ),
        );
    }

    /** The milliseconds until the next time. */
    async refresh() {
        const { body, etag } = await get(`${this.path}/timeline`);
        if (etag !== this.seen) {
            const { body: session } = await get(this.path);
            this.seen = etag;
            this.draw(session, body);
        }
        return this.media.some(({ complete }) => !complete) ? kLiveRefresh : kIdleRefresh;
    }

    draw(session, { media, spans, truncated }) {
        this.media = media;
        this.tracks = media.filter(({ segments }) => segments.length > 0);
        this.spans = spans;
        this.describe(session);
        this.count.textContent = truncated ? `the first ${spans.length}` : String(spans.length);
        this.scale = foldedScale([
            ...this.tracks.flatMap(recordedRuns),
            ...spans.map(({ started_at_ms, ended_at_ms }) => ({ from: started_at_ms, to: ended_at_ms })),
        ]);
        this.strip.root.hidden = !this.scale;
        this.following.hidden = !this.tracks.length;
        this.tree.list.classList.toggle("beside-video", this.tracks.length > 0);
        if (this.scale) {
            this.strip.draw(this.tracks, spans, this.scale);
            this.tree.draw(spans, this.scale);
        }
        this.drawPlayer();
    }

    drawPlayer() {
        const playable = this.tracks.filter((track) => track.mp4_url ?? track.recording_url ?? track.live_url);
        if (!playable.length) {
            const why = this.tracks.length ? "This broadcast was not recorded." : "No video belongs to this session.";
            if (!this.player) fill(this.picture, element("p", { class: "novideo" }, why));
            return;
        }
        this.player ??= new Player(this.picture, () => this.follows());
        const same = ({ stream_session_id }) => stream_session_id === this.player.track?.stream_session_id;
        this.player.show(playable.find(same) ?? playable.find(({ state }) => state === "live") ?? playable[0]);
        this.follows();
    }

    describe(session) {
        const all = [session, ...session.joined];
        const traces = all.filter(({ kind }) => kind === "trace");
        const sum = (value) => traces.reduce((total, one) => total + value(one), 0);
        const fact = (name, value) => element("div", {}, element("dt", {}, name), element("dd", {}, value));
        const live = all.some(({ state }) => state === "live");
        const title = session.name || all.find(({ name }) => name)?.name || titleOf(session);
        document.title = `${title} · Spanreel`;
        fill(this.trail, element("a", { href: "/" }, "Sessions"));
        fill(
            this.heading,
            element("h1", {}, title, live ? element("span", { class: "badge live" }, "live") : null),
            element(
                "dl",
                { class: "facts" },
                fact("Started", dateOf(session.started_at_ms)),
                fact("Length", duration(session.duration_ms)),
                traces.length ? fact("Tokens", amount(sum(({ usage }) => usage.total_tokens))) : null,
                traces.length ? fact("Cost", money(sum(({ cost }) => cost.total))) : null,
            ),
            element(
                "p",
                { class: "ids" },
                ...all.map(({ kind, id }) => element("span", {}, `${kind} session `, element("code", {}, id))),
            ),
        );
    }

    /** The video has moved: strip and spans follow. */
    follows() {
        const track = this.tracks.find((one) => one.stream_session_id === this.player.track.stream_session_id);
        if (!track) return;
        this.strip.moveTo(wallAt(track, this.player.mediaMs));
        this.tree.light(track.stream_session_id, this.player.mediaMs);
    }

    choose(span) {
        this.tree.mark(span);
        showDetails(this.details, span);
        const track = this.tracks.find((one) => one.stream_session_id === span.stream_session_id);
        if (track && this.player) this.player.seek(track, span.media_start_ms);
        else this.strip.moveTo(span.started_at_ms);
    }

    goTo(wallMs) {
        const away = (track) => {
            const last = track.segments.at(-1);
            const end = last.started_at_ms + last.duration_ms;
            return Math.max(0, track.segments[0].started_at_ms - wallMs, wallMs - end);
        };
        const [nearest] = [...this.tracks].sort((a, b) => away(a) - away(b));
        if (nearest && this.player) this.player.seek(nearest, mediaAt(nearest, wallMs));
        else this.strip.moveTo(wallMs);
    }
}
