// SPDX-License-Identifier: Apache-2.0
// `spanreel push`: what it publishes is recorded picture by picture as it is in the file, over an end of the server and
// over the end of the file; and what it says when it cannot.
import assert from "node:assert/strict";
import { once } from "node:events";
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { createServer } from "node:tls";

import { newAuthority } from "../harness/certificates.mjs";
import { livepeer } from "../harness/clients.mjs";
import { decodeFully, frames, inspect, sourceArgs } from "../harness/ffmpeg.mjs";
import { start } from "../harness/leftovers.mjs";
import { finishedSession, liveSession, newStream, sessionsOf } from "../harness/live.mjs";
import { beginPush, events, fileName, mediaFile, push as pushTo, pushEnvironment } from "../harness/push_command.mjs";
import { program, startServer } from "../harness/server.mjs";
import { settled, waitFor } from "../harness/waiting.mjs";

const rate = 30;
const audioPacket = 1024 / 48_000; // seconds

let server;
before(async () => (server = await startServer({ args: ["--reconnect-window", "5"] })));
after(() => server.stop());

const push = (args, options) => pushTo(server, args, options);

const range = (count) => Array.from({ length: count }, (_, index) => index);
const startOf = async (url, kind) => {
    const { streams } = await inspect(url);
    return Number(streams.find(({ codec_type }) => codec_type === kind).start_time);
};

/** Every picture of the file once, at its time, and the sound where it was beside them. */
async function assertSame(recorded, file, count) {
    const [shown, original] = [await frames(recorded), await frames(file)];
    assert.deepEqual(shown.map(({ number }) => number), range(count));
    for (const [index, { seconds }] of shown.entries()) {
        const expected = original[index].seconds - original[0].seconds;
        assert.ok(Math.abs(seconds - shown[0].seconds - expected) < 0.0025, `picture ${index} at ${seconds}`);
    }
    const offset = async (url) => (await startOf(url, "audio")) - (await startOf(url, "video"));
    // The server begins with a picture, so packets of the sound that came before it may be missing.
    const moved = (await offset(recorded)) - (await offset(file));
    const packets = Math.round(moved / audioPacket);
    assert.ok(packets >= 0 && packets <= 4, `${packets} packets of sound are missing`);
    assert.ok(Math.abs(moved - packets * audioPacket) < 0.003, `the sound moved by ${moved} s`);
    await decodeFully(recorded);
}

describe("one server", { concurrency: 3 }, () => {
    for (const [container, bframes] of [["mp4", 2], ["mkv", 2], ["flv", 0], ["ts", 2]])
        test(`${container}${bframes ? " with B-frames" : ""}: the recording is the file`, async () => {
            const file = await mediaFile({ container, seconds: 4, bframes });
            const stream = await newStream(server);
            const { code, stdout, stderr } = await push(["--fast", "--json", "--stream", stream.id, file]);
            assert.equal(code, 0, stderr);
            const session = await finishedSession(server, stream);
            await assertSame(session.mp4Url, file, 4 * rate);
            const told = events(stdout);
            assert.deepEqual([told[0].event, ...told.slice(-2).map(({ event }) => event)], ["started", "ended", "session"]);
            assert.equal(told.at(-2).pictures, 4 * rate);
            assert.equal(told.at(-2).reconnects, 0);
            assert.ok(Math.abs(told[0].length_ms - 4000) < 100 && Math.abs(told.at(-2).position_ms - 4000) < 150, stdout);
            assert.equal(told.at(-1).session_id, session.id);
            assert.equal(told.at(-1).page, `${server.url}/sessions/${session.id}`);
            assert.ok(!`${stdout}${stderr}`.includes(stream.streamKey), "the key is told");
        });

    test("takes the time the file takes, and says how far it is", async () => {
        const file = await mediaFile({ seconds: 6 });
        const stream = await newStream(server);
        const began = performance.now();
        const { code, stdout, stderr } = await push(["--stream", stream.id, file]);
        const took = performance.now() - began;
        assert.equal(code, 0, stderr);
        assert.ok(took > 5800 && took < 12_000, `${took} ms for 6 s`);
        assert.match(stderr, /^publishing 00:06; Ctrl-C ends it\n00:05 \[=+ *\] 00:06 \d+ kb\/s, \d+ fps\nsent 00:06 \(180 pictures, /);
        assert.match(stdout.toString(), /^session \S+\nhttp\S+\nspanreel recordings watch \S+\n$/);
    });

    for (const [what, offset] of [["back", 0], ["far ahead", 3 * 3600]])
        test(`a file whose clock jumps ${what} in the middle goes on at once`, async () => {
            const joined = await mediaFile({ container: "ts", seconds: 4 });
            const later = ["-output_ts_offset", String(offset)];
            const args = [...sourceArgs({ realtime: false, seconds: 4, firstFrame: 4 * rate }), ...later];
            appendFileSync(joined, readFileSync(await mediaFile({ container: "ts", args })));
            const stream = await newStream(server);
            const { code, stderr } = await push(["--stream", stream.id, joined], { within: 30_000 });
            assert.equal(code, 0, stderr);
            const { mp4Url } = await finishedSession(server, stream);
            const shown = await frames(mp4Url);
            assert.deepEqual(shown.map(({ number }) => number), range(8 * rate));
            for (const [index, { seconds }] of shown.slice(1).entries()) {
                const lasts = seconds - shown[index].seconds;
                assert.ok(lasts > 0.03 && lasts < 0.1, `picture ${index} lasts ${lasts} s`);
            }
            await decodeFully(mp4Url);
        });

    test("sound alone", async () => {
        const file = await mediaFile({ container: "m4a", video: false, seconds: 4 });
        const stream = await newStream(server);
        assert.equal((await push(["--fast", "--stream", stream.id, file])).code, 0);
        const { mp4Url } = await finishedSession(server, stream);
        await decodeFully(mp4Url);
        const { streams } = await inspect(mp4Url);
        assert.deepEqual(streams.map(({ codec_name }) => codec_name), ["aac"]);
        assert.ok(Math.abs(Number(streams[0].duration) - 4) < 0.05, streams[0].duration);
    });

    test("standard input, which cannot be looped", async () => {
        const file = await mediaFile({ container: "mkv", seconds: 3 });
        const stream = await newStream(server);
        const child = start("sh", ["-c", `cat "${file}" | "${program}" push --fast --stream ${stream.id} -`], { env: pushEnvironment(server) });
        assert.equal((await settled("the push", child.ended, 30_000)).code, 0);
        await assertSame((await finishedSession(server, stream)).mp4Url, file, 3 * rate);
        assert.equal((await push(["--loop", "--stream", stream.id, "-"])).code, 2);
    });

    test("--loop begins again without a hole or a jump until Ctrl-C, which ends the session in order", async () => {
        const file = await mediaFile({ seconds: 2, bframes: 2 });
        const stream = await newStream(server);
        const pushing = beginPush(server, ["--loop", "--stream", stream.id, file]);
        await liveSession(server, stream, 4);
        pushing.child.kill("SIGINT");
        assert.equal((await settled("the push to end", pushing.ended)).code, 0, pushing.complaints);
        assert.ok(events(pushing.said).some(({ event, stopped }) => event === "ended" && stopped));
        const shown = await frames((await finishedSession(server, stream)).mp4Url);
        assert.ok(shown.length > 3 * rate);
        // B-frames before the last picture may be missing.
        for (const [index, { number, seconds }] of shown.slice(0, -3).entries()) {
            assert.equal(number, index % (2 * rate));
            // A round lasts as long as its sound, which may end a packet behind the pictures.
            const late = seconds - shown[0].seconds - index / rate;
            const rounds = Math.floor(index / (2 * rate));
            assert.ok(late > -0.003 && late < 0.003 + rounds * 0.05, `picture ${index} is ${late} s late`);
        }
    });

    test("--loop refuses a file that took the place of the first and is encoded in another way", async () => {
        const file = await mediaFile({ seconds: 2 });
        const args = ["-f", "lavfi", "-i", "testsrc2=s=160x120:d=2", "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-c:a", "aac"];
        const other = await mediaFile({ container: "mp4", args });
        const stream = await newStream(server);
        const pushing = beginPush(server, ["--loop", "--stream", stream.id, file]);
        await liveSession(server, stream, 1);
        renameSync(other, file);
        assert.equal((await settled("the push to end", pushing.ended, 30_000)).code, 2, pushing.complaints);
        assert.match(pushing.complaints, /was replaced by a file with other video or audio parameters.*Push it again/);
        const shown = await frames((await finishedSession(server, stream)).mp4Url);
        assert.deepEqual(shown.map(({ number }) => number % (2 * rate)), shown.map((_, index) => index % (2 * rate)));
    });

    test("a name has no power over the terminal", async () => {
        const stream = await newStream(server);
        const { code, stderr } = await push(["--stream", stream.id, "red\x1b[31m\u202e.mp4"]);
        assert.equal(code, 3);
        assert.match(stderr, /red\ufffd\[31m\ufffd\.mp4: No such file/);
    });

    test("over TLS to a server whose certificate is trusted, and to no other", async () => {
        const authority = await newAuthority();
        const { certificate, key } = await authority.issue();
        const [host, port] = server.addresses.rtmp.split(":");
        const pair = { cert: readFileSync(certificate), key: readFileSync(key) };
        const front = createServer(pair, (socket) => {
            const behind = connect(port, host);
            socket.pipe(behind).pipe(socket);
            for (const one of [socket, behind]) one.on("error", () => {});
        });
        front.on("tlsClientError", () => {}).listen(0, "127.0.0.1");
        await once(front, "listening");
        const file = await mediaFile({ seconds: 2 });
        const stream = await newStream(server);
        const url = `rtmps://127.0.0.1:${front.address().port}/live`;
        const args = ["--fast", "--rtmp-url", url, "--stream", stream.id, file];
        const unknown = await push(args);
        assert.equal(unknown.code, 5, unknown.stderr);
        assert.match(unknown.stderr, /its certificate is not trusted/);
        const trusted = await push(args, { env: { SSL_CERT_FILE: authority.ca } });
        front.close();
        assert.equal(trusted.code, 0, trusted.stderr);
        await assertSame((await finishedSession(server, stream)).mp4Url, file, 2 * rate);
    });

    test("a stream by its name or its key; one that is not there is made if asked", async () => {
        const file = await mediaFile({ seconds: 1 });
        const stream = await newStream(server, { name: "by name" });
        for (const wanted of ["by name", stream.streamKey])
            assert.equal((await push(["--fast", "--stream", wanted, file])).code, 0, wanted);
        await newStream(server, { name: "by name" });
        const twice = await push(["--stream", "by name", file]);
        assert.deepEqual([twice.code, /2 streams have the name "by name"/.test(twice.stderr)], [2, true]);
        const nobody = await push(["--stream", "new one", file]);
        assert.deepEqual([nobody.code, /--create makes one/.test(nobody.stderr)], [3, true]);
        const { code, stdout } = await push(["--fast", "--json", "--create", "--stream", "new one", file]);
        assert.equal(code, 0);
        assert.equal(events(stdout).at(-1).recorded, true);
    });

    test("a second publisher is refused with the server's words; the first goes on", async () => {
        const file = await mediaFile({ seconds: 8 });
        const stream = await newStream(server);
        const first = beginPush(server, ["--stream", stream.id, file]);
        await liveSession(server, stream);
        const second = await push(["--stream", stream.id, file]);
        assert.equal(second.code, 4, second.stderr);
        assert.match(second.stderr, /Another publisher is live with this stream key/);
        assert.equal((await settled("the first push", first.ended, 30_000)).code, 0, first.complaints);
        assert.equal((await sessionsOf(server, stream)).length, 1);
    });

    test("what cannot be published is said before anything is sent, and how to convert it", async () => {
        const stream = await newStream(server);
        const refused = async (file, expected, message) => {
            const { code, stderr } = await push(["--stream", stream.id, file]);
            assert.match(stderr, message);
            assert.equal(code, expected, stderr);
        };
        await refused(fileName(), 3, /\d+\.mp4: No such file/);
        const text = fileName();
        writeFileSync(text, "no media\n".repeat(100));
        await refused(text, 2, /\d+\.mp4 is not a media file/);
        const other = await mediaFile({
            name: `${fileName()} it's.mkv`,
            args: ["-f", "lavfi", "-i", "testsrc2=d=1", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "mpeg4", "-c:a", "aac"],
        });
        await refused(other, 2, /has mpeg4 video, and RTMP carries H.264 and AAC.*\n +ffmpeg -i '\S+ it'\\''s.mkv' -c:v libx264 .* -c:a copy converted.mp4/);
        assert.equal((await sessionsOf(server, stream)).length, 0);

        const created = await push(["--create", "--stream", "for no media", text]);
        assert.equal(created.code, 2, created.stderr);
        const { data } = await livepeer(server).stream.getAll();
        assert.ok(data.length > 0 && data.every(({ name }) => name !== "for no media"), "a stream is made for nothing");
        const none = await push(["--stream", "", await mediaFile({ seconds: 1 })]);
        assert.deepEqual([none.code, /--stream names none/.test(none.stderr)], [2, true]);
    });

    test("a key that is wrong or missing, a server that is not there, another's RTMP", async () => {
        const file = await mediaFile({ seconds: 1 });
        const stream = await newStream(server);
        assert.equal((await push(["--stream", stream.id, file], { key: "sk_wrong" })).code, 4);
        assert.equal((await push(["--stream", stream.id, file], { key: "" })).code, 4);
        assert.equal((await push(["--stream", stream.id, "--server", "http://127.0.0.1:1", file])).code, 5);
        const closed = await push(["--stream", stream.id, "--rtmp-url", "rtmp://127.0.0.1:1/live", file]);
        assert.match(closed.stderr, /rtmp:\/\/127.0.0.1:1\/live.*Connection refused.*--rtmp-url/);
        assert.equal(closed.code, 5);
        const elsewhere = await startServer();
        const unknown = await push(["--stream", stream.id, "--rtmp-url", `${elsewhere.rtmpUrl}/live`, file]);
        await elsewhere.stop();
        assert.equal(unknown.code, 4);
        assert.match(unknown.stderr, /This stream key is not known/);
        for (const { stderr } of [closed, unknown]) assert.ok(!stderr.includes(stream.streamKey), "the key is told");
    });
});

for (const [what, source] of [
    ["a file", { seconds: 12 }],
    ["a file whose sound ends early", { seconds: 14, soundSeconds: 2 }],
])
    test(`${what} over an end of the server: connects again within the session, and every picture is there`, async () => {
        const own = await startServer({ args: ["--reconnect-window", "10"] });
        const file = await mediaFile(source);
        const stream = await newStream(own);
        const pushing = beginPush(own, ["--stream", stream.id, file]);
        await liveSession(own, stream, 4);
        await own.kill();
        await waitFor("the loss to be told", () => pushing.said.includes('"disconnected"'));
        await own.restart();
        assert.equal((await settled("the push to end", pushing.ended, 40_000)).code, 0, pushing.complaints);
        assert.equal(events(pushing.said).find(({ event }) => event === "ended").reconnects, 1);
        const session = await finishedSession(own, stream);
        assert.equal((await sessionsOf(own, stream)).length, 1);
        const shown = new Set((await frames(session.mp4Url)).map(({ number }) => number));
        // At most the second before the kill is lost; what came with it is sent again from its key frame on.
        const missing = range(source.seconds * rate).filter((number) => !shown.has(number));
        assert.ok(missing.length <= rate, `${missing.length} pictures are missing: ${missing}`);
        await own.stop();
    });

test("a server that does not come back: gives up after --retry seconds", async () => {
    const own = await startServer();
    const file = await mediaFile({ seconds: 10 });
    const stream = await newStream(own);
    const pushing = beginPush(own, ["--retry", "2", "--stream", stream.id, file]);
    await liveSession(own, stream);
    await own.kill();
    assert.equal((await settled("the push to give up", pushing.ended)).code, 5);
    assert.match(pushing.complaints, /the connection was lost and did not come back in 2 s/);
});
