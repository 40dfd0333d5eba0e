// SPDX-License-Identifier: Apache-2.0
// The tables that say which test shows which promise: docs/ledger.md and docs/conformance-*.md. Their form is
//   | Row | What is promised | Test (file: name) |
// with a column of tests for each thing that keeps the promise. A row has a name that its table has once. Its tests are
// written `file: name`, several of them with <br> between: the file without its folders, the name as the suite prints
// it (Suite.Name of a unit test). Backticks are for the reader.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { namesOf } from "../harness/test_names.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = (path) => readFileSync(join(root, path), "utf8");

/** By the name of a file: what its tests are called. This file's own are not among them. */
const suites = new Map();
before(async () => {
    const files = globSync(["tests/*/*.test.mjs", "{src,tests,sdk}/**/*_test.cpp"], { cwd: root });
    for (const path of files.filter((path) => !path.includes("node_modules"))) {
        if (basename(path) === basename(import.meta.filename)) continue;
        const units = text(path).matchAll(/^TEST(?:_F|_P)?\((\w+), (\w+)\)/gm);
        const names = path.endsWith(".cpp")
            ? [...units].map(([, suite, name]) => `${suite}.${name}`)
            : await namesOf(pathToFileURL(join(root, path)));
        suites.set(basename(path), [...(suites.get(basename(path)) ?? []), ...names]);
    }
});

const plainCells = (line) =>
    line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.replaceAll("`", "").replaceAll("\\|", "|").trim());

/** A cell without tests gives one that no file has. */
const testsOf = (cell) =>
    cell.split("<br>").map((one) => {
        const [file, name] = one.trim().match(/^(\S+): (.+)$/)?.slice(1) ?? ["", one];
        return { file, name };
    });

/** The rows of all tables of that form: { chapter, row, promise, columns: { title: [{ file, name }] } }. */
function rowsOf(page) {
    const rows = [];
    let titles; // of the columns of tests, inside a table
    let chapter = "";
    for (const line of page.split("\n")) {
        if (line.startsWith("## ")) chapter = line.slice(3);
        const [row, promise, ...shown] = plainCells(line);
        if (row === undefined) titles = undefined;
        else if (row === "Row" && promise === "What is promised") titles = shown;
        else if (titles && !/^[|\s:-]+$/.test(line)) {
            assert.equal(shown.length, titles.length, `not as many cells as columns: ${line}`);
            const columns = Object.fromEntries(titles.map((title, at) => [title, testsOf(shown[at])]));
            rows.push({ chapter, row, promise, columns });
        }
    }
    return rows;
}

/** What is wrong with a table's rows, one sentence each. */
function faultsOf(rows) {
    const faults = [];
    const seen = new Set();
    for (const { row, promise, columns } of rows) {
        if (!row || seen.has(row)) faults.push(`the name of row "${row}" is not one of its own`);
        seen.add(row);
        if (!promise) faults.push(`row "${row}" promises nothing`);
        for (const [title, tests] of Object.entries(columns))
            for (const { file, name } of tests) {
                const where = `row "${row}", ${title}`;
                if (!suites.has(file)) faults.push(`${where}: there is no file of tests "${file}"`);
                else if (!suites.get(file).includes(name)) faults.push(`${where}: ${file} has no test "${name}"`);
            }
    }
    return faults;
}

test("a row without a test, with a test that no file has, or named twice is found out", () => {
    const table = (titles, rows) => [`| Row | What is promised | ${titles} |`, "|---|---|---|", ...rows].join("\n");
    const page = (...rows) => table("Test (file: name)", rows);
    const own = "harness.test.mjs: a damaged file does not decode";
    assert.deepEqual(faultsOf(rowsOf(page(`| a | b | \`${own}\`<br>tls_test.cpp: TlsTest.AnswersOverTls |`))), []);
    assert.equal(faultsOf(rowsOf(page("| a | b | |"))).length, 1);
    assert.equal(faultsOf(rowsOf(page(`| a | b | ${own} |`, `| a | c | ${own} |`))).length, 1);
    assert.match(faultsOf(rowsOf(page("| a | b | tls_test.cpp: TlsTest.Answers |"))).join(), /no test "TlsTest.Answers"/);
    const open = "livepeer_not_yet.test.mjs: 501 by name: ${name}";
    assert.match(faultsOf(rowsOf(page(`| a | b | ${open} |`))).join(), /no test "501 by name/);
    assert.match(faultsOf(rowsOf(page(`| a | b | ${own}<br>none_test.cpp: A.B |`))).join(), /"none_test.cpp"/);
    const two = (row) => faultsOf(rowsOf(table("One | Two", [row])));
    assert.deepEqual(two(`| a | b | ${own} | ${own} |`), []);
    for (const cell of ["", "-", `${own}<br>`])
        assert.match(two(`| a | b | ${own} | ${cell} |`).join(), /^row "a", Two/);
    assert.throws(() => two(`| a | b | ${own} |`), /not as many cells/);
});

for (const path of globSync(["docs/ledger.md", "docs/conformance-*.md"], { cwd: root }).sort()) {
    test(`every row names tests that exist: ${basename(path)}`, () => {
        const rows = rowsOf(text(path));
        assert.ok(rows.length > 0, "a page of promises without a row");
        assert.deepEqual(faultsOf(rows), []);
    });
}

/** The first column of a table of an SDK's document. */
const firstColumn = (section) =>
    [...section.matchAll(/^\| *(\S+) .*\|$/gm)].slice(2).map(([line, name]) => ({ line, name: name.replaceAll("`", "") }));

/** What the rows of docs/ledger.md are called, chapter by chapter, for the operations of one document. */
function promisesOf(sdk, operations) {
    const promises = { Samples: [], Parameters: [], Errors: [], Responses: [] };
    for (const { name, samples, parameters, errors } of operations) {
        promises.Samples.push(...samples.map((sample) => `${sdk} ${name}, ${sample}`));
        promises.Parameters.push(...parameters.map((parameter) => `${sdk} ${name}, ${parameter}`));
        promises.Errors.push(...errors.map((error) => `${sdk} ${name}, ${error}`));
        promises.Responses.push(`${sdk} ${name}`);
    }
    return promises;
}

/** As read from the document itself. */
const livepeerOperations = () =>
    text("tests/node_modules/livepeer/docs/sdks/session/README.md")
        .split(/^## /m)
        .slice(2)
        .map((chapter) => {
            const sections = new Map(chapter.split(/^### /m).map((section) => [section.split("\n", 1)[0], section]));
            const errors = firstColumn(sections.get("Errors")).map(({ line, name }) => {
                const status = line.split("|")[2].trim();
                return `${name.replace("errors.", "")} ${status}`;
            });
            return {
                name: chapter.split("\n", 1)[0],
                samples: [...sections.keys()].filter((name) => sections.get(name).includes("```typescript")),
                parameters: firstColumn(sections.get("Parameters")).map(({ name }) => name),
                errors,
            };
        });

/** That of Orq's first generation is on no registry. */
const orqOperations = ["create", "delete", "get", "update", "list"].map((name) => ({
    name,
    samples: ["Example Usage", "Standalone function"],
    parameters: ["request", "options", "options.fetchOptions", "options.retries"],
    errors: [...(["create", "list"].includes(name) ? [] : ["HonoApiError 404"]), "APIError 4XX, 5XX"],
}));

test("docs/ledger.md has every promise of the two documents: 18 samples, 36 parameters, 12 errors, 9 responses", () => {
    const [orq, livepeer] = [promisesOf("Orq", orqOperations), promisesOf("Livepeer", livepeerOperations())];
    const rows = rowsOf(text("docs/ledger.md"));
    for (const [chapter, count] of Object.entries({ Samples: 18, Parameters: 36, Errors: 12, Responses: 9 })) {
        const names = rows.filter((row) => row.chapter === chapter).map(({ row }) => row);
        assert.deepEqual(names, [...orq[chapter], ...livepeer[chapter]]);
        assert.equal(names.length, count, chapter);
    }
    assert.equal(rows.length, 75);
    for (const { row, columns } of rows)
        assert.deepEqual(Object.keys(columns), ["TypeScript SDK", "C++ library", "C++ sample"], row);
});
