// SPDX-License-Identifier: Apache-2.0
// What the SDK of Orq's first generation put on the wire, call by call, and its replay byte for byte. Only the key and
// the id of a session are put in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";

export const recorded = JSON.parse(readFileSync(new URL("../data/orq-first-generation-requests.json", import.meta.url)));
/** Stands for the id of a session. */
export const recordedId = "01JD00000000000000000000AA";

export const named = (name) => recorded.find(({ call }) => call === name);

/** Sends a recorded call and resolves to { status, type, body }; `id` as it stands in a path. */
export function replay(workspace, { method, path, headers, body }, id = recordedId) {
    const text = body === null ? undefined : JSON.stringify(body).replaceAll(recordedId, id);
    if (headers["content-length"] !== undefined)
        assert.equal(Buffer.byteLength(text ?? ""), Number(headers["content-length"]));
    const options = {
        method,
        path: path.replace(recordedId, id),
        headers: { ...headers, authorization: headers.authorization.replace("KEY", workspace.key) },
        host: new URL(workspace.url).hostname,
        port: new URL(workspace.url).port,
    };
    return new Promise((resolve, reject) => {
        const sent = request(options, async (answer) => {
            const parts = await answer.toArray();
            const body = Buffer.concat(parts).toString();
            const type = answer.headers["content-type"];
            resolve({ status: answer.statusCode, type, body: body && JSON.parse(body) });
        });
        sent.once("error", reject).end(text);
    });
}
