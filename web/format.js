// SPDX-License-Identifier: Apache-2.0
// Numbers and times as people read them. Times are milliseconds.

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const time = new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
});
const count = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

export const dateOf = (unixMs) => date.format(unixMs);
export const timeOf = (unixMs) => time.format(unixMs);
export const amount = (number) => count.format(number);

/** 850 ms, 3.2 s, 4:05, 1:02:03 */
export function duration(ms) {
    if (ms < 1000) return `${Math.round(ms)} ms`;
    if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
    return position(ms);
}

/** 0:07, 1:02:03 */
export function position(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const pad = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** Dollars with as many digits as tell something. */
export function money(usd) {
    if (usd === 0) return "$0";
    if (usd >= 1) return `$${usd.toFixed(2)}`;
    return `$${usd.toFixed(Math.min(8, 2 - Math.floor(Math.log10(usd)) - 1))}`;
}
