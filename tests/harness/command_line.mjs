// SPDX-License-Identifier: Apache-2.0
// The command line as people and programs use it: `spanreel streams list` with a server's address and key.
import { outcome } from "./command.mjs";
import { start } from "./leftovers.mjs";
import { program } from "./server.mjs";
import { waitFor } from "./waiting.mjs";

/** Variables for a server; other settings of the machine's are left out. */
export const variablesOf = ({ url, key }) => ({
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...(url ? { SPANREEL_URL: url } : {}),
    ...(key ? { SPANREEL_KEY: key } : {}),
    UBSAN_OPTIONS: "print_stacktrace=1",
});

/** Runs `spanreel` with these words to its end: { code, signal, stdout, stderr } with text. */
export async function spanreel(server, words, { env = {}, ...options } = {}) {
    const end = await outcome(program, words, { env: { ...variablesOf(server), ...env }, ...options });
    return { ...end, stdout: end.stdout.toString() };
}

/** As spanreel, of a command that has to go well and prints JSON: the objects. */
export async function objectsOf(server, words, options) {
    const { code, stdout, stderr } = await spanreel(server, [...words, "--json"], options);
    if (code !== 0) throw new Error(`spanreel ${words.join(" ")}: ${code}\n${stderr}`);
    return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** The lines that a running `spanreel` has printed; `end()` is Ctrl-C and resolves to { code, signal }. */
export function running(server, words) {
    const child = start(program, words, { env: variablesOf(server) });
    const run = { out: "", err: "", ended: child.ended };
    child.stdout.setEncoding("utf8").on("data", (text) => (run.out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (run.err += text));
    run.until = (what, pattern, where = "out") =>
        waitFor(what, () => pattern.exec(run[where]), { within: 30_000 }).catch((error) => {
            throw new Error(`${error.message}\n${run.out}\n${run.err}`);
        });
    run.end = () => (child.kill("SIGINT"), child.ended);
    return run;
}

// Python has what Node lacks: a terminal of a size. It copies what is typed and shown, and ends as the program did.
const onTerminal = `
import fcntl, os, pty, struct, sys, termios
columns, arguments = int(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(arguments[0], arguments)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
import select
watched = [terminal, 0]
while True:
    ready, _, _ = select.select(watched, [], [])
    if 0 in ready:
        typed = os.read(0, 1000)
        if typed: os.write(terminal, typed)
        else: watched.remove(0)
    if terminal in ready:
        try: shown = os.read(terminal, 65536)
        except OSError: break
        if not shown: break
        os.write(1, shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

/** Starts `spanreel` on a terminal: `shown` is what can be seen, `type(text)` the keyboard; `ended` as of start. */
export function onTty(server, words, { columns = 80 } = {}) {
    // The program may look at the size before the terminal has it.
    const command = ["sh", "-c", `stty cols ${columns}; exec "$@"`, "sh", program, ...words];
    const child = start("python3", ["-c", onTerminal, String(columns), ...command], {
        env: { ...variablesOf(server), TERM: "xterm" },
        stdio: ["pipe", "pipe", "pipe"],
    });
    const terminal = { shown: "", ended: child.ended, type: (text) => child.stdin.write(text) };
    child.stdout.setEncoding("utf8").on("data", (text) => (terminal.shown += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (terminal.shown += text));
    terminal.until = (what, pattern) =>
        waitFor(what, () => pattern.exec(terminal.shown), { within: 30_000 }).catch((error) => {
            throw new Error(`${error.message}\n${JSON.stringify(terminal.shown)}`);
        });
    return terminal;
}
