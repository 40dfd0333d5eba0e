// SPDX-License-Identifier: Apache-2.0
// Many tests on one server without seeing each other.

let made = 0;

/** The server as a key of a new workspace sees it; what else a key can be is as createKey takes it. */
export async function newWorkspace(server, options = {}) {
    return withKey(server, { workspace: `workspace ${process.pid} ${++made}`, ...options });
}

/** The server with another key: of the same workspace unless one is named. */
export async function withKey(server, { workspace = server.workspace, ...options } = {}) {
    const key = await server.createKey({ name: "test", workspace, ...options });
    return Object.assign(Object.create(server), { key, workspace });
}
