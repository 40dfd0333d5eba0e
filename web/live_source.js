// SPDX-License-Identifier: Apache-2.0
// Feeds a <video> from an HLS playlist of fMP4 segments (RFC 8216) through Media Source Extensions. Unlike a general
// HLS player it leaves media times alone, so that currentTime is the recording's own media time.

const kAhead = 20; // s to have before the playhead
const kBehind = 60; // s kept behind it
const kFromEdge = 3; // s before the newest moment, where live playback begins
const kPause = 250; // ms between two looks
const kRetry = 1000; // ms after a failed fetch
const kHole = 0.5; // s: a hole this short is jumped over

export const canFeed = () => "ManagedMediaSource" in globalThis || "MediaSource" in globalThis;

export class LiveSource {
    /**
     * `url` is a multivariant playlist. `startOf(number)` gives the media start (s) of a segment, if it is known;
     * `at` is where to begin (s); without it that is near the newest moment. `failed(message)` is called once.
     */
    constructor(video, url, { startOf, at, failed }) {
        Object.assign(this, { video, startOf, at, failed });
        this.url = new URL(url, location.href);
        this.stopped = new AbortController();
        this.segments = [];
        this.ended = false;
        this.source = new (globalThis.ManagedMediaSource ?? globalThis.MediaSource)();
        video.disableRemotePlayback = true; // ManagedMediaSource asks for it
        video.src = URL.createObjectURL(this.source);
        this.run().catch((error) => this.stopped.signal.aborted || failed(error.message));
    }

    stop() {
        this.stopped.abort();
        URL.revokeObjectURL(this.video.src);
        this.video.removeAttribute("src");
        this.video.load();
    }

    /** The newest moment (s). */
    get edge() {
        const last = this.segments.at(-1);
        return last ? last.start + last.duration : 0;
    }

    async run() {
        const signal = this.stopped.signal;
        await new Promise((resolve) => this.source.addEventListener("sourceopen", resolve, { once: true, signal }));
        const variant = multivariant(await this.text(this.url));
        this.playlist = new URL(variant.uri, this.url);
        this.buffer = this.source.addSourceBuffer(`video/mp4; codecs="${variant.codecs}"`);
        this.source.duration = Infinity;
        await this.refresh();
        this.seek(this.at ?? this.edge - kFromEdge);
        this.video.addEventListener("seeking", () => this.position(), { signal });
        while (!signal.aborted) await this.step();
    }

    /** Moves the playhead into what there is. */
    seek(seconds) {
        const first = this.segments[0]?.start ?? 0;
        this.video.currentTime = Math.max(first, Math.min(seconds, this.edge - 0.05));
        this.position();
    }

    /** The next segment to append is the one of the playhead, unless it is there. */
    position() {
        const at = this.video.currentTime;
        const range = this.bufferedAround(at);
        const from = range ? range.end : at;
        const found = this.segments.findIndex((segment) => segment.start + segment.duration > from + 0.01);
        this.next = found < 0 ? (this.segments.at(-1)?.number ?? -1) + 1 : this.segments[found].number;
    }

    async step() {
        const ahead = (this.bufferedAround(this.video.currentTime)?.end ?? 0) - this.video.currentTime;
        const segment = ahead < kAhead ? this.segments.find(({ number }) => number >= this.next) : undefined;
        if (segment) return this.append(segment);
        this.jumpHole();
        await this.trim();
        if (!this.ended && performance.now() > this.refreshAt) return this.refresh();
        if (this.ended && this.next > this.segments.at(-1)?.number && this.source.readyState === "open")
            this.source.endOfStream();
        await sleep(kPause);
    }

    async append(segment) {
        const wanted = this.next;
        if (segment.init !== this.init) {
            await this.put(await this.bytes(segment.init));
            this.init = segment.init;
        }
        const bytes = await this.bytes(segment.uri);
        if (this.stopped.signal.aborted) return;
        await this.put(bytes);
        if (this.next === wanted) this.next = segment.number + 1; // else a seek asked for another one meanwhile
    }

    put(bytes) {
        return this.change(() => this.buffer.appendBuffer(bytes));
    }

    async trim() {
        const start = this.buffer.buffered.length ? this.buffer.buffered.start(0) : 0;
        const end = this.video.currentTime - kBehind;
        if (end - start > kBehind) await this.change(() => this.buffer.remove(start, end));
    }

    /** One change of the buffer at a time: ends with it, or when everything is stopped. */
    change(begin) {
        return new Promise((resolve, reject) => {
            const once = { once: true, signal: this.stopped.signal };
            this.stopped.signal.addEventListener("abort", resolve, { once: true });
            this.buffer.addEventListener("updateend", resolve, once);
            this.buffer.addEventListener("error", () => reject(new Error("The browser cannot play this video.")), once);
            if (!this.stopped.signal.aborted) begin();
        });
    }

    /** Where a publisher came back, sound and picture rarely ended together: playback stops before the hole. */
    jumpHole() {
        const { video } = this;
        if (video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA) return;
        const next = ranges(video.buffered).find(({ start }) => start > video.currentTime);
        if (next && next.start - video.currentTime < kHole) video.currentTime = next.start;
    }

    bufferedAround(seconds) {
        const filled = [];
        for (const range of ranges(this.buffer.buffered)) {
            if (filled.length && range.start - filled.at(-1).end < kHole) filled.at(-1).end = range.end;
            else filled.push(range);
        }
        return filled.find(({ start, end }) => start <= seconds + kHole && seconds < end);
    }

    async refresh() {
        const { segments, ended, target } = mediaPlaylist(await this.text(this.playlist), this.playlist);
        this.refreshAt = performance.now() + target * 500;
        this.ended = ended;
        let at = segments.length ? this.startOf(segments[0].number) : undefined;
        at ??= this.segments.find(({ number }) => number === segments[0]?.number)?.start ?? 0;
        for (const segment of segments) {
            segment.start = at;
            at += segment.duration;
        }
        this.segments = segments;
        if (!ended && segments.length) this.source.setLiveSeekableRange(segments[0].start, this.edge);
    }

    async text(url) {
        return new TextDecoder().decode(await this.bytes(url));
    }

    async bytes(url) {
        for (let tries = 0; ; ++tries) {
            const response = await fetch(url, { signal: this.stopped.signal }).catch((error) => ({ error }));
            if (response.ok) return response.arrayBuffer();
            if (this.stopped.signal.aborted || tries === 3)
                throw new Error(`The video stopped coming (${response.status ?? response.error.message}).`);
            await sleep(kRetry);
        }
    }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function ranges(buffered) {
    return Array.from({ length: buffered.length }, (_, i) => ({ start: buffered.start(i), end: buffered.end(i) }));
}

function multivariant(text) {
    const lines = text.split(/\r?\n/);
    const at = lines.findIndex((line) => line.startsWith("#EXT-X-STREAM-INF:"));
    const codecs = lines[at]?.match(/CODECS="([^"]*)"/)?.[1];
    if (!codecs) throw new Error("The playlist names no codecs.");
    return { codecs, uri: lines[at + 1] };
}

function mediaPlaylist(text, base) {
    const segments = [];
    let number = 0;
    let target = 2;
    let init;
    let duration;
    for (const line of text.split(/\r?\n/)) {
        const [tag, value] = line.split(/:(.*)/s);
        if (tag === "#EXT-X-MEDIA-SEQUENCE") number = Number(value);
        else if (tag === "#EXT-X-TARGETDURATION") target = Number(value);
        else if (tag === "#EXT-X-MAP") init = new URL(value.match(/URI="([^"]*)"/)[1], base).href;
        else if (tag === "#EXTINF") duration = Number.parseFloat(value);
        else if (line && !line.startsWith("#"))
            segments.push({ number: number++, duration, init, uri: new URL(line, base).href });
    }
    return { segments, target, ended: text.includes("#EXT-X-ENDLIST") };
}
