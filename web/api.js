// SPDX-License-Identifier: Apache-2.0
// Calls of the server with the caller's API key. The key is in this tab's session storage and nowhere else; an address
// may bring it in its fragment (`/#key=sk_...`), which browsers do not send, and another open tab hands it on.

const kStored = "spanreel-key";
const kAnswerWithin = 200; // ms
const tabs = new BroadcastChannel("spanreel-key");

export class Unauthorized extends Error {}

function fromAnotherTab() {
    return new Promise((resolve) => {
        const asking = new BroadcastChannel("spanreel-key");
        const done = (key) => (asking.close(), resolve(key));
        asking.onmessage = ({ data }) => data.key && done(data.key);
        asking.postMessage({ wanted: true });
        setTimeout(done, kAnswerWithin, null);
    });
}

export const keys = {
    keep(key) {
        sessionStorage.setItem(kStored, key);
    },
    forget() {
        sessionStorage.removeItem(kStored);
    },
    current() {
        return sessionStorage.getItem(kStored);
    },
    async find() {
        const brought = new URLSearchParams(location.hash.slice(1)).get("key");
        if (brought) {
            history.replaceState(null, "", location.pathname + location.search);
            this.keep(brought);
        }
        if (!this.current()) {
            const handed = await fromAnotherTab();
            if (handed) this.keep(handed);
        }
        return this.current();
    },
};

tabs.onmessage = ({ data }) => {
    if (data.wanted && keys.current()) tabs.postMessage({ key: keys.current() });
};

/** The answer's JSON and its ETag. */
export async function get(path) {
    const response = await fetch(path, {
        headers: { Authorization: `Bearer ${keys.current()}` },
        cache: "no-cache", // the browser asks with its ETag
    });
    const body = await response.json().catch(() => ({}));
    if (response.status === 401) throw new Unauthorized();
    if (!response.ok) throw new Error(body.error?.message ?? body.message ?? `The server answered ${response.status}.`);
    return { body, etag: response.headers.get("ETag") };
}

/**
 * Calls `ask` again and again while the page is seen, first after `wait` ms; it gives the milliseconds until the next
 * time. A failure is tried again later: servers restart.
 */
export function poll(ask, wait) {
    const kRetry = 5000; // ms
    let asking = false;
    let timer = setTimeout(next, wait);
    async function next() {
        if (asking || document.hidden) return;
        asking = true;
        clearTimeout(timer);
        timer = setTimeout(next, await ask().catch(() => kRetry));
        asking = false;
    }
    document.addEventListener("visibilitychange", next);
}
