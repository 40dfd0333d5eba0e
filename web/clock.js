// SPDX-License-Identifier: Apache-2.0
// Media time and wall clock by the anchors of a time line's segments. All times are milliseconds.

/** The position of the last item whose `key` is not above `value`, by halving; -1 when there is none. */
function lastUpTo(items, key, value) {
    let low = 0;
    let high = items.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (items[middle][key] <= value) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

export function wallAt(track, mediaMs) {
    const segment = track.segments[Math.max(0, lastUpTo(track.segments, "media_start_ms", mediaMs))];
    return segment.started_at_ms + mediaMs - segment.media_start_ms;
}

/** What lies in a gap falls on its edge. */
export function mediaAt(track, wallMs) {
    const segment = track.segments[Math.max(0, lastUpTo(track.segments, "started_at_ms", wallMs))];
    const into = Math.min(Math.max(0, wallMs - segment.started_at_ms), segment.duration_ms);
    return segment.media_start_ms + into;
}

/** Stretches of the wall clock that were recorded without a gap: [{ from, to }]. */
export function recordedRuns(track) {
    const kSame = 100; // anchors of one connection differ by less
    const runs = [];
    for (const { started_at_ms: from, duration_ms } of track.segments) {
        const last = runs.at(-1);
        if (last && from - last.to < kSame) last.to = from + duration_ms;
        else runs.push({ from, to: from + duration_ms });
    }
    return runs;
}

/**
 * A scale from the wall clock to 0..1 over what happened. Where nothing did for long, the scale is folded, so that two
 * broadcasts with a night between them are still seen side by side.
 */
export function foldedScale(stretches) {
    const pieces = [];
    for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
        const last = pieces.at(-1);
        if (last && from <= last.to) last.to = Math.max(last.to, to);
        else pieces.push({ from, to });
    }
    if (!pieces.length) return undefined;
    const busy = Math.max(1, pieces.reduce((sum, { from, to }) => sum + to - from, 0));
    const longest = busy * 0.1;
    let at = 0;
    const points = []; // wall clock and length so far, at each end of a piece
    for (const [index, { from, to }] of pieces.entries()) {
        if (index) at += Math.min(from - pieces[index - 1].to, longest);
        points.push({ wall: from, at });
        at += to - from;
        points.push({ wall: to, at });
    }
    const total = Math.max(1, at);
    const convert = (value, key, other) => {
        const before = lastUpTo(points, key, value);
        if (before < 0) return points[0][other];
        const from = points[before];
        const to = points[before + 1] ?? from;
        const share = to[key] > from[key] ? (value - from[key]) / (to[key] - from[key]) : 0;
        return from[other] + share * (to[other] - from[other]);
    };
    return {
        from: points[0].wall,
        to: points.at(-1).wall,
        at: (wallMs) => convert(wallMs, "wall", "at") / total,
        wall: (share) => convert(share * total, "at", "wall"),
    };
}
