// SPDX-License-Identifier: Apache-2.0
// Completion in the three shells and the manual page, held against what --help lists.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { outcome } from "../harness/command.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";
import { program } from "../harness/server.mjs";

const print = (...words) => execFileSync(program, words, { encoding: "utf8" });

/** The commands below one, as --help has them: "streams", "streams list" ... */
function commandsBelow(words = []) {
    const [, list = ""] = print(...words, "--help").split("\nSubcommands:\n");
    const names = [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
    return names.flatMap((name) => [[...words, name], ...commandsBelow([...words, name])]);
}
const optionsOf = (words) => [...print(...words, "--help").matchAll(/^ {2}(?:-\w,)?(--[\w-]+)/gm)].map(([, name]) => name);
const commands = commandsBelow();

const scripts = temporaryFolder("completion");
const scriptFor = (shell) => {
    const file = join(scripts, shell);
    writeFileSync(file, print("completion", shell));
    return file;
};

/** What each shell offers behind these words; the last is the one that is being typed. */
const offers = {
    bash: (words) => {
        const line = words.map((word) => `'${word}'`).join(" ");
        const script = `source '${scriptFor("bash")}'; compopt() { :; }
            COMP_WORDS=(spanreel ${line}); COMP_CWORD=${words.length}; _spanreel; printf '%s\\n' "\${COMPREPLY[@]}"`;
        return execFileSync("bash", ["-ec", script], { encoding: "utf8", cwd: scripts });
    },
    // Of zsh's own functions, which need a terminal, those that take the offers are replaced.
    zsh: (words) => {
        const line = words.map((word) => `'${word}'`).join(" ");
        const script = `compdef() { :; }; source '${scriptFor("zsh")}'
            _describe() { print -l -- \${\${(P)2}%%:*}; }; compadd() { print -l -- \${(P)2}; }; _files() { print -l -- *; }
            words=(spanreel ${line}); CURRENT=${words.length + 1}; PREFIX='${words.at(-1)}'; _spanreel`;
        const all = execFileSync("zsh", ["-fc", script], { encoding: "utf8", cwd: scripts });
        return all.split("\n").filter((word) => word.startsWith(words.at(-1))).join("\n");
    },
    fish: (words) => {
        const script = `source '${scriptFor("fish")}'; complete -C 'spanreel ${words.join(" ")}'`;
        const env = { ...process.env, HOME: scripts, XDG_CONFIG_HOME: scripts, XDG_DATA_HOME: scripts };
        const all = execFileSync("fish", ["--no-config", "-c", script], { encoding: "utf8", cwd: scripts, env });
        return all.replaceAll(/\t.*$/gm, "");
    },
};

for (const [shell, offer] of Object.entries(offers)) {
    const offered = (...words) => offer(words).split("\n").filter(Boolean).sort();

    test(`${shell} completes every command`, () => {
        assert.ok(commands.length > 30, `${commands.length} commands`);
        for (const above of [[], ...commands]) {
            const below = commands.filter((command) => command.length === above.length + 1 && command.join(" ").startsWith(above.join(" "))).map((command) => command.at(-1));
            if (above.length > 0 && below.length === 0) continue;
            assert.deepEqual(offered(...above, ""), below.sort(), above.join(" "));
        }
        assert.deepEqual(offered("str"), ["streams"]);
    });

    test(`${shell} completes options and their values`, () => {
        for (const command of [["streams", "list"], ["sessions", "create"], ["serve"], ["key", "create"]]) {
            const expected = optionsOf(command).sort();
            assert.deepEqual(offered(...command, "--"), expected, command.join(" "));
        }
        assert.deepEqual(offered("sessions", "list", "--kind", ""), ["coding-agent", "conversation"]);
        assert.deepEqual(offered("sessions", "list", "--kind", "co").length, 2);
        assert.deepEqual(offered("sessions", "list", "--title", ""), [], "anything may stand there");
        assert.ok(offered("streams", "list", "--key-file", "").includes(shell), "names of files");
        for (const words of [["import"], ["import", "one.jsonl"], ["push"], ["export", "-o"], ["export", "--output"], ["serve", "--jwt-secret-file"]])
            assert.ok(offered(...words, "").includes(shell), `names of files behind ${words.join(" ")}`);
        assert.ok(offered("import", "--").includes("--keep-going"), "options beside files");
        assert.deepEqual(offered("streams", "get", ""), [], "ids are no files");
        assert.ok(offered("streams", "list", "--limit", "5", "--").includes("--all"), "behind a value");
    });
}

test("the commands of both programs are the same list", () => {
    const client = program.replace(/spanreel$/, "spanreel-client");
    const served = execFileSync(client, ["--help"], { encoding: "utf8" }).split("\nSubcommands:\n")[1];
    const passedOn = print("--help").split("\nSubcommands:\n")[1];
    const lines = served.split("\n").filter((line) => /^ {2}\S/.test(line) && !/^ {2}(completion|man) /.test(line));
    assert.ok(lines.length >= 4);
    for (const line of lines) assert.ok(passedOn.split("\n").includes(line), line);
    for (const [command] of commands.filter(({ length }) => length === 1))
        assert.match(print(command, "--help"), new RegExp(`^Usage: spanreel ${command}`, "m"));
});

test("the manual page has every command and every option, and no mistake", async () => {
    const file = join(scripts, "spanreel.1");
    writeFileSync(file, print("man"));
    const lint = await outcome("groff", ["-man", "-Tutf8", "-ww", "-z", file]);
    assert.deepEqual([lint.code, lint.stderr], [0, ""]);
    const env = { ...process.env, MANWIDTH: "100", MANROFFOPT: "-c", LC_ALL: "C.UTF-8" };
    const page = (await outcome("man", ["-l", file], { env })).stdout.toString().replaceAll(/.\x08/g, "");
    const leaves = commands.filter((command) => !commands.some((other) => other.length > command.length && other.join(" ").startsWith(`${command.join(" ")} `)));
    for (const command of leaves) {
        const [, section] = page.split(new RegExp(`^ {3}spanreel ${command.join(" ")}(?: [[A-Z].*)?$`, "m"));
        assert.ok(section, `no section for ${command.join(" ")}`);
        const own = section.split(/^ {0,3}\S/m)[0];
        for (const option of optionsOf(command).filter((name) => name !== "--help"))
            assert.match(own, new RegExp(`^ {7}${option}\\b`, "m"), command.join(" "));
    }
    for (const synopsis of ["spanreel import FILE...", "spanreel push FILE", "spanreel streams watch [ID...]"])
        assert.ok(page.includes(`\n   ${synopsis}\n`), synopsis);
    for (const part of ["NAME", "SYNOPSIS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES"])
        assert.match(page, new RegExp(`^${part}$`, "m"));
});
