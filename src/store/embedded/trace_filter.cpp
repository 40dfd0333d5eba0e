// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/trace_filter.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/case_folding.hpp"

namespace spanreel::store {

namespace {

using enum TraceValue;

constexpr std::array<TracePath, 24> kPaths{{
    {"trace_id", text, "lower(hex(trace_id))"},
    {"name", text, "name"},
    {"operation", text, "operation"},
    {"status", text, "status"},
    {"project_id", text, "nullif(project, '')"},
    {"session_id", text, "session_key"},
    {"thread_id", text, "thread"},
    {"identity_id", text, "identity"},
    {"provider", list, "providers"},
    {"model", list, "models"},
    {"agent_name", list, "agents"},
    {"tool_name", list, "tools"},
    {"tag", list, "tags"},
    {"day", text, "strftime('%Y-%m-%d', started_at / 1000000000, 'unixepoch')"},
    {"hour", text, "strftime('%Y-%m-%dT%H:00Z', started_at / 1000000000, 'unixepoch')"},
    {"start_time", date, "started_at / 1000000"},
    {"end_time", date, "ended_at / 1000000"},
    {"duration_ms", number, "max(ended_at - started_at, 0) / 1e6"},
    {"prompt_tokens", number, "prompt_tokens"},
    {"completion_tokens", number, "completion_tokens"},
    {"total_tokens", number, "prompt_tokens + completion_tokens"},
    {"total_cost", number, "cost"},
    {"span_count", number, "span_count"},
    {"error_count", number, "error_count"},
}};

constexpr std::string_view kTrue = "1", kFalse = "0";

/// As a balanced tree: SQLite takes expressions no deeper than a thousand.
std::string join(std::span<const std::string> parts, std::string_view word, std::string_view none) {
    if (parts.empty()) return std::string(none);
    if (parts.size() == 1) return parts.front();
    const std::size_t half = parts.size() / 2;
    return fmt::format("({} {} {})", join(parts.first(half), word, none), word, join(parts.subspan(half), word, none));
}

/// `test(sql)` of the text, or of any element of the list.
template <class Test>
std::string any_value(const TracePath& path, Test test) {
    if (path.value == list)
        return fmt::format("EXISTS (SELECT 1 FROM json_each({}) WHERE {})", path.sql, test("value"));
    return fmt::format("({}) IS TRUE", test(path.sql));
}

void contains_folded(sqlite3_context* context, int, sqlite3_value** values) {
    auto text_of = [](sqlite3_value* value) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
        return std::string_view(bytes ? bytes : "", static_cast<std::size_t>(sqlite3_value_bytes(value)));
    };
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return sqlite3_result_int(context, 0);
    sqlite3_result_int(context, fold_case(text_of(values[0])).contains(text_of(values[1])));
}

}  // namespace

const TracePath* find_trace_path(std::string_view path) {
    auto found = std::ranges::find(kPaths, path, &TracePath::path);
    return found == kPaths.end() ? nullptr : &*found;
}

void add_trace_filter_functions(Connection& connection) {
    connection.raw().createFunction("contains_folded", 2, true, nullptr, contains_folded);
}

TraceFilterSql::TraceFilterSql(const Filter& filter, int first_parameter)
    : first_(first_parameter), text_(compile(filter)) {}

void TraceFilterSql::bind(SQLite::Statement& statement) const {
    int index = first_;
    for (const Parameter& parameter : parameters_) {
        std::visit([&](const auto& value) { statement.bind(index, value); }, parameter);
        ++index;
    }
}

std::string TraceFilterSql::compile(const Filter& filter) {
    using enum Filter::Kind;
    std::vector<std::string> parts;
    if (filter.kind == all || filter.kind == any || filter.kind == none) {
        for (const Filter& child : filter.children) parts.push_back(compile(child));
        if (filter.kind == all) return join(parts, "AND", kTrue);
        std::string some = join(parts, "OR", kFalse);
        return filter.kind == any ? some : fmt::format("NOT {}", some);
    }
    for (const std::string& name : filter.paths) {
        const TracePath* path = find_trace_path(name);
        if (filter.kind == empty)
            parts.push_back(path ? fmt::format("({}) IS NULL", path->sql) : std::string(kTrue));
        else
            parts.push_back(path ? compile(filter, *path) : std::string(kFalse));
    }
    return filter.kind == empty ? join(parts, "AND", kTrue) : join(parts, "OR", kFalse);
}

std::string TraceFilterSql::compile(const Filter& filter, const TracePath& path) {
    using enum Filter::Kind;
    const bool texts = path.value == TraceValue::text || path.value == list;
    switch (filter.kind) {
        case equals:
            if (!texts) return std::string(kFalse);
            return any_value(path, [&](std::string_view value) {
                return fmt::format("({}) IN ({})", value, parameters(filter.values));
            });
        case contains:
            if (!texts) return std::string(kFalse);
            return any_value(path, [&](std::string_view value) {
                std::vector<std::string> tests;
                for (const std::string& part : filter.values)
                    tests.push_back(fmt::format("contains_folded({}, {})", value, parameter(fold_case(part))));
                return join(tests, "OR", kFalse);
            });
        case number_is:
            if (path.value != number) return std::string(kFalse);
            return fmt::format("(({}) IN ({})) IS TRUE", path.sql, parameters(filter.numbers));
        case number_in: return path.value == number ? range(filter.range, path.sql) : std::string(kFalse);
        case date_in: return path.value == date ? range(filter.range, path.sql) : std::string(kFalse);
        default: return std::string(kFalse);  // nothing asks it of traces
    }
}

std::string TraceFilterSql::range(const Filter::Range& range, std::string_view sql) {
    std::vector<std::string> tests{fmt::format("({}) IS NOT NULL", sql)};
    auto add = [&](std::optional<double> end, std::string_view sign, bool included) {
        if (end)
            tests.push_back(fmt::format("(({}) {}{} {}) IS TRUE", sql, sign, included ? "=" : "", parameter(*end)));
    };
    add(range.least, ">", range.least_included);
    add(range.most, "<", range.most_included);
    return join(tests, "AND", kTrue);
}

std::string TraceFilterSql::parameter(Parameter value) {
    parameters_.push_back(std::move(value));
    return fmt::format("?{}", first_ + static_cast<int>(parameters_.size()) - 1);
}

template <class T>
std::string TraceFilterSql::parameters(const std::vector<T>& values) {
    std::string list;
    for (const T& value : values) list += (list.empty() ? "" : ",") + parameter(value);
    return list;
}

}  // namespace spanreel::store
