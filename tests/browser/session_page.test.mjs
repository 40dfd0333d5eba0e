// SPDX-License-Identifier: Apache-2.0
// The console in Chromium on one played demo: live, recorded, with the keyboard, on a phone. SPANREEL_SCREENSHOT names
// the file to draw the README's picture into.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { playDemo } from "../demo/play.mjs";
import { launchBrowser } from "../harness/browser.mjs";
import { pushVideo } from "../harness/ffmpeg.mjs";
import { startServer } from "../harness/server.mjs";
import { modelSpan, sendSpans } from "../harness/spans.mjs";
import { waitFor } from "../harness/waiting.mjs";

const screenshot = process.env.SPANREEL_SCREENSHOT;
const seconds = screenshot ? 20 : 6;
const hostile = "<img src=x onerror=document.title='taken'>";

let server, browser, context, page, id, ended;
const complaints = [];

before(async () => {
    server = await startServer({ args: ["--reconnect-window", "1"] });
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await open(context);
    ({ id, ended } = await playDemo(server, { seconds }));
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(where) {
    const opened = await where.newPage();
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    return opened;
}

const videoTime = () => page.$eval("video", (video) => video.currentTime);
const litNames = () =>
    page.$$eval(".lit .name > span:first-of-type", (names) => names.map(({ textContent }) => textContent));
const timeline = () => server.json(`/v1/sessions/${id}/timeline`);
const spanNamed = async (name) => (await timeline()).spans.find((span) => span.name === name);

test("a live session plays near its newest moment and shows spans as they come", async () => {
    await page.goto(`${server.url}/sessions/${id}#key=${server.key}`);
    assert.ok(!page.url().includes(server.key), "the key leaves the address bar");
    await waitFor("the live picture", async () => (await videoTime()) > 1, { within: 15_000 });
    const before = await videoTime();
    await waitFor("the picture to move", async () => (await videoTime()) > before + 0.5);
    const { media } = await timeline();
    const last = media[0].segments.at(-1);
    const behind = (last.media_start_ms + last.duration_ms) / 1000 - (await videoTime());
    assert.ok(behind < 6, `${behind} s behind the newest segment`);
    await waitFor("the spans", () => page.$(".spans >> text=execute_tool search_timetable"), { within: 15_000 });
    assert.ok(await page.$(".heading .badge.live"));
});

test("its recording plays from the MP4", async () => {
    await ended;
    await waitFor("the recording", async () => (await server.json(`/v1/sessions/${id}`)).mp4_url, { within: 20_000 });
    await page.reload();
    await waitFor("the video", () => page.$eval("video", ({ readyState, src }) => readyState >= 2 && /mp4$/.test(src)));
    assert.equal(await page.$(".heading .badge.live"), null);
});

test("a click on a span moves the video there, to the tenth of a second", async () => {
    for (const name of ["execute_tool search_timetable", "listen", "speak"]) {
        await page.click(`.spans >> text=${name}`);
        const { media_start_ms } = await spanNamed(name);
        await waitFor("the seek", () => page.$eval("video", ({ seeking }) => !seeking));
        const off = Math.abs((await videoTime()) * 1000 - media_start_ms);
        assert.ok(off <= 100, `${name}: ${off} ms off`);
        await waitFor(`${name} to be lit`, async () => (await litNames()).includes(name));
        assert.ok(await page.$(`.details >> text=${name}`));
    }
    await page.click(".spans >> text=execute_tool search_timetable");
    await waitFor("what the exporter sent", () => page.$(".details >> text=gen_ai.tool.call.arguments"));
});

test("the spans of the moment are lit while it plays, and nothing else", async () => {
    const { spans } = await timeline();
    const edges = spans.flatMap(({ media_start_ms, media_end_ms }) => [media_start_ms, media_end_ms]);
    await page.$eval("video", (video) => ((video.currentTime = 0), (video.muted = true), video.play()));
    let looked = 0;
    const seen = new Set();
    while ((await videoTime()) < 5) {
        const [ms, lit] = await page.evaluate(() => [
            document.querySelector("video").currentTime * 1000,
            [...document.querySelectorAll(".lit .name > span:first-of-type")].map(({ textContent }) => textContent),
        ]);
        if (edges.some((edge) => Math.abs(edge - ms) < 150)) continue; // a frame may lie between the two looks
        const expected = spans
            .filter(({ media_start_ms, media_end_ms }) => media_start_ms <= ms && ms < media_end_ms)
            .map(({ name }) => name);
        assert.deepEqual(lit.sort(), expected.sort(), `at ${ms} ms`);
        for (const name of lit) seen.add(name);
        ++looked;
    }
    await page.$eval("video", (video) => video.pause());
    assert.ok(looked > 5, `looked ${looked} times`);
    for (const name of ["listen", "chat gpt-4o-mini", "execute_tool search_timetable", "speak"]) assert.ok(seen.has(name));
});

test("the lit span is kept in view, until the reader scrolls", async () => {
    await page.setViewportSize({ width: 1280, height: 500 });
    const shown = (name) =>
        page.$eval(".spans", (list, wanted) => {
            const item = [...list.children].find(({ textContent }) => textContent.includes(wanted));
            const [box, inner] = [list.getBoundingClientRect(), item.getBoundingClientRect()];
            return inner.top >= box.top - 1 && inner.bottom <= box.bottom + 1;
        }, name);
    await page.$eval(".spans", (list) => ((list.style.maxHeight = "120px"), (list.scrollTop = 0)));
    const { media_start_ms } = await spanNamed("speak");
    const go = (ms) => page.$eval("video", (video, to) => (video.currentTime = to / 1000), ms);
    assert.equal(await shown("speak"), false);
    await go(media_start_ms + 50);
    await waitFor("the list to follow", () => shown("speak"));
    await page.hover(".spans");
    await page.mouse.wheel(0, -1000);
    await waitFor("following to stop", () => page.$eval("#follow", ({ checked }) => !checked));
    await go(media_start_ms - 2000);
    await go(media_start_ms + 60);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await shown("speak"), false);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.reload();
    await waitFor("the video", () => page.$eval("video", ({ readyState }) => readyState >= 2));
});

test("the strip seeks, by mouse and by keys", async () => {
    const box = await (await page.$(".strip")).boundingBox();
    await page.mouse.click(box.x + box.width / 2, box.y + 10);
    const { media } = await timeline();
    const length = media[0].segments.reduce((sum, { duration_ms }) => sum + duration_ms, 0) / 1000;
    await waitFor("the seek", async () => Math.abs((await videoTime()) - length / 2) < 0.2);
    const wall = () => page.$eval(".strip", (strip) => Number(strip.getAttribute("aria-valuenow")));
    const middle = await wall();
    await page.keyboard.press("ArrowRight");
    await waitFor("a second on", async () => Math.abs((await wall()) - middle - 1000) < 20);
    await page.keyboard.press("Home");
    await waitFor("the beginning", async () => (await videoTime()) === 0);
});

test("spans are reached and chosen by keys", async () => {
    await page.focus(".spans .entry");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const [third] = (await timeline()).spans.slice(2);
    await waitFor("the seek", async () => Math.abs((await videoTime()) * 1000 - third.media_start_ms) < 100);
});

test("draws the README's picture", { skip: !screenshot }, async () => {
    const tool = page.locator(".spans .entry", { hasText: "execute_tool reserve_seat" }).first();
    await tool.click();
    await page.$eval("video", (video) => (video.controls = false));
    await page.$eval("video", (video) => (video.currentTime += 0.35));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.mouse.move(0, 0);
    await page.screenshot({ path: screenshot });
});

test("the list shows sessions of both kinds and leads to them", async () => {
    await sendSpans(server, [modelSpan({ session: hostile, name: hostile, attributes: {} })]);
    await page.goto(`${server.url}/`);
    await waitFor("the list", async () => (await page.$$(".sessions li")).length === 3);
    const kinds = await page.$$eval(".sessions .kind", (all) => all.map(({ textContent }) => textContent));
    assert.deepEqual(kinds.sort(), ["spans", "spans", "video"]);
    assert.ok((await page.textContent(".sessions")).includes(hostile), "shown as it is");
    await page.click(".sessions >> text=Travel desk");
    await waitFor("the session", () => page.$("video"));
});

test("what spans say is text, never markup", async () => {
    const { data } = await server.json("/v1/sessions");
    const own = data.find(({ external_id }) => external_id === hostile);
    await page.goto(`${server.url}/sessions/${own.id}`);
    await waitFor("the span", () => page.$(".spans .entry"));
    await page.click(".spans .entry");
    await waitFor("the details", () => page.$(".attributes dd"));
    assert.equal(await page.$("main img"), null);
    assert.notEqual(await page.title(), "taken");
    assert.ok(await page.$("text=No video belongs to this session."));
    assert.equal(await page.isVisible("text=follow the video"), false);
});

test("a failed span says why before anything else", async () => {
    const failure = { name: "exception", time: Date.now(), attributes: { "exception.message": "no route to model" } };
    const status = { code: 2, message: "gave up after 3 tries" };
    await sendSpans(server, [modelSpan({ session: "failing", status, events: [failure] })]);
    const { data } = await server.json("/v1/sessions");
    await page.goto(`${server.url}/sessions/${data.find(({ external_id }) => external_id === "failing").id}`);
    await page.click(".spans .entry");
    const said = await waitFor("the reasons", () =>
        page.$$eval(".attributes dd", (all) => all.length && all.slice(0, 3).map(({ textContent }) => textContent)),
    );
    assert.deepEqual(said, ["gave up after 3 tries", "exception", "no route to model"]);
});

test("a broadcast without recording plays live, also over a reconnect", async () => {
    const body = { name: "not kept", record: false };
    const stream = await server.json("/api/stream", { method: "POST", body });
    const url = `${server.rtmpUrl}/live/${stream.streamKey}`;
    const push = pushVideo({ url, seconds: 60, keyframeEvery: 30 });
    const session = await waitFor("the session", async () =>
        (await server.json("/v1/sessions")).data.find((one) => one.stream_id === stream.id && one.live_url),
    );
    const path = `/v1/sessions/${session.id}/timeline`;
    await page.goto(`${server.url}/sessions/${session.id}`);
    await waitFor("the live picture", async () => (await videoTime()) > 1, { within: 15_000 });
    await push.drop();
    const again = pushVideo({ url, seconds: 60, keyframeEvery: 30 });
    const resumed = await waitFor(
        "the reconnect",
        async () => (await server.json(path)).media[0].segments.find(({ discontinuity }) => discontinuity),
        { within: 15_000 },
    );
    const beyond = resumed.media_start_ms / 1000 + 0.5;
    await waitFor("the picture after it", async () => (await videoTime()) > beyond, { within: 15_000 });
    await again.stop();
    await waitFor("the end", async () => (await server.json(path)).media[0].state === "ended", { within: 15_000 });
    await page.reload();
    await waitFor("what is left", () => page.$(".novideo"));
});

test("another tab gets the key from this one, a stranger is asked for it", async () => {
    const second = await open(context);
    await second.goto(`${server.url}/`);
    await waitFor("the list", () => second.$(".sessions li"));
    await second.close();

    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`${server.url}/sessions/${id}`);
    await stranger.fill("#key", "sk_wrong");
    await stranger.keyboard.press("Enter");
    await waitFor("the refusal", () => stranger.$("text=This key is not known here."));
    await stranger.fill("#key", server.key);
    await stranger.keyboard.press("Enter");
    await waitFor("the session", () => stranger.$("video"));
    await stranger.context().close();
});

test("it fits a phone, and the spans scroll beside the picture", async () => {
    const phone = await open(await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true }));
    for (const path of ["/", `/sessions/${id}`]) {
        await phone.goto(`${server.url}${path}#key=${server.key}`);
        await waitFor("the page", () => phone.$(".sessions li, .spans li"));
        const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
        const covered = await phone.$$eval(".sessions a", (rows) =>
            rows.some((row) =>
                [...row.children].some((cell, index, all) => {
                    const { right, top, bottom } = cell.getBoundingClientRect();
                    const next = all.slice(index + 1).map((other) => other.getBoundingClientRect());
                    return next.some((b) => b.width && b.left < right && b.right > right && b.top < bottom && b.bottom > top);
                }),
            ),
        );
        assert.ok(!covered, `cells of ${path} lie over each other`);
    }
    const list = await (await phone.$(".spans")).boundingBox();
    assert.ok(list.height > 150, `the list is ${list.height} px high`);
    await phone.context().close();
});

test("the browser had nothing to complain about", () => assert.deepEqual(complaints, []));
