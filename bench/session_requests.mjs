// SPDX-License-Identifier: Apache-2.0
// Prints the lists and counts that bench/sessions measures, a tab-separated line each: name, method, path, body.
// Usage: session_requests.mjs URL KEY SESSIONS, of a server that bench_session_load has filled.
const [url, key, count] = process.argv.slice(2);
const sessions = Number(count);

async function ask(path, body) {
    const answer = await fetch(url + path, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
}

const print = (name, method, path, body) => console.log([name, method, path, body ? JSON.stringify(body) : ""].join("\t"));

const first = "/v2/traces/sessions";
const second = "/v2/sessions";
const middle = (await ask(`${first}/query`, { filters: [], pagination: { page: sessions / 100, limit: 50 } })).data;
const sample = middle.find((session) => session.tags.length > 0 && session.project_id);
const [before, after] = [middle[0].started_at, middle[49].started_at];

// Everything the first generation can filter by: each variant, operator and kind of path.
const filters = [];
const add = (type, operator, path, value, extra = {}) => filters.push({ type, operator, path, name: path, value, ...extra });
const texts = {
    external_id: [sample.external_id, sample.external_id.slice(13, 19).toUpperCase()],
    title: ["late parcel refund 17", "parcel"],
    _id: [sample._id, sample._id.slice(-5)],
    project_id: ["project-3", "ject-1"],
    client: ["client-2", "ent-2"],
    repo: ["example/repo-12", "repo-12"],
    kind: ["THREAD_KIND_CONVERSATION", "coding"],
    tags: ["tag-7", "g-7"],
    contact_ids: ["user-77", "r-77"],
    started_at: [sample.started_at, sample.started_at.slice(0, 10)],
    duration: ["1000", "99"],
    "usage.total_tokens": ["12000", "777"],
    "billing.total_cost": ["0.01", "0.012"],
};
for (const [path, [whole, part]] of Object.entries(texts)) {
    for (const operator of ["is", "is_not"]) add("string", operator, path, whole);
    for (const operator of ["contains", "does_not_contain", "starts_with", "ends_with"]) add("string", operator, path, part);
    for (const operator of ["is_empty", "is_not_empty"]) add("string", operator, path, null);
}
for (const path of ["usage.total_tokens", "duration", "billing.total_cost", "traces_count"]) {
    const number = sample[path.split(".")[0]][path.split(".")[1]] ?? sample[path];
    for (const operator of ["equals", "is_not_equal"]) add("number", operator, path, number);
    for (const order of ["greater_than", "less_than", "greater_than_or_equal_to", "less_than_or_equal_to"])
        add("number", `is_${order}`, path, number);
    add("number", "is_between", path, [number * 0.9, number * 1.1]);
    for (const operator of ["is_empty", "is_not_empty"]) add("number", operator, path, null);
}
for (const path of ["project_id", "client", "kind"])
    for (const [operator, value] of Object.entries({ is: [texts[path][0]], is_not: [texts[path][0]], is_empty: undefined, is_not_empty: undefined }))
        add("single-value-array", operator, path, value, { options: [] });
for (const path of ["tags", "contact_ids"])
    for (const operator of ["contains", "does_not_contain", "is_empty", "is_not_empty"])
        add("multi-value-array", operator, path, operator.endsWith("empty") ? null : [texts[path][0], "tag-9"], { options: [] });
for (const path of ["started_at", "updated_at"])
    for (const mode of ["date", "datetime"]) {
        const date = (operator, criteria) => add("date", operator, path, { mode, criteria });
        date("is", { relativeTime: "custom_date", customDate: sample.started_at });
        for (const relativeTime of ["today", "yesterday", "one_week_ago", "one_month_ago"]) date("is_before", { relativeTime });
        date("is_on_or_before", { relativeTime: "custom_date", customDate: sample.started_at });
        date("is_between", { startDate: after, endDate: before });
        date("is_relative_time", { unit: "hours_ago", count: 300 });
        date("is_relative_today", { unit: "month", count: 2, direction: "past" });
        date("is_relative_today", { unit: "week", direction: "present" });
    }
add("boolean", "is", "finished", true);
add("object", "contains", "title", "crash", { options: [], selectedOptionId: null });
add("evaluator", "equals", "score", 1, { options: [], selectedOptionId: null });

for (const filter of filters) {
    const words = typeof filter.value === "object" ? JSON.stringify(filter.value) : filter.value;
    const body = { filters: [], query: { operator: "and", filters: [filter] } };
    const name = [filter.type, filter.path, filter.operator, words].join(" ");
    print(`list ${name}`, "POST", `${first}/query`, body);
    print(`count ${name}`, "POST", `${first}/count`, body);
}

const plain = [
    { type: "id", path: "_id", id: sample._id },
    { type: "search", value: "parcel", searchPaths: ["title", "external_id", "tags"] },
    { type: "string", operator: "contains", path: "title", value: "video" },
    { type: "string", operator: "equals", path: "external_id", value: sample.external_id },
    { type: "string_array", operator: "in", path: "tags", values: ["tag-3", "tag-4", "tag-5"] },
    { type: "string_array", operator: "in", path: "_id", values: middle.map((session) => session._id) },
];
for (const filter of plain) {
    print(`list filters ${filter.type} ${filter.path ?? filter.searchPaths}`, "POST", `${first}/query`, { filters: [filter] });
    print(`count filters ${filter.type} ${filter.path ?? filter.searchPaths}`, "POST", `${first}/count`, { filters: [filter] });
}
for (const search of ["refund", "a", "zzzz", sample.external_id, "tag-1"]) {
    const body = { filters: [], query: { operator: "and", search, filters: [] } };
    print(`list search ${search}`, "POST", `${first}/query`, body);
    print(`count search ${search}`, "POST", `${first}/count`, body);
}
const many = filters.filter((filter) => filter.operator === "contains").slice(0, 5);
for (const operator of ["and", "or"])
    print(`list ${operator} of ${many.length} contains`, "POST", `${first}/query`, { filters: [], query: { operator, filters: many } });

const sortable = Object.keys(texts).filter((path) => path !== "tags" && path !== "contact_ids");
sortable.push("updated_at", "traces_count", "workspace_id", "billing.input_cost", "billing.output_cost", "usage.prompt_tokens", "usage.completion_tokens");
const pages = [1, 2, 100, sessions / 100, sessions / 50];
for (const path of sortable)
    for (const direction of ["asc", "desc"])
        for (const page of pages)
            print(`sort ${path} ${direction} page ${page}`, "POST", `${first}/query`, {
                filters: [],
                sortingProps: [{ key: path, direction }],
                pagination: { page, limit: 50 },
            });
for (const keys of [["kind", "usage.total_tokens"], ["client", "title"], ["traces_count", "duration", "external_id"]])
    for (const page of pages)
        print(`sort ${keys} page ${page}`, "POST", `${first}/query`, {
            filters: [],
            sortingProps: keys.map((path) => ({ key: path, direction: "desc" })),
            pagination: { page, limit: 50 },
        });
for (const cursor of ["lastId", "firstId"])
    for (const path of ["", ...sortable])
        print(`cursor ${cursor} sort ${path || "default"}`, "POST", `${first}/query`, {
            filters: [],
            ...(path && { sortingProps: [{ key: path, direction: "desc" }] }),
            pagination: { [cursor]: sample._id, limit: 50 },
        });
for (const page of pages) print(`default order page ${page}`, "POST", `${first}/query`, { filters: [], pagination: { page, limit: 50 } });
print("1000 rows of the default order", "POST", `${first}/query`, { filters: [], pagination: { page: 1, limit: 1000 } });
print("count all", "POST", `${first}/count`, { filters: [] });

// The second generation.
const intervals = ["UNSPECIFIED", "ALL_TIME", "LAST_30_MINUTES", "LAST_1_HOUR", "LAST_6_HOURS", "LAST_24_HOURS", "LAST_3_DAYS", "LAST_7_DAYS", "LAST_14_DAYS", "LAST_1_MONTH", "LAST_3_MONTHS"];
const threads = intervals.map((interval) => ({ interval: `SESSION_INTERVAL_${interval}` }));
const all = { interval: "SESSION_INTERVAL_ALL_TIME" };
threads.push({ ...all, project_id: "project-3" }, { ...all, client: "client-2" }, { ...all, repo: "example/repo-12" });
threads.push({ ...all, tags: ["tag-3", "tag-4"] }, { ...all, kind: "THREAD_KIND_CONVERSATION" });
threads.push({ ...all, start_date: String(Date.parse(after)), end_date: String(Date.parse(before)) });
for (const thread of threads) {
    print(`second list ${JSON.stringify(thread)}`, "POST", `${second}/query`, { filters: thread });
    print(`second count ${JSON.stringify(thread)}`, "POST", `${second}/count`, { filters: thread });
}
for (const page of pages) print(`second page ${page}`, "POST", `${second}/query`, { filters: all, page, limit: 50 });
print("tags", "GET", `${second}/tags`);

// Livepeer's list of stream sessions: every field to filter and order by.
const streams = {
    text: { name: "a7", id: "", parentId: "00000000-0000-4000-8000-000000000007", recordingStatus: "none", userId: "", projectId: "" },
    number: ["lastSeen", "createdAt", "sourceSegments", "sourceSegmentsDuration", "sourceBytes", "transcodedSegments", "ingestRate"],
};
const query = (parameters) => `/api/session?${new URLSearchParams(parameters)}`;
const filtered = (id, value) => ({ filters: JSON.stringify([{ id, value }]) });
for (const [field, value] of Object.entries(streams.text)) print(`streams ${field} ${value}`, "GET", query({ ...filtered(field, value), count: "true" }));
print("streams record", "GET", query({ ...filtered("record", true), count: "true" }));
const numbers = { lastSeen: Date.now() - 1e10, createdAt: Date.now() - 2e10, sourceSegments: 2500, sourceSegmentsDuration: 5000, sourceBytes: 2e9, transcodedSegments: 0, ingestRate: 0 };
for (const field of streams.number)
    for (const operator of ["eq", "gt", "gte", "lt", "lte"])
        print(`streams ${field} ${operator}`, "GET", query({ ...filtered(field, { [operator]: Math.round(numbers[field]) }), count: "true" }));
for (const field of [...Object.keys(streams.text), "record", ...streams.number])
    for (const descending of [true, false])
        for (const page of [0, sessions / 2])
            print(`streams order ${field} ${descending} from ${page}`, "GET", query({ order: `${field}-${descending}`, cursor: `skip${page}`, count: "true" }));
print("streams default order", "GET", query({}));
print("streams default order, 1000 and count", "GET", query({ limit: "1000", count: "true" }));
