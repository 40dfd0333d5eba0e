// SPDX-License-Identifier: Apache-2.0
// The pages docs/sdk/api-*.md from the headers' declarations and docstrings and the samples: `make sdk-docs` writes
// them, api_pages.test.mjs compares. It reads what clang-format makes of the headers, and says so where it cannot.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const include = "sdk/include/spanreel";
const read = (...path) => readFileSync(join(...path), "utf8");

/** Parts of a text between commas that are in no brackets. */
function split(text) {
    const parts = [""];
    let depth = 0;
    for (const c of text) {
        depth += "<({[".includes(c) - ">)}]".includes(c);
        if (c === "," && depth === 0) parts.push("");
        else parts[parts.length - 1] += c;
    }
    return parts.map((part) => part.trim()).filter(Boolean);
}
/** "std::optional<int> a{}" as its type, name and default. */
function declaration(text) {
    let depth = 0;
    let end = -1;
    for (let i = 0; i < text.length && end < 0; ++i) {
        depth += (text[i] === "<") - (text[i] === ">");
        if (text[i] === " " && depth === 0 && /^[a-z_]\w*\s*(=|\{|,|$)/.test(text.slice(i + 1))) end = i;
    }
    if (end < 0) throw new Error(`no declaration: ${text}`);
    const [first, ...others] = split(text.slice(end + 1));
    const type = text.slice(0, end);
    return [first, ...others].map((one) => ({ type, name: /^\w+/.exec(one)[0], initial: /[={]/.test(one) }));
}
const words = (comment) => comment.split("\n").map((line) => line.trim().replace(/^\/\/\/<?\s?/, "")).join(" ").trim();

/** Structures of a header: { name: { doc, base, members: [{ type, name, initial, doc }] } }. */
function structures(text) {
    const found = {};
    for (const [, doc, name, base, body] of text.matchAll(/^((?:\/\/\/ .*\n)*)struct (\w+)(?: : (\w+))? \{\n([\s\S]*?)^\};/gm)) {
        const members = [];
        const code = body.replaceAll(/^ *template[\s\S]*?\}\n/gm, "").replaceAll(/^    \/\/ .*\n/gm, "");
        for (const [, before, statement, after] of code.matchAll(/^((?: *\/\/\/ .*\n)*)    (?!\/\/)(\S[^;]*);((?: *\/\/\/<.*)?(?:\n {20,}\/\/\/<.*)*)/gm))
            if (!statement.includes("(") && !/^(enum|using|friend|static|private|public)\b/.test(statement)) members.push(...declaration(statement.replaceAll(/\s+/g, " ")).map((one) => ({ ...one, doc: words(before || after) })));
        found[name] = { doc: words(doc), base, members };
    }
    return found;
}
/** Words of enumerations on the wire. */
const enumerations = (text) => Object.fromEntries([...text.matchAll(/enum_words\((\w+)\)[\s\S]*?\(\{([\s\S]*?)\}\)/g)].map(([, name, list]) => [name, [...list.matchAll(/"([^"]*)"/g)].map(([, word]) => word)]));
/** Operations: { name: { doc, request, response } }. */
const operations = (text) =>
    Object.fromEntries(
        [...text.matchAll(/((?:^\/\/\/ .*\n)*)^inline constexpr sdk::Operation<([\s\S]*?)> (\w+)\{/gm)].map(([, doc, types, name]) => {
            const [request, response] = split(types.replaceAll(/\s+/g, " "));
            return [name, { doc: words(doc), request, response }];
        }),
    );
/** Methods that stand for operations, by the operation: { doc, group, name, parameters }; the first of each name. */
function methods(text) {
    const found = {};
    for (const [, body] of text.matchAll(/^class \w+[^;{]*\{\n([\s\S]*?)^\};/gm))
        for (const [, doc, name, parameters, operation] of body.matchAll(/((?:^    \/\/\/ .*\n)*)^    [\w:<>, ]+ (\w+)\(((?:[^{;]|= \{\})*?)\) const \{\n[^}]*?value_or_throw\((\w+)\(/gm))
            found[operation] ??= { doc: words(doc), name, parameters: split(parameters.replaceAll(/\s+/g, " ")).flatMap(declaration) };
    return found;
}

const optional = (type) => /^std::optional<(.*)>$/.exec(type)?.[1];
const required = ({ type, initial }) => !optional(type) && !initial;
const row = (...cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
const code = (text) => `\`\`\`cpp\n${text.trim()}\n\`\`\`\n\n`;

function page(library, title, groups) {
    const folder = join(include, library);
    const headers = [...readdirSync(folder).map((file) => join(folder, file)), `${include}/sdk/nullable.hpp`].map((file) => read(file)).join("\n");
    const [all, types, enums, byMethod] = [operations(headers), structures(headers), enumerations(headers), methods(read(`${include}/${library}.hpp`))];
    const callOptions = structures(read(`${include}/sdk/options.hpp`)).CallOptions.members;

    const used = new Set();
    const use = (type) => {
        for (const [name] of type.matchAll(/\w+/g)) {
            if (used.has(name) || !(types[name] || enums[name])) continue;
            used.add(name);
            types[name]?.members.forEach((member) => use(member.type));
            if (types[name]?.base) use(types[name].base);
        }
    };
    const membersOf = (name) => (types[name]?.base ? membersOf(types[name].base) : []).concat(types[name]?.members ?? []);

    const sample = (operation, suffix) => {
        const file = join("sdk/samples", library, `${library === "orq" ? operation.replace(/^sessions_/, "") : operation}${suffix}.cpp`);
        return existsSync(file) && (library !== "orq" || operation.startsWith("sessions_")) ? read(file).replace(/^.*SPDX.*\n/, "") : undefined;
    };
    const errors = (operation) => {
        const notFound = /not_found/.test(read("sdk/src", library, `${operation}.cpp`));
        return (notFound ? row("`sdk::HonoApiError`, `not_found`", "404", "application/json") : "") + row("`sdk::ApiError`, `api`", "4XX, 5XX", "any");
    };
    const section = (group, operation) => {
        const { doc, request, response } = all[operation];
        const method = byMethod[operation];
        const [, id, how, rest] = /^(?:(\w+): )?([A-Z]+ \/[^\s.;]*)([.;].*)$/.exec(doc) ?? [];
        if (!how || !method.doc) throw new Error(`${operation} has no docstring that says what it does`);
        use(request), use(response);
        const requestType = optional(request) ?? request;
        let text = `## ${group}.${method.name}\n\n${method.doc}\n\n${id ? `\`${id}\`: ` : ""}\`${how}\`${rest}\n\n`;
        if (sample(operation, "")) text += `### Example Usage\n\n${code(sample(operation, ""))}### Standalone function\n\n${code(sample(operation, "_standalone"))}`;
        else text += `### Standalone function\n\n\`${operation}(core, request, options)\`, where \`request\` is \`${request}\`.\n\n`;
        text += `### Parameters\n\n${row("Parameter", "Type", "Required", "Description")}${row("---", "---", "---", "---")}`;
        for (const parameter of method.parameters) {
            const type = parameter.type.replace(/^const (.*)&$/, "$1");
            const whole = parameter.name === "request";
            const described = whole ? types[requestType]?.doc : parameter.name === "options" ? "What this call does otherwise than the client." : membersOf(requestType).find(({ name }) => name === parameter.name)?.doc || types[type]?.doc || "";
            if (!described) throw new Error(`${operation}: nothing says what ${parameter.name} is`);
            text += row(`\`${parameter.name}\``, `\`${type}\``, required(parameter) && !(whole && optional(request)) ? "yes" : "no", described);
            const members = parameter.name === "options" ? callOptions : (types[type]?.members ?? []).filter(() => type !== "Id");
            for (const member of members) text += row(`\`${parameter.name}.${member.name}\``, `\`${member.type}\``, required(member) ? "yes" : "no", member.doc);
        }
        text += `\n### Response\n\n${response === "void" ? "Nothing." : `\`${response}\``}\n\n`;
        return `${text}### Errors\n\n${row("Exception, \`Error::Kind\`", "Status", "Content type")}${row("---", "---", "---")}${errors(operation)}\n`;
    };

    const missing = Object.keys(all).filter((name) => !byMethod[name] || !Object.keys(groups).some((group) => name.startsWith(`${group}_`)));
    if (missing.length > 0) throw new Error(`of no group, or without a method: ${missing}`);
    const ordered = Object.entries(groups).flatMap(([group, title_]) => Object.keys(byMethod).filter((name) => name.startsWith(`${group}_`)).map((operation) => ({ group, title: title_, operation })));
    const sections = ordered.map(({ group, operation }) => section(group, operation)).join("");
    const anchor = (text) => text.replaceAll(".", "").toLowerCase();
    let text = `# ${title}\n\n`;
    text += `Written by \`make sdk-docs\` from the headers in \`sdk/include\`. [How to use the library](${library}.md), and how it differs\nfrom the npm package.\n\n## Overview\n\n### Available Operations\n`;
    for (const [group, heading] of Object.entries(groups)) {
        text += `\n\`${library}.${group}\`: ${heading}\n\n`;
        for (const { operation } of ordered.filter((one) => one.group === group)) text += `* [${group}.${byMethod[operation].name}](#${anchor(`${group}.${byMethod[operation].name}`)}) - ${byMethod[operation].doc}\n`;
    }
    text += `\nMethods throw; the standalone functions give the same failures as \`sdk::Error\`. Beside the errors of each operation\nthere are those of every call: \`InputValidationError\` (nothing was sent), \`ResponseValidationError\` (the answer does not\nfit), \`InvalidRequestError\`, \`RequestAbortedError\`, \`RequestTimeoutError\`, \`ConnectionError\`, \`UnexpectedClientError\`.\n\n${sections}`;
    text += "## Types\n\n";
    for (const name of [...used].sort()) {
        text += `### ${name}\n\n`;
        if (enums[name]) text += `One of ${enums[name].map((word) => `\`${word}\``).join(", ")}.\n\n`;
        else {
            const { doc, base, members } = types[name];
            const about = [doc, base && `All of \`${base}\`${members.length > 0 ? ", and:" : "."}`].filter(Boolean).join(" ");
            if (about) text += `${about}\n\n`;
            if (members.length > 0) text += row("Member", "Type", "Description") + row("---", "---", "---") + members.map((member) => row(`\`${member.name}\``, `\`${member.type}\``, member.doc)).join("") + "\n";
        }
    }
    return { operations: ordered.length, text: `${text.trimEnd()}\n` };
}

/** The pages by their file. */
export const apiPages = () => ({
    "docs/sdk/api-orq.md": page("orq", "Orq's API, operation by operation", { sessions: "sessions of traces, first generation", threads: "the same sessions, second generation", traces: "traces and their spans" }),
    "docs/sdk/api-livepeer.md": page("livepeer", "Livepeer's API, operation by operation", { session: "sessions of streams", stream: "streams", asset: "assets", playback: "what there is to play", task: "tasks" }),
});

if (process.argv[2] === "--write")
    for (const [file, { operations: count, text }] of Object.entries(apiPages())) {
        writeFileSync(file, text);
        console.log(`${file}: ${count} operations`);
    }
