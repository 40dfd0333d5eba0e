// SPDX-License-Identifier: Apache-2.0
// What is said and done in the demo, and when: the picture is drawn and the agent acts after it. Times are seconds.

const model = "gpt-4o-mini";
const call = (seconds, input, output) => ({ kind: "model", model, seconds, input, output });
const tool = (seconds, name, query, result) => ({ kind: "tool", name, seconds, query, result });

const turns = [
    {
        caller: "When does the next train to Lyon leave?",
        heard: 0.9,
        steps: [
            call(0.6, 412, 38),
            tool(0.8, "search_timetable", { to: "Lyon" }, { departs: "14:04", seats: 12 }),
            call(0.5, 518, 31),
        ],
        agent: "The next one leaves at 14:04. Shall I book it?",
        spoken: 1.3,
    },
    {
        caller: "Yes please, a seat by the window.",
        heard: 0.9,
        steps: [
            call(0.5, 604, 44),
            tool(0.7, "reserve_seat", { train: "14:04", seat: "window" }, { error: "no window seat left" }),
            call(0.5, 690, 52),
            tool(0.8, "search_timetable", { to: "Lyon", after: "14:04" }, { departs: "14:34", seats: 40 }),
            call(0.6, 781, 36),
        ],
        agent: "Window seats are gone at 14:04. At 14:34 there are some.",
        spoken: 1.5,
    },
    {
        caller: "Then I take that one.",
        heard: 0.7,
        steps: [
            call(0.5, 860, 41),
            tool(0.8, "reserve_seat", { train: "14:34", seat: "window" }, { seat: "12A" }),
            call(0.5, 952, 28),
        ],
        agent: "Seat 12A by the window is yours.",
        spoken: 1.2,
    },
];

/** The turns that fit into `seconds` of video, each moment of them as { from, to }. */
export function conversation(seconds) {
    const timed = [];
    let at = 0.5;
    for (const turn of turns) {
        const moment = (length) => ({ from: at, to: (at += length) });
        const begin = at;
        const caller = { ...moment(turn.heard), text: turn.caller };
        const steps = turn.steps.map((step) => ({ ...step, ...moment(step.seconds) }));
        const agent = { ...moment(turn.spoken), text: turn.agent };
        if (at > seconds) break;
        timed.push({ from: begin, to: at, caller, steps, agent });
        at += 0.4;
    }
    return timed;
}
