// SPDX-License-Identifier: Apache-2.0
// Elements out of data. Text only ever becomes text nodes, so what a span says is never markup.

/** Attributes and properties by name; a null or false one is left out. Children are nodes, texts or null. */
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
}

export function fill(parent, ...children) {
    parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}
