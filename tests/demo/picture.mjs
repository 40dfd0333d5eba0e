// SPDX-License-Identifier: Apache-2.0
// The demo's video: who speaks and what the agent does, with the sound of it as a moving wave.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { start, temporaryFolder } from "../harness/leftovers.mjs";

const rate = 30;
const size = "1280x720";
const lamps = [
    { name: "caller", color: "0x34d399", x: 80 },
    { name: "model", color: "0x38bdf8", x: 230 },
    { name: "tool", color: "0xfbbf24", x: 370 },
    { name: "agent", color: "0xa78bfa", x: 480 },
];
const tones = { caller: 196, agent: 330, tool: 880 };

const during = ({ from, to }) => `gte(t,${from.toFixed(3)})*lt(t,${to.toFixed(3)})`;

/** [{ lamp, from, to, text? }] in order. */
function scenes(turns) {
    return turns.flatMap(({ caller, steps, agent }) => [
        { lamp: "caller", ...caller },
        ...steps.map(({ kind, name, from, to }) => ({ lamp: kind, from, to, call: name })),
        { lamp: "agent", ...agent },
    ]);
}

/** Sample by sample only what sounds at that moment is computed. */
function sound(shown) {
    return shown
        .filter(({ lamp }) => tones[lamp])
        .reduce((rest, { lamp, ...moment }) => `if(${during(moment)},${voice(lamp)},${rest})`, "0");
}

function voice(lamp) {
    if (lamp === "tool") return `0.04*sin(2*PI*${tones.tool}*t)`;
    const pitch = `${tones[lamp]}*t+3*sin(2*PI*1.7*t)`;
    const harmonics = [1, 2, 3, 4, 6].map((harmonic) => `sin(2*PI*${harmonic}*(${pitch}))/${harmonic}`);
    return `0.15*(${harmonics.join("+")})*(0.5+0.5*sin(2*PI*4.5*t))`;
}

/** ffmpeg draws text from files: nothing in it needs escaping then. */
function drawnText(shown, folder) {
    const filters = [];
    const draw = (text, options) => {
        const file = join(folder, `text-${filters.length}`);
        writeFileSync(file, text);
        filters.push(`drawtext=font=Sans:expansion=none:textfile=${file}:${options}`);
    };
    draw("Travel desk", "x=80:y=64:fontsize=44:fontcolor=0xececf2");
    for (const { name, color, x } of lamps) {
        const own = shown.filter(({ lamp }) => lamp === name);
        const lit = own.map(during).join("+") || "0";
        draw(name, `x=${x}:y=160:fontsize=30:fontcolor=0x4b4b5c:enable='not(${lit})'`);
        draw(name, `x=${x}:y=160:fontsize=30:fontcolor=${color}:enable='${lit}'`);
    }
    for (const { lamp, text, call, ...moment } of shown) {
        const { color } = lamps.find(({ name }) => name === lamp);
        const line = text ?? (call ? `${call}(…)` : "…");
        draw(line, `x=80:y=580:fontsize=36:fontcolor=${color}:enable='${during(moment)}'`);
    }
    filters.push("drawtext=font=Sans:text='%{pts\\:hms}':x=w-tw-80:y=76:fontsize=28:fontcolor=0x7a7a8c");
    return filters.join(",");
}

/** Publishes `seconds` of it to an RTMP address in real time. Resolves when ffmpeg has ended. */
export async function pushPicture({ url, turns, seconds }) {
    const shown = scenes(turns);
    const graph =
        `aevalsrc='${sound(shown)}':s=16000:d=${seconds},asplit[wave][out1];` +
        `[wave]aresample=6000,showspectrum=s=560x130:slide=scroll:overlap=0.55:color=magma:scale=log:drange=70,` +
        `fps=${rate},scale=1120:260[shape];` +
        `color=black:s=${size}:r=${rate}:d=${seconds}[ground];` +
        `[ground][shape]overlay=80:270:shortest=1,${drawnText(shown, temporaryFolder("demo"))},format=yuv420p[out0]`;
    const args = ["-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", graph];
    args.push("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", String(rate), "-b:v", "1500k");
    args.push("-c:a", "aac", "-b:a", "96k", "-f", "flv", url);
    const child = start("ffmpeg", args);
    let said = "";
    child.stdout.resume();
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    const { code } = await child.ended;
    if (code !== 0) throw new Error(`ffmpeg could not publish the picture\n${said}`);
}
