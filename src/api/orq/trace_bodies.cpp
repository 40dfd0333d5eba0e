// SPDX-License-Identifier: Apache-2.0
#include "api/orq/trace_bodies.hpp"

#include <charconv>
#include <limits>

#include "api/json/json_members.hpp"
#include "api/orq/list_body.hpp"
#include "api/orq/oql.hpp"
#include "api/orq/trace_fields.hpp"
#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace spanreel::api::orq {

namespace {

using store::Filter;

constexpr auto kSearchedPaths =
    std::to_array<std::string_view>({"trace_id", "name", "operation", "session_id", "thread_id", "identity_id", "model",
                                     "provider", "agent_name", "tool_name"});
constexpr std::size_t kTokenBytes = 3 * sizeof(std::int64_t) + sizeof(TraceId);

void check_size(const JsonMembers& in, std::string_view key, std::size_t size, std::size_t limit) {
    if (size > limit) in.refuse(key, fmt::format("has {} elements, more than {}", size, limit));
}

Result<boost::json::object> object_of(std::string_view body) {
    if (body.empty()) return boost::json::object();
    return parse_body(body);
}

struct Window {
    Time from, to;
};

void set_window(store::TraceQuery& traces, const Window& window) {
    constexpr std::int64_t kMillisecond = 1'000'000, kLast = std::numeric_limits<std::int64_t>::max();
    traces.from = to_unix_nanos(window.from);
    // All of its millisecond: answers show no less, and what they show must be found.
    const std::int64_t to = to_unix_nanos(window.to);
    const std::int64_t left = kMillisecond - 1 - ((to % kMillisecond) + kMillisecond) % kMillisecond;
    traces.to = to > kLast - left ? kLast : to + left;
}

Result<Window> window_of(std::optional<Time> from, std::optional<Time> to, Time now) {
    Window window{.from = Time::min(), .to = to.value_or(now)};
    if (from)
        window.from = *from;
    else if (window.to > Time::min() + kDefaultTraceWindow)
        window.from = window.to - kDefaultTraceWindow;
    if (window.from > window.to) return fail(Code::invalid, "from is later than to", "from");
    return window;
}

Result<Window> read_window(const JsonMembers& in, Time now) {
    auto from = in.optional<Time>("from"), to = in.optional<Time>("to");
    SPANREEL_CHECK(in.failure());
    return window_of(from, to, now);
}

std::size_t limit_of(const JsonMembers& in) {
    const std::int64_t limit = in.optional<std::int64_t>("limit").value_or(kDefaultTraceLimit);
    if (limit < 1) in.refuse("limit", "must be 1 or more");
    return static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 1, kMaxTraceLimit));
}

Filter read_filter(const JsonMembers& in, std::size_t& values) {
    in.allow({"field", "op", "values"});
    const auto field = in.required<std::string>("field"), op = in.required<std::string>("op");
    const auto texts = in.optional<std::vector<std::string>>("values").value_or(std::vector<std::string>());
    values += texts.size();
    if (!in.failure()) return {};
    Result<Filter> filter = trace_condition(field, op, texts);
    if (filter) return *std::move(filter);
    in.refuse(filter.error().field, filter.error().message);
    return {};
}

/// Whether it is `or`.
bool joins_by_or(const JsonMembers& in) {
    const auto word = in.optional<std::string>("filter_operator").value_or("");
    if (!word.empty() && word != "and" && word != "or") in.refuse("filter_operator", "must be and or or");
    return word == "or";
}

/// Without filters, everything.
void read_filters(const JsonMembers& in, store::TraceQuery& traces) {
    const bool by_or = joins_by_or(in);
    auto filters = in.optional<std::vector<JsonMembers>>("filters").value_or(std::vector<JsonMembers>());
    if (filters.empty()) return;
    if (filters.size() > kMaxFilters) return check_size(in, "filters", filters.size(), kMaxFilters);
    Filter joined{.kind = by_or ? Filter::Kind::any : Filter::Kind::all};
    std::size_t values = 0;
    for (const JsonMembers& filter : filters) joined.children.push_back(read_filter(filter, values));
    if (values > kMaxFilterValues)
        in.refuse("filters", fmt::format("has {} values, more than {}", values, kMaxFilterValues));
    traces.filter.children.push_back(std::move(joined));
}

bool asks_content(const Filter& filter) {
    return std::ranges::find(filter.paths, kContentField) != filter.paths.end() ||
           std::ranges::any_of(filter.children, asks_content);
}

/// Moves the conditions on the content out of the filter, all of which must hold.
void take_content(Filter& filter, trace::ContentTexts& content) {
    const bool all = filter.kind == Filter::Kind::all || filter.children.size() == 1;
    if (!all || filter.kind == Filter::Kind::none) return;
    std::erase_if(filter.children, [&](Filter& child) {
        if (std::ranges::find(child.paths, kContentField) == child.paths.end()) return false;
        content.push_back(std::move(child.values));
        return true;
    });
    if (filter.children.empty()) filter.kind = Filter::Kind::all;
    for (Filter& child : filter.children) take_content(child, content);
}

/// `name` is the member that the filter came in.
Result<void> take_content(TraceSearch& search, const char* name) {
    search.traces.filter = {.children = {std::move(search.traces.filter)}};
    take_content(search.traces.filter, search.content);
    if (!asks_content(search.traces.filter)) return {};
    return fail(Code::invalid,
                fmt::format("{} can ask for {} only in conditions that are joined by and", name, kContentField), name);
}

void read_sort(const JsonMembers& in) {
    auto keys = in.optional<std::vector<JsonMembers>>("sort").value_or(std::vector<JsonMembers>());
    check_size(in, "sort", keys.size(), kMaxSortKeys);
    for (const JsonMembers& key : keys) {
        if (key.optional<std::string>("field").value_or(std::string(kSortField)) != kSortField)
            key.refuse("field", fmt::format("must be {}: nothing else can be sorted by", kSortField));
        if (key.optional<std::string>("order").value_or(std::string(kSortOrder)) != kSortOrder)
            key.refuse("order", fmt::format("must be {}", kSortOrder));
    }
}

/// An empty text is the first page.
Result<void> read_page_token(const JsonMembers& in, TraceSearch& search) {
    const auto token = in.optional<std::string>("page_token").value_or("");
    SPANREEL_CHECK(in.failure());
    if (token.empty()) return {};
    auto bytes = from_hex(token);
    if (!bytes || bytes->size() != kTokenBytes)
        return fail(Code::invalid, "page_token is not one that this server gave", "page_token");
    ByteReader reader(as_bytes(*bytes));
    auto integer = [&] { return static_cast<std::int64_t>(reader.u64be()); };
    search.from = from_unix_nanos(integer());
    search.to = from_unix_nanos(integer());
    search.after.emplace();
    search.after->ended_at = integer();
    std::ranges::copy(reader.take(sizeof(TraceId)), search.after->trace_id.bytes.begin());
    return {};
}

Result<TraceSearch> read_page(const JsonMembers& in, Time now) {
    TraceSearch search;
    search.limit = limit_of(in);
    SPANREEL_TRY(Window window, read_window(in, now));
    search.from = window.from;
    search.to = window.to;
    SPANREEL_CHECK(read_page_token(in, search));
    set_window(search.traces, {search.from, search.to});
    return search;
}

std::string metric_names() {
    std::string names;
    for (const TraceField& field : trace_fields())
        if (field.is_metric()) names += fmt::format("{}{}", names.empty() ? "" : ", ", field.name);
    return names;
}

trace::Metric read_metric(const JsonMembers& in) {
    const auto name = in.optional<std::string>("metric").value_or("");
    const auto word = in.optional<std::string>("op").value_or("");
    const bool traces = name.empty() || name == "count";
    trace::Metric metric;
    if (auto op = from_name<trace::MetricOperator>(word))
        metric.op = *op;
    else if (!word.empty() || !traces)
        in.refuse("op", fmt::format("must be one of {}", fmt::join(kNames<trace::MetricOperator>, ", ")));
    if (traces) {
        if (metric.op != trace::MetricOperator::count)
            in.refuse("metric", fmt::format("must be one of {}", metric_names()));
        return metric;
    }
    auto field = find_trace_field(name);
    if (field && (*field)->is_metric())
        metric.path = (*field)->name;
    else
        in.refuse("metric", fmt::format("must be one of {}: \"{}\"", metric_names(), name));
    return metric;
}

void read_groups(const JsonMembers& in, trace::AggregateQuery& query) {
    auto names = in.optional<std::vector<std::string>>("group_by").value_or(std::vector<std::string>());
    check_size(in, "group_by", names.size(), kMaxGroupBy);
    for (const std::string& name : names) {
        auto field = find_trace_field(name);
        if (!field || !(*field)->facet) return in.refuse("group_by", fmt::format("cannot have \"{}\"", name));
        query.group_by.emplace_back((*field)->name);
    }
}

Result<std::optional<Time>> time_of(const net::Query& query, std::string_view key) {
    const auto text = query.get(key);
    if (!text || text->empty()) return std::nullopt;
    auto time = from_iso(*text);
    if (!time) return fail(Code::invalid, fmt::format("{} is {}", key, time.error().message), std::string(key));
    return *time;
}

}  // namespace

Result<TraceSearch> read_search_body(std::string_view body, Time now) {
    SPANREEL_TRY(boost::json::object object, object_of(body));
    JsonMembers in(object);
    SPANREEL_TRY(TraceSearch search, read_page(in, now));
    read_filters(in, search.traces);
    read_sort(in);
    auto text = in.optional<std::string>("query").value_or("");
    if (text.size() > kMaxSearchText)
        in.refuse("query", fmt::format("has {} bytes, more than {}", text.size(), kMaxSearchText));
    SPANREEL_CHECK(in.failure());
    SPANREEL_CHECK(take_content(search, "filters"));
    if (!text.empty())
        search.traces.filter.children.push_back({.kind = Filter::Kind::contains,
                                                 .paths = {kSearchedPaths.begin(), kSearchedPaths.end()},
                                                 .values = {std::move(text)}});
    return search;
}

Result<TraceSearch> read_oql_body(std::string_view body, Time now) {
    SPANREEL_TRY(boost::json::object object, object_of(body));
    JsonMembers in(object);
    SPANREEL_TRY(TraceSearch search, read_page(in, now));
    const auto text = in.required<std::string>("oql");
    SPANREEL_CHECK(in.failure());
    SPANREEL_TRY(Oql oql, parse_oql(text));
    search.traces.filter = std::move(oql.filter);
    SPANREEL_CHECK(take_content(search, "oql"));
    if (oql.limit) search.limit = static_cast<std::size_t>(std::min(*oql.limit, kMaxTraceLimit));
    return search;
}

std::string page_token(const TraceSearch& search, const store::TracePosition& last) {
    std::string bytes;
    ByteWriter writer(bytes);
    for (std::int64_t nanos : {to_unix_nanos(search.from), to_unix_nanos(search.to), last.ended_at})
        writer.u64be(static_cast<std::uint64_t>(nanos));
    writer.bytes(last.trace_id.view());
    return to_hex(as_bytes(bytes));
}

Result<trace::AggregateQuery> read_aggregate_body(std::string_view body, Time now) {
    SPANREEL_TRY(boost::json::object object, object_of(body));
    JsonMembers in(object);
    trace::AggregateQuery query;
    SPANREEL_TRY(Window window, read_window(in, now));
    set_window(query.traces, window);
    read_filters(in, query.traces);
    if (asks_content(query.traces.filter))
        in.refuse("filters", fmt::format("cannot have {}: it can be searched for and not be added up", kContentField));
    read_groups(in, query);
    auto metrics = in.optional<std::vector<JsonMembers>>("compute").value_or(std::vector<JsonMembers>());
    check_size(in, "compute", metrics.size(), kMaxMetrics);
    for (const JsonMembers& metric : metrics) query.metrics.push_back(read_metric(metric));
    if (metrics.empty()) query.metrics.emplace_back();
    query.limit = limit_of(in);
    SPANREEL_CHECK(in.failure());
    return query;
}

std::string key_of(const trace::Metric& metric) {
    const std::string_view op = name_of(metric.op);
    return metric.path.empty() ? std::string(op) : fmt::format("{}_{}", op, metric.path);
}

Result<trace::AggregateQuery> read_facet_query(std::string_view name, const net::Query& in, Time now) {
    auto field = find_trace_field(name);
    if (!field || !(*field)->facet) return fail(Code::not_found, fmt::format("No facet is named \"{}\"", name));
    SPANREEL_TRY(std::optional<Time> from, time_of(in, "from"));
    SPANREEL_TRY(std::optional<Time> to, time_of(in, "to"));
    SPANREEL_TRY(Window window, window_of(from, to, now));
    const auto joined = in.get("filter_operator").value_or("");
    if (!joined.empty() && joined != "and" && joined != "or")
        return fail(Code::invalid, "filter_operator must be and or or", "filter_operator");
    const std::string limit_text = in.get("limit").value_or("");
    std::int64_t limit = kDefaultTraceLimit;
    if (!limit_text.empty()) {
        auto [end, error] = std::from_chars(limit_text.data(), limit_text.data() + limit_text.size(), limit);
        if (error != std::errc{} || end != limit_text.data() + limit_text.size() || limit < 1)
            return fail(Code::invalid, "limit must be an integer, 1 or more", "limit");
    }
    trace::AggregateQuery query{.traces = {},
                                .group_by = {std::string((*field)->name)},
                                .metrics = {},
                                .limit = static_cast<std::size_t>(std::min(limit, kMaxTraceLimit))};
    set_window(query.traces, window);
    query.traces.filter = {.kind = Filter::Kind::none,
                           .children = {{.kind = Filter::Kind::empty, .paths = query.group_by}}};
    return query;
}

}  // namespace spanreel::api::orq
