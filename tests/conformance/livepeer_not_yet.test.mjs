// SPDX-License-Identifier: Apache-2.0
// Livepeer: every operation of the SDK that this server does not serve yet answers 501 and says what is missing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { livepeer } from "../harness/clients.mjs";
import { startServer } from "../harness/server.mjs";

let server;
let client;
before(async () => {
    server = await startServer();
    client = livepeer(server);
});
after(() => server.stop());

const webhook = { name: "x", url: "https://example.com/hook", events: ["stream.started"] };
const target = { url: "rtmp://example.com/live" };
const image = new Blob(["x"]);
const later = {
    "multistream": {
        "stream.addMultistreamTarget": () => client.stream.addMultistreamTarget({ profile: "source", id: "x" }, "x"),
        "stream.removeMultistreamTarget": () => client.stream.removeMultistreamTarget("x", "y"),
        "multistream.getAll": () => client.multistream.getAll(),
        "multistream.create": () => client.multistream.create(target),
        "multistream.get": () => client.multistream.get("x"),
        "multistream.update": () => client.multistream.update(target, "x"),
        "multistream.delete": () => client.multistream.delete("x"),
    },
    "pull": { "stream.startPull": () => client.stream.startPull("x") },
    "asset": {
        "asset.create": () => client.asset.create({ name: "x" }),
        "asset.createViaUrl": () => client.asset.createViaUrl({ name: "x", url: "https://example.com/a.mp4" }),
    },
    "webhook": {
        "webhook.getAll": () => client.webhook.getAll(),
        "webhook.create": () => client.webhook.create(webhook),
        "webhook.get": () => client.webhook.get("x"),
        "webhook.update": () => client.webhook.update(webhook, "x"),
        "webhook.delete": () => client.webhook.delete("x"),
        "webhook.getLogs": () => client.webhook.getLogs("x"),
        "webhook.getLog": () => client.webhook.getLog("x", "y"),
        "webhook.resendLog": () => client.webhook.resendLog("x", "y"),
    },
    "access control": {
        "accessControl.create": () => client.accessControl.create(),
        "accessControl.getAll": () => client.accessControl.getAll(),
        "accessControl.get": () => client.accessControl.get("x"),
        "accessControl.update": () => client.accessControl.update({ name: "x" }, "x"),
        "accessControl.delete": () => client.accessControl.delete("x"),
    },
    "data": {
        "metrics.getRealtimeViewership": () => client.metrics.getRealtimeViewership(),
        "metrics.getViewership": () => client.metrics.getViewership({}),
        "metrics.getCreatorViewership": () => client.metrics.getCreatorViewership({}),
        "metrics.getPublicViewership": () => client.metrics.getPublicViewership("x"),
        "metrics.getUsage": () => client.metrics.getUsage({}),
    },
    "transcod": {
        "transcode.create": () =>
            client.transcode.create({
                input: { url: "https://example.com/a.mp4" },
                storage: { type: "web3.storage", credentials: { proof: "x" } },
                outputs: {},
            }),
    },
    "room": {
        "room.create": () => client.room.create(),
        "room.get": () => client.room.get("x"),
        "room.delete": () => client.room.delete("x"),
        "room.startEgress": () => client.room.startEgress({ streamId: "x" }, "x"),
        "room.stopEgress": () => client.room.stopEgress("x"),
        "room.createUser": () => client.room.createUser({ name: "x" }, "x"),
        "room.getUser": () => client.room.getUser("x", "y"),
        "room.updateUser": () => client.room.updateUser({}, "x", "y"),
        "room.deleteUser": () => client.room.deleteUser("x", "y"),
    },
    "generat": {
        "generate.textToImage": () => client.generate.textToImage({ modelId: "m", prompt: "x" }),
        "generate.imageToImage": () => client.generate.imageToImage({ modelId: "m", prompt: "x", image }),
        "generate.llm": () => client.generate.llm({ modelId: "m", prompt: "x" }),
    },
};

for (const [word, calls] of Object.entries(later))
    for (const [name, call] of Object.entries(calls))
        test(`501 by name: ${name}`, async () => {
            const error = await call().then((value) => assert.fail(JSON.stringify(value)), (thrown) => thrown);
            assert.equal(error.statusCode ?? error.rawResponse?.status, 501, String(error));
            const { errors } = JSON.parse(error.body);
            assert.match(errors[0], new RegExp(word, "i"));
            assert.match(errors[0], /not supported by this server yet/);
        });

test("501 by name: routes that no SDK call reaches", async () => {
    for (const [method, path] of [
        ["PUT", "/api/stream/pull"],
        ["GET", "/api/project"],
        ["POST", "/api/access-control/gate"],
    ]) {
        const answer = await server.fetch(path, { method, body: method === "GET" ? undefined : {} });
        assert.equal(answer.status, 501, `${method} ${path}`);
        assert.match((await answer.json()).errors[0], /not supported by this server yet/);
    }
});
