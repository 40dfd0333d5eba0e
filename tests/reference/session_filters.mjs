// SPDX-License-Identifier: Apache-2.0
// What a list body of the first generation asks for, worked out the slow way over sessions as answers show them. It
// shares nothing with the server and follows docs/conformance-orq.md row by row.

const hour = 3_600_000;
const day = 24 * hour;

/** Text, number or list at a wire path; undefined when absent. Dates stay text. */
function valueAt(session, path) {
    let value = session;
    for (const name of path.split(".")) value = Object(value) === value && !Array.isArray(value) ? value[name] : undefined;
    return Array.isArray(value) || Object(value) !== value ? (value ?? undefined) : undefined;
}

const elements = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const texts = (session, path) => elements(valueAt(session, path)).map(String);
const isEmpty = (value) => value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
const folded = (before, text, behind) => new RegExp(before + literal(text) + behind, "ius");

// The four variants of `filters`.

function simple(filter, session) {
    switch (filter.type) {
        case "id":
            return texts(session, filter.path).includes(filter.id);
        case "search":
            return filter.searchPaths.some((path) => texts(session, path).some((text) => folded("", filter.value, "").test(text)));
        case "string_array":
            return texts(session, filter.path).some((text) => filter.values.includes(text));
        default:
            return filter.operator === "equals"
                ? texts(session, filter.path).includes(filter.value)
                : texts(session, filter.path).some((text) => folded("", filter.value, "").test(text));
    }
}

// The eight variants of `query.filters`.

const startOfDay = (at) => Math.floor(at / day) * day;

function monthsBefore(at, months) {
    const date = new Date(at);
    const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    return first.getTime() + (Math.min(date.getUTCDate(), last) - 1) * day + (at - startOfDay(at));
}

/** [first, last] millisecond of what a relative word or a custom date names; undefined when none is chosen. */
function named({ relativeTime, customDate }, mode, now) {
    const wholeDay = (at) => [startOfDay(at), startOfDay(at) + day - 1];
    if (relativeTime === "today") return wholeDay(now);
    if (relativeTime === "yesterday") return wholeDay(now - day);
    if (relativeTime === "one_week_ago") return wholeDay(now - 7 * day);
    if (relativeTime === "one_month_ago") return wholeDay(monthsBefore(now, 1));
    if (!customDate) return undefined;
    return mode === "date" ? wholeDay(Date.parse(customDate)) : [Date.parse(customDate), Date.parse(customDate)];
}

function currentUnit(unit, now) {
    const date = new Date(now);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    if (unit === "year") return [Date.UTC(year, 0), Date.UTC(year + 1, 0) - 1];
    if (unit === "month") return [Date.UTC(year, month), Date.UTC(year, month + 1) - 1];
    if (unit === "day") return [startOfDay(now), startOfDay(now) + day - 1];
    const monday = startOfDay(now) - ((date.getUTCDay() + 6) % 7) * day;
    return [monday, monday + 7 * day - 1];
}

function pastUnits(unit, count, now) {
    if (unit === "day") return [now - count * day, now];
    if (unit === "week") return [now - count * 7 * day, now];
    return [monthsBefore(now, unit === "year" ? count * 12 : count), now];
}

/** [first, last] millisecond, or undefined when the criteria choose nothing. */
function dates(operator, { criteria, mode }, now) {
    if (criteria === null) return undefined;
    const { unit, count, direction, startDate, endDate } = criteria;
    if (operator === "is_between") {
        if (!startDate && !endDate) return undefined;
        return [
            startDate ? named({ customDate: startDate }, mode)[0] : -Infinity,
            endDate ? named({ customDate: endDate }, mode)[1] : Infinity,
        ];
    }
    if (operator === "is_relative_time") {
        if (!unit || count === undefined || count === null) return undefined;
        return [now - count * (unit === "hours_ago" ? hour : hour / 60), now];
    }
    if (operator === "is_relative_today")
        return direction === "past" ? pastUnits(unit ?? "day", count ?? 1, now) : currentUnit(unit ?? "day", now);
    const chosen = named(criteria, mode, now);
    if (!chosen) return undefined;
    if (operator === "is_before") return [-Infinity, chosen[0] - 1];
    return operator === "is_on_or_before" ? [-Infinity, chosen[1]] : chosen;
}

function dateFilter({ operator, value, path }, session, now) {
    const range = dates(operator, value, now);
    if (!range) return true;
    if (path !== "started_at" && path !== "updated_at") return false;
    const at = Date.parse(valueAt(session, path));
    return at >= range[0] && at <= range[1];
}

function numberFilter({ operator, value, path }, session) {
    const asked = [value].flat();
    const is = (test) => elements(valueAt(session, path)).some((one) => typeof one === "number" && test(one));
    switch (operator) {
        case "equals":
            return is((one) => asked.includes(one));
        case "is_not_equal":
            return !is((one) => asked.includes(one));
        case "is_greater_than":
            return is((one) => one > asked[0]);
        case "is_less_than":
            return is((one) => one < asked[0]);
        case "is_greater_than_or_equal_to":
            return is((one) => one >= asked[0]);
        case "is_less_than_or_equal_to":
            return is((one) => one <= asked[0]);
        default:
            return is((one) => one >= Math.min(...asked) && one <= Math.max(...asked));
    }
}

function textFilter({ type, operator, value, path }, session) {
    const there = texts(session, path);
    const asked = [value].flat().filter((one) => Object(one) !== one && one !== null).map(String);
    const whole = () => there.some((text) => asked.includes(text));
    const part = () => there.some((text) => asked.some((one) => folded("", one, "").test(text)));
    const isList = path === "tags" || path === "contact_ids";
    const contained = isList && (Array.isArray(value) || type === "multi-value-array") ? whole : part;
    switch (operator) {
        case "is":
            return whole();
        case "is_not":
            return !whole();
        case "contains":
            return contained();
        case "does_not_contain":
            return !contained();
        case "starts_with":
            return there.some((text) => folded("^", asked[0], "").test(text));
        default:
            return there.some((text) => folded("", asked[0], "$").test(text));
    }
}

const textOperators = ["is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with"];

function rich(filter, session, now) {
    const { type, operator, value, path } = filter;
    if (type === "evaluator") return false;
    if (operator === "is_empty") return isEmpty(valueAt(session, path));
    if (operator === "is_not_empty") return !isEmpty(valueAt(session, path));
    if (value === undefined || value === null || (value === false && type !== "boolean")) return true;
    if (Array.isArray(value) && value.length === 0) return true;
    if (type === "boolean") return false;
    if (type === "date" || value.criteria !== undefined) return dateFilter(filter, session, now);
    if (type === "number" || (type === "object" && !textOperators.includes(operator))) return numberFilter(filter, session);
    return textFilter(filter, session);
}

const searched = ["external_id", "_id", "tags", "contact_ids", "title"];

export function matches(body, session, now) {
    const { filters = [], query } = body;
    if (!filters.every((filter) => simple(filter, session))) return false;
    if (!query) return true;
    if (query.search && !simple({ type: "search", value: query.search, searchPaths: searched }, session)) return false;
    const held = (query.filters ?? []).map((filter) => rich(filter, session, now));
    if (held.length === 0) return true;
    return query.operator === "or" ? held.some(Boolean) : held.every(Boolean);
}

function compare(a, b) {
    if (typeof a === "number") return a - b;
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** In the order asked for: absent values last in both directions, ties by id. */
export function sorted(sessions, sortingProps) {
    const keys = sortingProps?.length ? sortingProps : [{ key: "started_at", direction: "desc" }];
    return sessions.toSorted((a, b) => {
        for (const { key, direction = "asc" } of keys) {
            const [left, right] = [valueAt(a, key), valueAt(b, key)];
            const absent = [left, right].map((value) => value === undefined || value === "");
            if (absent[0] || absent[1]) {
                if (absent[0] && absent[1]) continue;
                return absent[0] ? 1 : -1;
            }
            const order = compare(left, right) * (direction === "desc" ? -1 : 1);
            if (order !== 0) return order;
        }
        return compare(a._id, b._id);
    });
}
