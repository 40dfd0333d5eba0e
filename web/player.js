// SPDX-License-Identifier: Apache-2.0
// One <video> for the tracks of a time line: the MP4 of a finished recording, the playlist of anything that still
// grows. Its clock is the media time of the track in milliseconds.
import { canFeed, LiveSource } from "./live_source.js";
import { element, fill } from "./dom.js";

const kNearEdge = 8; // s: playing so close to the newest moment is "live"

export class Player {
    /** `changed()` is called when time or state of playback change. */
    constructor(place, changed) {
        this.video = element("video", { controls: true, playsinline: true, preload: "auto" });
        this.live = element("button", { type: "button", class: "golive", hidden: true }, "Go to live");
        this.message = element("p", { class: "error", role: "alert", hidden: true });
        this.changed = changed;
        fill(place, this.video, this.live, this.message);
        for (const name of ["timeupdate", "seeked", "play", "pause", "loadedmetadata"])
            this.video.addEventListener(name, () => this.tell());
        this.live.addEventListener("click", () => (this.source?.seek(Infinity), this.video.play()));
        const frame = () => {
            if (!this.video.paused) this.tell();
            requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    }

    tell() {
        this.live.hidden = !this.isLive || this.source.edge - this.video.currentTime < kNearEdge;
        this.changed();
    }

    get isLive() {
        return Boolean(this.source && !this.source.ended && this.track.state === "live");
    }

    get mediaMs() {
        return this.video.currentTime * 1000;
    }

    /** Takes the track's newest description; starts anew only when it is another one, or became playable. */
    show(track, atMs) {
        const other = track.stream_session_id !== this.track?.stream_session_id;
        this.track = track;
        if (!other && this.video.src) return;
        this.source?.stop();
        this.source = undefined;
        this.message.hidden = true;
        if (track.mp4_url) this.playFile(track.mp4_url, atMs);
        else if (canFeed()) this.feed(track, atMs);
        else this.playFile(track.recording_url ?? track.live_url, atMs); // Apple's players read playlists themselves
    }

    playFile(url, atMs) {
        this.video.src = url;
        if (atMs) this.video.currentTime = atMs / 1000;
    }

    feed(track, atMs) {
        const url = track.recording_url ?? track.live_url;
        if (!url) return;
        const startOf = (number) => {
            const segment = this.track.segments.find((one) => one.number === number);
            return segment && segment.media_start_ms / 1000;
        };
        this.source = new LiveSource(this.video, url, {
            startOf,
            at: atMs === undefined ? (track.state === "live" ? undefined : 0) : atMs / 1000,
            failed: (message) => {
                this.message.textContent = message;
                this.message.hidden = false;
            },
        });
        if (track.state === "live") this.video.play().catch(() => {}); // browsers may want a click first
    }

    seek(track, mediaMs) {
        if (track.stream_session_id !== this.track?.stream_session_id) return this.show(track, mediaMs);
        if (this.source) this.source.seek(mediaMs / 1000);
        else this.video.currentTime = mediaMs / 1000;
    }
}
