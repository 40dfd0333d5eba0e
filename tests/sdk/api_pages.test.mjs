// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { apiPages } from "./api_pages.mjs";
import { livepeerOperations, orqOperations } from "./operations.mjs";

const pages = apiPages();
for (const [file, { text }] of Object.entries(pages))
    test(`${file} is what the headers say (else: make sdk-docs)`, () => assert.equal(readFileSync(file, "utf8"), text));

test("every operation has its section, each with parameters, response and errors", () => {
    const count = Object.values(pages).map(({ operations, text }) => {
        for (const part of ["Standalone function", "Parameters", "Response", "Errors"]) assert.equal(text.split("\n## Types\n")[0].split(`\n### ${part}\n`).length - 1, operations, part);
        return operations;
    });
    assert.deepEqual(count, [orqOperations.length + 6, livepeerOperations.length], "the packages' own, and Orq's first generation");
});
