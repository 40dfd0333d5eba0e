// SPDX-License-Identifier: Apache-2.0
// Pictures made, pushed and read back with ffmpeg. Each frame carries its number as a row of 16 black and white
// blocks, so that a test can say which frame it sees after encoding, cutting and remuxing.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "./command.mjs";
import { start, temporaryFolder } from "./leftovers.mjs";

const blocks = 16;
const blockSize = 20;
const stripHeight = 32;
export const frameSize = { width: blocks * blockSize, height: stripHeight + 160 };

/**
 * The ffmpeg arguments for a source of `seconds` (H.264 and AAC, or one of them), whose sound may end earlier. The
 * picture's frames are numbered from `firstFrame`; `filter` is one more ffmpeg filter over the picture below the numbers.
 */
export function sourceArgs({
    seconds = 10,
    soundSeconds = seconds,
    rate = 30,
    keyframeEvery = rate,
    bframes = 2,
    audio = true,
    video = true,
    realtime = true,
    firstFrame = 0,
    filter = "null",
} = {}) {
    const pace = realtime ? ["-re"] : [];
    const { width, height } = frameSize;
    const lit = `255*mod(floor((N+${firstFrame})/pow(2,floor(X/${blockSize}))),2)`;
    const picture =
        `color=black:s=${width}x${stripHeight}:r=${rate}:d=${seconds},format=gray,geq=lum='${lit}',format=yuv420p[strip];` +
        `testsrc2=s=${width}x${height - stripHeight}:r=${rate}:d=${seconds},format=yuv420p,${filter}[below];` +
        "[strip][below]vstack";
    const inputs = [];
    const codecs = [];
    if (video) {
        inputs.push(...pace, "-f", "lavfi", "-i", picture);
        const frames = `keyint=${keyframeEvery}:min-keyint=${keyframeEvery}:scenecut=0:bframes=${bframes}:b-adapt=0`;
        codecs.push("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-pix_fmt", "yuv420p");
        codecs.push("-x264-params", frames);
    }
    if (audio) {
        inputs.push(...pace, "-f", "lavfi", "-i", `sine=frequency=440:sample_rate=48000:duration=${soundSeconds}`);
        codecs.push("-c:a", "aac", "-b:a", "96k", "-ac", "2");
    }
    return [...inputs, ...codecs];
}

/**
 * Publishes to an RTMP address. `ended` resolves to { code, signal } when ffmpeg ends by itself or by `stop()`
 * (finishes what it has begun) or `drop()` (as if its network had gone); `freeze()` makes it silent. `log` is what it
 * said, `sent` the newest report of what it has written: { frames, at (Date.now() when it came) }.
 */
export function pushVideo({ url, ...source }) {
    const quiet = ["-hide_banner", "-loglevel", "warning", "-stats_period", "0.1", "-progress", "pipe:1"];
    const flv = ["-f", "flv", "-flvflags", "no_duration_filesize", url];
    const child = start("ffmpeg", [...quiet, ...sourceArgs(source), ...flv]);
    const push = {
        log: "",
        sent: { frames: 0, at: Date.now() },
        ended: child.ended,
        stop: () => (child.kill("SIGINT"), child.ended),
        drop: () => (child.kill("SIGKILL"), child.ended),
        freeze: () => child.kill("SIGSTOP"),
    };
    child.stdout.setEncoding("utf8").on("data", (text) => {
        for (const [, frames] of text.matchAll(/^frame=(\d+)$/gm))
            push.sent = { frames: Number(frames), at: Date.now() };
    });
    child.stderr.setEncoding("utf8").on("data", (text) => (push.log += text));
    return push;
}

/** Decodes every stream of a file or URL to the end; the first complaint but `except` of the decoder is an error. */
export async function decodeFully(input, { within = 120_000, except } = {}) {
    const args = ["-hide_banner", "-loglevel", "warning", "-xerror", "-i", input, "-map", "0", "-f", "null", "-"];
    const { stderr } = await run("ffmpeg", args, { within });
    const complaints = except ? stderr.replaceAll(except, "") : stderr;
    if (complaints.trim()) throw new Error(`decoding ${input}: ${complaints}`);
}

/**
 * Decodes an HLS recording to the end. libavformat takes one initialization section a playlist, so the segments of
 * each are decoded as a file. Resolves to the number of initialization sections.
 */
export async function decodeHls(url, options) {
    const text = async (from) => {
        const answer = await fetch(from);
        if (!answer.ok) throw new Error(`${from}: ${answer.status}`);
        return answer.text();
    };
    const lines = (playlist) => playlist.split("\n").map((line) => line.trim());
    const variant = lines(await text(url)).find((line) => line && !line.startsWith("#"));
    const media = new URL(variant, url);
    const runs = [];
    for (const line of lines(await text(media))) {
        const map = line.match(/^#EXT-X-MAP:URI="(.+)"$/);
        if (map) runs.push([map[1]]);
        else if (line && !line.startsWith("#")) runs.at(-1).push(line);
    }
    const folder = temporaryFolder("hls");
    for (const [index, names] of runs.entries()) {
        const parts = names.map(async (name) => Buffer.from(await (await fetch(new URL(name, media))).arrayBuffer()));
        const file = join(folder, `${index}.mp4`);
        writeFileSync(file, Buffer.concat(await Promise.all(parts)));
        await decodeFully(file, options);
    }
    return runs.length;
}

/** What ffprobe says about the container and its streams. */
export async function inspect(input, { within = 60_000 } = {}) {
    const args = ["-loglevel", "error", "-show_format", "-show_streams", "-of", "json", input];
    return JSON.parse((await run("ffprobe", args, { within })).stdout);
}

/** The numbered frames as a player shows them: [{ number, seconds }], edit lists applied. */
export async function frames(input, { within = 120_000 } = {}) {
    const times = ["-loglevel", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"];
    const shown = (await run("ffprobe", [...times, "-of", "csv=p=0", input], { within })).stdout.toString();
    const seconds = shown.split("\n").map(Number.parseFloat).filter(Number.isFinite);

    const { width } = frameSize;
    const strip = ["-vf", `crop=${width}:${stripHeight}:0:0`, "-pix_fmt", "gray", "-fps_mode", "passthrough"];
    const raw = (await run("ffmpeg", ["-loglevel", "error", "-i", input, ...strip, "-f", "rawvideo", "-"], { within }))
        .stdout;
    const bytes = width * stripHeight;
    if (raw.length !== seconds.length * bytes)
        throw new Error(`${input}: ffprobe shows ${seconds.length} frames, ffmpeg ${raw.length / bytes}`);
    return seconds.map((at, index) => ({ number: numberOf(raw.subarray(index * bytes)), seconds: at }));
}

/** Width and height of an image that is in memory. */
export async function imageSize(image) {
    const [{ width, height }] = (await inspect(imageFile(image))).streams;
    return { width, height };
}

/** The number that a numbered frame in an image shows; `area` is where on the image it is, else all of it. */
export async function imageNumber(image, { x = 0, y = 0, width = "iw", height = "ih" } = {}) {
    const { width: full, height: all } = frameSize;
    const tile = `crop=${width}:${height}:${x}:${y}:exact=1,scale=${full}:${all}:flags=area`;
    const args = ["-loglevel", "error", "-i", imageFile(image), "-vf", `${tile},crop=${full}:${stripHeight}:0:0`];
    return numberOf((await run("ffmpeg", [...args, "-pix_fmt", "gray", "-f", "rawvideo", "-"])).stdout);
}

let images;
let imageCount = 0;
function imageFile(bytes) {
    images ??= temporaryFolder("images");
    const file = join(images, `${++imageCount}`);
    writeFileSync(file, bytes);
    return file;
}

/**
 * How many of the numbers a publisher's run that was cut off shows: from `first` without a hole, but that B-frames
 * before the last picture, which are decoded after it, may be missing. An error when it is not such a run.
 */
export function lengthOfCutRun(numbers, first = 0, bframes = 2) {
    for (const [index, number] of numbers.entries()) {
        const missing = number - first - index;
        if (missing !== 0 && !(index === numbers.length - 1 && missing > 0 && missing <= bframes))
            throw new Error(`picture ${number} at place ${index} of a run from ${first} of ${numbers.length}`);
    }
    return numbers.length;
}

function numberOf(gray) {
    const middle = (stripHeight / 2) * frameSize.width + blockSize / 2;
    let number = 0;
    for (let block = 0; block < blocks; ++block) if (gray[middle + block * blockSize] > 127) number |= 1 << block;
    return number;
}
