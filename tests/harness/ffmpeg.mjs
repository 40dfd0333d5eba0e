// SPDX-License-Identifier: Apache-2.0
// Pictures made, pushed and read back with ffmpeg. Each frame carries its number as a row of 16 black and white
// blocks, so that a test can say which frame it sees after encoding, cutting and remuxing.
import { run } from "./command.mjs";
import { start } from "./leftovers.mjs";

const blocks = 16;
const blockSize = 20;
const stripHeight = 32;
export const frameSize = { width: blocks * blockSize, height: stripHeight + 160 };

/**
 * The ffmpeg arguments for a source of `seconds` (H.264 and AAC, or one of them). The picture's frames are numbered
 * from `firstFrame`; `filter` is one more ffmpeg filter over the picture below the numbers.
 */
export function sourceArgs({
    seconds = 10,
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
        inputs.push(...pace, "-f", "lavfi", "-i", `sine=frequency=440:sample_rate=48000:duration=${seconds}`);
        codecs.push("-c:a", "aac", "-b:a", "96k", "-ac", "2");
    }
    return [...inputs, ...codecs];
}

/**
 * Publishes to an RTMP address. `ended` resolves to { code, signal } when ffmpeg ends by itself or by `stop()`
 * (finishes what it has begun) or `drop()` (as if its network had gone); `log` is what it said.
 */
export function pushVideo({ url, ...source }) {
    const child = start("ffmpeg", ["-hide_banner", "-loglevel", "warning", ...sourceArgs(source), "-f", "flv", url]);
    child.stdout.resume();
    const push = {
        log: "",
        ended: child.ended,
        stop: () => (child.kill("SIGINT"), child.ended),
        drop: () => (child.kill("SIGKILL"), child.ended),
    };
    child.stderr.setEncoding("utf8").on("data", (text) => (push.log += text));
    return push;
}

/** Decodes every stream of a file or URL to the end; the first complaint of the decoder is an error. */
export async function decodeFully(input, { within = 120_000 } = {}) {
    const args = ["-hide_banner", "-loglevel", "warning", "-xerror", "-i", input, "-map", "0", "-f", "null", "-"];
    const { stderr } = await run("ffmpeg", args, { within });
    if (stderr.trim()) throw new Error(`decoding ${input}: ${stderr}`);
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

function numberOf(gray) {
    const middle = (stripHeight / 2) * frameSize.width + blockSize / 2;
    let number = 0;
    for (let block = 0; block < blocks; ++block) if (gray[middle + block * blockSize] > 127) number |= 1 << block;
    return number;
}
