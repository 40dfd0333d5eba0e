// SPDX-License-Identifier: Apache-2.0
// Searches, OQL and aggregates of traces (the first byte chooses; OQL alone, or in its body): what is taken keeps its
// bounds and runs, finds the same whether the traces are saved or not, and page by page finds the same as at once.
#include <fmt/format.h>

#include "answer.hpp"
#include "api/orq/list_body.hpp"
#include "api/orq/oql.hpp"
#include "api/orq/trace_bodies.hpp"
#include "api/orq/trace_fields.hpp"
#include "api/orq/trace_json.hpp"
#include "memory_database.hpp"
#include "store/embedded/index_save.hpp"
#include "store/embedded/trace_search.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::api::orq;

constexpr std::int64_t kNow = 1'760'000'000'000'000'000;
constexpr std::size_t kTraces = 24;

/// Traces that differ in all that a search can ask.
store::UnsavedTraces traces() {
    store::UnsavedTraces made;
    for (std::size_t i = 0; i < kTraces; ++i) {
        const auto number = static_cast<std::int64_t>(i);
        store::TraceRow row{.key = {"w", {}}, .project = i % 3 == 0 ? "" : fmt::format("p{}", i % 3)};
        row.key.trace_id.bytes.back() = static_cast<std::uint8_t>(i);
        row.ended_at = kNow - number / 2 * 3'600'000'000'000;
        row.started_at = row.ended_at - number * 500'000;
        row.columns = {.name = i % 2 ? "\xc3\x84rger" : fmt::format("call {}", i),
                       .operation = i % 5 ? "chat" : "",
                       .status = i % 4 ? "ok" : "error",
                       .session_key = i % 7 ? fmt::format("talk {}", i % 7) : "",
                       .thread = i % 6 ? "" : "thread",
                       .identity = i % 8 ? "" : "it's",
                       .span_count = number,
                       .error_count = i % 4 ? 0 : 1};
        for (std::size_t model = 0; model < i % 3; ++model) row.columns.models.push_back(fmt::format("m-{}", model));
        if (i % 2) row.columns.providers = {"acme"};
        if (i % 3) row.columns.prompt_tokens = number, row.columns.completion_tokens = 1;
        if (i % 4) row.columns.cost = static_cast<double>(i) / 8;
        made.hidden.push_back(row.key.trace_id);
        made.rows.push_back(std::move(row));
    }
    return made;
}

const store::UnsavedTraces& unsaved() {
    static const auto* made = new store::UnsavedTraces(traces());
    return *made;
}

/// With the traces saved.
store::Database& database() {
    static store::Database* made = [] {
        store::Database& empty = memory_database();
        const store::IndexChanges changes{.traces = unsaved().rows};
        require(empty
                    .write([&](store::Connection& connection) -> Result<void> {
                        store::write_slice(connection, changes, 0);
                        return {};
                    })
                    .has_value());
        return &empty;
    }();
    return *made;
}

void check(const store::Filter& filter, std::size_t depth = 0) {
    require(depth <= 2 * kMaxOqlNesting + 8);
    require(filter.values.size() <= kMaxFilterValues && filter.numbers.size() <= kMaxFilterValues);
    require(filter.children.size() <= kMaxFilters + 1);
    for (const std::string& path : filter.paths) require(path != kContentField);  // in TraceSearch::content
    for (const store::Filter& child : filter.children) check(child, depth + 1);
}

std::vector<TraceId> ids_of(const Result<std::vector<store::TraceRow>>& rows) {
    std::vector<TraceId> ids;
    if (!rows) require(rows.error().code == Code::unavailable);  // the machine was busy elsewhere
    if (rows)
        for (const store::TraceRow& row : *rows) ids.push_back(row.key.trace_id);
    return ids;
}

void run(TraceSearch search) {
    require(search.limit >= 1 && search.limit <= static_cast<std::size_t>(kMaxTraceLimit));
    check(search.traces.filter);
    search.traces.workspace = "w";
    for (const std::optional<std::string>& project : {std::optional<std::string>(), std::optional<std::string>("p1")}) {
        search.traces.project = project;
        auto found = store::find_traces(database(), search.traces, {}, search.after, kTraces);
        const std::vector<TraceId> ids = ids_of(found);
        if (!found) return;
        for (const store::TraceRow& row : *found) require(!project || row.project == *project);
        require(ids == ids_of(store::find_traces(database(), search.traces, unsaved(), search.after, kTraces)));
        std::vector<TraceId> paged;
        for (auto after = search.after; paged.size() <= ids.size();) {
            auto page = store::find_traces(database(), search.traces, {}, after, 5);
            if (!page || page->empty()) break;
            for (const store::TraceRow& row : *page) paged.push_back(row.key.trace_id);
            const store::TracePosition last{page->back().ended_at, page->back().key.trace_id};
            const std::string body = fmt::format(R"({{"page_token":"{}"}})", page_token(search, last));
            after = read_search_body(body, from_unix_nanos(kNow))->after;
        }
        require(paged == ids);
    }
}

void run(trace::AggregateQuery query) {
    require(query.limit >= 1 && query.limit <= static_cast<std::size_t>(kMaxTraceLimit));
    require(query.group_by.size() <= kMaxGroupBy && !query.metrics.empty() && query.metrics.size() <= kMaxMetrics);
    check(query.traces.filter);
    query.traces.workspace = "w";
    std::vector<std::string> numbers;
    for (const trace::Metric& metric : query.metrics)
        if (!metric.path.empty()) numbers.push_back(metric.path);
    std::size_t visits = 0;
    auto seen = store::each_trace_values(database(), query.traces, {}, query.group_by, numbers,
                                         [&](auto texts, auto values) -> Result<void> {
                                             require(texts.size() == query.group_by.size());
                                             require(values.size() == numbers.size());
                                             ++visits;
                                             return {};
                                         });
    require(seen || seen.error().code == Code::unavailable);
    require(visits <= kTraces * 16);
}

template <class Query>
void run_or_refuse(Result<Query> query) {
    if (query)
        run(*std::move(query));
    else
        check_refusal(query.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const Time at = from_unix_nanos(kNow);
    switch (data[0] % 4) {
        case 0: run_or_refuse(read_search_body(text, at)); break;
        case 1: run_or_refuse(read_oql_body(text, at)); break;
        case 2: run_or_refuse(read_aggregate_body(text, at)); break;
        default: {
            auto oql = parse_oql(text);
            if (!oql) {
                check_refusal(oql.error());
                break;
            }
            run(TraceSearch{.traces = {.filter = std::move(oql->filter)}});
        }
    }
    return 0;
}
