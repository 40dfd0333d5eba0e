// SPDX-License-Identifier: Apache-2.0
// Where the console begins: it finds the API key, then shows the page of the address.
import { keys, Unauthorized } from "./api.js";
import { element, fill } from "./dom.js";
import { showSessionList } from "./session_list.js";
import { showSession } from "./session_page.js";

const main = document.getElementById("main");
const trail = document.getElementById("trail");
const forget = document.getElementById("forget");

function show() {
    forget.hidden = false;
    const [, id] = location.pathname.match(/^\/sessions\/([^/]+)$/) ?? [];
    const page = id ? showSession(main, trail, decodeURIComponent(id)) : showSessionList(main);
    page.catch(fail);
}

function fail(error) {
    if (error instanceof Unauthorized) return askForKey("This key is not known here.");
    fill(main, element("p", { class: "notice", role: "alert" }, error.message));
}

function askForKey(why) {
    forget.hidden = true;
    const input = element("input", {
        id: "key",
        type: "password",
        autocomplete: "off",
        spellcheck: false,
        required: true,
        placeholder: "sk_…",
    });
    const form = element(
        "form",
        { class: "ask" },
        element("h1", {}, "Which sessions are yours?"),
        element("p", {}, "Paste an API key. It is kept until you close this tab and sent to this server only."),
        element("label", { for: "key" }, "API key"),
        element("div", { class: "row" }, input, element("button", { class: "main" }, "Show sessions")),
        why ? element("p", { class: "error", role: "alert" }, why) : null,
        element(
            "p",
            { class: "hint" },
            "The first start of the server printed one; ",
            element("code", {}, "spanreel key create --name console"),
            " makes another.",
        ),
    );
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        keys.keep(input.value.trim());
        show();
    });
    fill(main, form);
    input.focus();
}

forget.addEventListener("click", () => {
    keys.forget();
    location.assign(location.pathname);
});

if (await keys.find()) show();
else askForKey();
