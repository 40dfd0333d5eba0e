// SPDX-License-Identifier: Apache-2.0
// Many tests on one server without seeing each other.

let made = 0;

/** The server as a key of a new workspace sees it; `project` limits the key to one. */
export async function newWorkspace(server, { project } = {}) {
    return withKey(server, { workspace: `workspace ${process.pid} ${++made}`, project });
}

/** The server with another key: of the same workspace unless one is named. */
export async function withKey(server, { workspace = server.workspace, project } = {}) {
    const key = await server.createKey({ name: "test", workspace, project });
    return Object.assign(Object.create(server), { key, workspace });
}
