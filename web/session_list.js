// SPDX-License-Identifier: Apache-2.0
// All sessions of both kinds, newest first.
import { get, poll } from "./api.js";
import { element, fill } from "./dom.js";
import { amount, dateOf, duration, money } from "./format.js";

const kPage = 50;
const kRefresh = 5000; // ms

export async function showSessionList(main) {
    document.title = "Sessions · Spanreel";
    const rows = element("ul", { class: "sessions" });
    const more = element("button", { type: "button", hidden: true }, "Show older ones");
    fill(main, element("h1", {}, "Sessions"), rows, more);

    let older = []; // what "more" brought
    let first = { data: [] };
    let next;
    const draw = () => {
        const sessions = [...first.data, ...older];
        fill(rows, ...sessions.map((session) => row(session, sessions)));
        if (!sessions.length) fill(rows, invitation());
        more.hidden = !next;
    };
    more.addEventListener("click", async () => {
        const { body } = await get(`/v1/sessions?limit=${kPage}&after=${encodeURIComponent(next)}`);
        older.push(...body.data);
        next = body.next;
        draw();
    });

    let seen;
    const refresh = async () => {
        const { body, etag } = await get(`/v1/sessions?limit=${kPage}`);
        if (etag !== seen && !older.length) {
            first = body;
            next = body.next;
            seen = etag;
            draw();
        }
        return kRefresh;
    };
    poll(refresh, await refresh());
}

export const titleOf = (session) => session.name || session.external_id || session.id;

function row(session, all) {
    const trace = session.kind === "trace";
    const other = counterpart(session, all);
    const title = session.name || other?.name || titleOf(session);
    const key = trace ? session.external_id : session.id;
    const state = session.state === "live" ? element("span", { class: "badge live" }, "live") : null;
    return element(
        "li",
        {},
        element(
            "a",
            { href: `/sessions/${encodeURIComponent(session.id)}` },
            element("span", { class: `kind ${session.kind}` }, trace ? "spans" : "video"),
            element(
                "span",
                { class: "what" },
                element("strong", {}, title),
                state,
                other ? element("span", { class: "badge" }, "joined") : null,
                key === title ? null : element("small", {}, key),
            ),
            ...(trace ? sums(session) : []),
            element("span", { class: "number length" }, duration(session.duration_ms)),
            element("time", { datetime: session.started_at }, dateOf(session.started_at_ms)),
        ),
    );
}

function sums({ traces_count, usage, cost }) {
    return [
        element("span", { class: "number traces" }, traces_count === 1 ? "1 trace" : `${amount(traces_count)} traces`),
        element("span", { class: "number tokens" }, `${amount(usage.total_tokens)} tokens`),
        element("span", { class: "number cost" }, money(cost.total)),
    ];
}

/** By key and as far as the other one is in the list; the session's own page knows for sure. */
function counterpart(session, all) {
    const named = (trace, stream) => [stream.id, stream.stream_id, stream.playback_id].includes(trace.external_id);
    return session.kind === "trace"
        ? all.find((other) => other.kind === "stream" && named(session, other))
        : all.find((other) => other.kind === "trace" && named(other, session));
}

function invitation() {
    const variables =
        `export OTEL_EXPORTER_OTLP_ENDPOINT=${location.protocol}//${location.hostname}:4318\n` +
        `export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n` +
        `export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20<your API key>"`;
    return element(
        "li",
        { class: "empty" },
        element("h2", {}, "Nothing has been recorded yet"),
        element("p", {}, "Send spans from any OpenTelemetry SDK:"),
        element("pre", {}, variables),
        element(
            "p",
            {},
            "Push video to a stream with OBS or ffmpeg, or run ",
            element("code", {}, "make demo"),
            " to see both at once.",
        ),
    );
}
