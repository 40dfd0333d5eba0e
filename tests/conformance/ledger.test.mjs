// SPDX-License-Identifier: Apache-2.0
// The tables that say which test shows which promise: docs/ledger.md and docs/conformance-*.md. Their form is
//   | Row | What is promised | Test (file: name) |
// A row has a name that its table has once. Its tests are written `file: name`, several of them with <br> between: the
// file without its folders, the name as the suite prints it (Suite.Name of a unit test). Backticks are for the reader.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = (path) => readFileSync(join(root, path), "utf8");
const literal = (name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Names as patterns: what a template leaves open may be anything. */
function namesIn(file, source) {
    if (file.endsWith(".cpp"))
        return [...source.matchAll(/^TEST(?:_F|_P)?\((\w+), (\w+)\)/gm)].map(([, suite, name]) => `${suite}\\.${name}`);
    const calls = source.matchAll(/^\s*test\(\s*(?:"((?:[^"\\]|\\.)+)"|`((?:[^`\\]|\\.)+)`)/gm);
    return [...calls].map(([, plain, template]) =>
        plain === undefined ? template.split(/\$\{[^}]*\}/).map(literal).join(".+") : literal(plain.replace(/\\(.)/g, "$1")),
    );
}

const suites = new Map();
for (const path of globSync(["tests/*/*.test.mjs", "{src,tests}/**/*_test.cpp"], { cwd: root })) {
    if (path.includes("node_modules")) continue;
    const names = namesIn(path, text(path)).map((name) => new RegExp(`^${name}$`));
    suites.set(basename(path), [...(suites.get(basename(path)) ?? []), ...names]);
}

/** The rows of all tables of that form: { row, promise, tests: [{ file, name }] }. */
function rowsOf(page) {
    const rows = [];
    let inside = false;
    for (const line of page.split("\n")) {
        const cells = line.split(/(?<!\\)\|/).slice(1, -1);
        if (!cells.length) inside = false;
        else if (cells.at(-1).trim() === "Test (file: name)") inside = true;
        else if (inside && !/^[|\s:-]+$/.test(line)) {
            assert.equal(cells.length, 3, `not three columns: ${line}`);
            const [row, promise, shown] = cells.map((cell) => cell.replaceAll("`", "").replaceAll("\\|", "|").trim());
            const tests = shown.split("<br>").map((one) => one.trim().match(/^(\S+): (.+)$/)?.slice(1) ?? ["", one]);
            rows.push({ row, promise, tests: tests.map(([file, name]) => ({ file, name })) });
        }
    }
    return rows;
}

/** What is wrong with a table's rows, one sentence each. */
function faultsOf(rows) {
    const faults = [];
    const seen = new Set();
    for (const { row, promise, tests } of rows) {
        if (!row || seen.has(row)) faults.push(`the name of row "${row}" is not one of its own`);
        seen.add(row);
        if (!promise) faults.push(`row "${row}" promises nothing`);
        for (const { file, name } of tests) {
            if (!suites.has(file)) faults.push(`row "${row}": there is no file of tests "${file}"`);
            else if (!suites.get(file).some((pattern) => pattern.test(name)))
                faults.push(`row "${row}": ${file} has no test "${name}"`);
        }
    }
    return faults;
}

test("a row without a test, with a test that no file has, or named twice is found out", () => {
    const page = (...rows) => ["| Row | What is promised | Test (file: name) |", "|---|---|---|", ...rows].join("\n");
    const own = "ledger.test.mjs: every row names tests that exist: conformance-orq.md";
    assert.deepEqual(faultsOf(rowsOf(page(`| a | b | \`${own}\`<br>tls_test.cpp: TlsTest.AnswersOverTls |`))), []);
    assert.equal(faultsOf(rowsOf(page("| a | b | |"))).length, 1);
    assert.equal(faultsOf(rowsOf(page(`| a | b | ${own} |`, `| a | c | ${own} |`))).length, 1);
    assert.match(faultsOf(rowsOf(page("| a | b | tls_test.cpp: TlsTest.Answers |"))).join(), /no test "TlsTest.Answers"/);
    assert.match(faultsOf(rowsOf(page(`| a | b | ${own}<br>none_test.cpp: A.B |`))).join(), /"none_test.cpp"/);
});

for (const path of globSync(["docs/ledger.md", "docs/conformance-*.md"], { cwd: root }).sort()) {
    test(`every row names tests that exist: ${basename(path)}`, () => {
        const rows = rowsOf(text(path));
        assert.ok(rows.length > 0, "a page of promises without a row");
        assert.deepEqual(faultsOf(rows), []);
    });
}
