// SPDX-License-Identifier: Apache-2.0
// The client libraries as somebody else gets them: installed by CMake, static and shared, and used from a project
// outside this tree that finds them by CMake and by pkg-config. And what a program takes along that uses one function.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

import { sdkProgram } from "./driver.mjs";
import { outcome, run } from "../harness/command.mjs";
import { temporaryFolder } from "../harness/leftovers.mjs";
import { startServer } from "../harness/server.mjs";

const within = 900_000;
const compiler = process.env.SDK_COMPILER ?? "clang++-19";
const launcher = ["-G", "Ninja", `-DCMAKE_CXX_COMPILER=${compiler}`, "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache", "-DCMAKE_BUILD_TYPE=Release"];

let server;
before(async () => {
    server = await startServer();
});
after(() => server.stop());

async function install(shared) {
    const folder = temporaryFolder("sdk");
    const [build, prefix] = [join(folder, "build"), join(folder, "installed")];
    await run("cmake", ["-S", "sdk", "-B", build, ...launcher, `-DBUILD_SHARED_LIBS=${shared}`, `-DCMAKE_INSTALL_PREFIX=${prefix}`, "-DCMAKE_INSTALL_LIBDIR=lib"], { within });
    await run("cmake", ["--build", build], { within });
    await run("cmake", ["--install", build], { within });
    return { folder, prefix };
}
const installed = new Map();
before(async () => {
    for (const shared of ["OFF", "ON"]) installed.set(shared, await install(shared));
});

const configure = (prefix, build, ...more) => ["-S", resolve("sdk/tests/consumer"), "-B", build, ...launcher, `-DCMAKE_PREFIX_PATH=${prefix}`, ...more];

const operations = 35;
/** Every operation was answered, and those that need nothing succeeded. */
async function callEverything(program, env = {}) {
    const { stdout } = await run(program, [server.url, server.key], { env: { ...process.env, ...env } });
    const ends = stdout.toString().trim().split("\n").map((line) => /^(\w+) (\d+) (.*)$/.exec(line).slice(1));
    assert.equal(ends.length, operations);
    for (const [name, status, end] of ends) {
        assert.notEqual(status, "0", `${name} ${end}`);
        assert.notEqual(status, "501", name);
        assert.equal(end === "value", status < 300, `${name} ${status} ${end}`);
    }
    for (const name of ["sessions_list", "threads_list", "session_get_all", "stream_create", "task_get_all"])
        assert.equal(ends.find(([one]) => one === name)[2], "value", name);
}

/** Each exception is caught by its type, and a coroutine gets its answer. */
async function catchEverything(program, env) {
    const { stdout } = await run(program, [server.url, server.key], { env: { ...process.env, ...env } });
    const lines = stdout.toString().trim().split("\n");
    assert.equal(lines.length, 10);
    for (const line of lines) assert.match(line, /^\w+ caught$/);
}

for (const shared of ["OFF", "ON"]) {
    test(`a project outside builds against the installed ${shared === "ON" ? "shared" : "static"} libraries by CMake and by pkg-config, calls every operation and catches every exception`, async () => {
        const { folder, prefix } = installed.get(shared);
        const build = join(folder, "consumer");
        await run("cmake", configure(prefix, build), { within });
        await run("cmake", ["--build", build], { within });
        const env = { LD_LIBRARY_PATH: join(prefix, "lib") };
        await callEverything(join(build, "every_call"), env);
        await catchEverything(join(build, "every_error"), env);

        const find = ["--cflags", "--libs", ...(shared === "ON" ? [] : ["--static"]), "spanreel-orq", "spanreel-livepeer"];
        const { stdout } = await run("pkg-config", find, { env: { ...process.env, PKG_CONFIG_PATH: join(prefix, "lib/pkgconfig") } });
        // Private libraries of Debian's libcurl have no development packages; its shared library brings them.
        const flags = stdout.toString().trim().split(/\s+/).filter((flag) => !/^-l(?!spanreel|curl$|boost_json)/.test(flag));
        const program = join(folder, "by-pkg-config");
        await run(compiler, ["-std=c++23", resolve("sdk/tests/consumer/every_call.cpp"), ...flags, "-o", program], { within });
        await callEverything(program, env);
    });

    test(`CMake finds the ${shared === "ON" ? "shared" : "static"} package by the versions and components it has, and by no others`, async () => {
        const { folder, prefix } = installed.get(shared);
        const refusal = async (...wanted) => {
            const { code, stderr } = await outcome("cmake", configure(prefix, join(folder, "refused"), ...wanted), { within });
            assert.notEqual(code, 0, wanted.join(" "));
            return stderr;
        };
        for (const version of ["0.2", "1.0", "0.0.9"]) assert.match(await refusal(`-DWANTED_VERSION=${version}`), /compatible with requested version/);
        assert.match(await refusal("-DWANTED_VERSION=0.1", "-DWANTED=orq;nonsense"), /nonsense/);
        if (shared === "ON") return;
        // The libraries were built with a newer libcurl than this machine would have.
        mkdirSync(join(folder, "old"), { recursive: true });
        writeFileSync(join(folder, "old", "FindCURL.cmake"), 'include(FindPackageHandleStandardArgs)\nset(CURL_VERSION_STRING "7.74")\nfind_package_handle_standard_args(CURL REQUIRED_VARS CURL_VERSION_STRING VERSION_VAR CURL_VERSION_STRING)\n');
        assert.match(await refusal("-DWANTED=orq", `-DCMAKE_MODULE_PATH=${join(folder, "old")}`), /7\.74.*required is at\s+least "7\.87"/s);
    });
}

test("the shared libraries are named after their version and show what the headers say, and nothing else", async () => {
    const { prefix } = installed.get("ON");
    const version = /kVersion = "(\d+\.\d+)\.\d+"/.exec(readFileSync("sdk/include/spanreel/sdk/version.hpp", "utf8"))[1];
    for (const name of ["sdk", "orq", "livepeer"]) {
        const library = join(prefix, "lib", `libspanreel_${name}.so`);
        assert.match((await run("llvm-readelf-19", ["--dynamic", library])).stdout.toString(), new RegExp(`soname: \\[libspanreel_${name}\\.so\\.${version}\\]`));
        const symbols = (await run("llvm-nm-19", ["--dynamic", "--defined-only", "--demangle", library])).stdout.toString().trim().split("\n").map((line) => line.slice(17));
        const inside = symbols.filter((symbol) => /^[TDRB] (?!spanreel::)|CurlTransport|CurlExchange|AsyncSender|CallRun|log_request|names_secret|retry_after/.test(symbol));
        assert.deepEqual(inside, [], library);
        assert.ok(symbols.some((symbol) => /^T spanreel::/.test(symbol)), library);
    }
    assert.match((await run("llvm-nm-19", ["--dynamic", "--defined-only", "--demangle", join(prefix, "lib/libspanreel_sdk.so")])).stdout.toString(), /V typeinfo for spanreel::sdk::HonoApiError/);
});

test("a program that uses one function links no symbol of another operation", async () => {
    const operation = /spanreel::(?:orq|livepeer)::detail::(?:prepare|read)_(\w+)\(/;
    const linked = async (program) => {
        const { stdout } = await run("llvm-nm-19", ["--demangle", sdkProgram(program)]);
        return [...new Set(stdout.toString().split("\n").flatMap((line) => operation.exec(line)?.[1] ?? []))];
    };
    const all = readdirSync("sdk/samples/livepeer").filter((file) => file.endsWith("_standalone.cpp")).map((file) => file.replace("_standalone.cpp", ""));
    assert.equal(all.length, 4);
    for (const name of all) assert.deepEqual(await linked(`samples/livepeer/sample_livepeer_${name}_standalone`), [name]);
    for (const name of ["create", "delete", "get", "update", "list"]) assert.deepEqual(await linked(`samples/orq/sample_orq_${name}_standalone`), [`sessions_${name}`]);
});
