// SPDX-License-Identifier: Apache-2.0
// What the tests of a suite are called, without running them: the suite's file is loaded with this module in the place
// of node:test, so names made by loops and templates are the ones that the suite prints. Skipped tests have none.
import { registerHooks } from "node:module";

let names;

export const test = (name, ...rest) => {
    if (!rest.some((options) => options?.skip || options?.todo)) names.push(name);
};
export const describe = (name, ...rest) => rest.at(-1)();
export const before = () => {};
export const after = () => {};

/** The file must not have been loaded before. */
export async function namesOf(file) {
    const inPlace = (specifier, context, next) =>
        specifier === "node:test" ? { url: import.meta.url, shortCircuit: true } : next(specifier, context);
    const hooks = registerHooks({ resolve: inPlace });
    names = [];
    try {
        await import(file);
        return names;
    } finally {
        hooks.deregister();
    }
}
