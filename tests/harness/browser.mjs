// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium without a window, and hls.js as a page loads it.
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

/** The file of hls.js for `page.addScriptTag({ path })`. */
export const hlsScript = createRequire(import.meta.url).resolve("hls.js/dist/hls.min.js");

export function launchBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        // Chromium's sandbox needs user namespaces, which root in a container does not have.
        args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"],
    });
}
