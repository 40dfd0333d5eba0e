// SPDX-License-Identifier: Apache-2.0
// Numbers that a seed repeats (mulberry32).
export function randomFrom(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const random = {
        below: (most) => Math.floor(next() * most),
        chance: (share = 0.5) => next() < share,
        pick: (list) => list[random.below(list.length)],
        word: () => random.pick(["", "a", "b c", "d/e?f#g", "\u00e9\u00df", "\u{1f3a5}", "x".repeat(40), "..", ".", "100%", "<id>", "\"q\"\\\n"]),
        number: () => random.pick([0, 1, -1, 0.5, 1e-7, 1e21, 123456789, 0.1 + 0.2, 42, 9007199254740991]),
        words: () => Array.from({ length: random.below(3) }, random.word),
        /** `make()` or nothing. */
        maybe: (make, share = 0.5) => (random.chance(share) ? make() : undefined),
        date: () => new Date(Math.floor(next() * 4e12) - 5e11).toISOString(),
    };
    return random;
}
