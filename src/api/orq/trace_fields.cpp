// SPDX-License-Identifier: Apache-2.0
#include "api/orq/trace_fields.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/encoding.hpp"
#include "base/time.hpp"
#include "model/span.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::api::orq {

namespace json = boost::json;

namespace {

using store::Filter;
using enum TraceOperator;
using enum TraceFieldType;

constexpr auto kWordOperators = std::to_array<TraceOperator>({eq, neq, in, not_in});
constexpr auto kTextOperators = std::to_array<TraceOperator>({eq, neq, in, not_in, contains, exists, not_exists});
constexpr auto kNumberOperators = std::to_array<TraceOperator>({eq, neq, in, not_in, gt, gte, lt, lte, between});
constexpr auto kKnownNumberOperators =
    std::to_array<TraceOperator>({eq, neq, in, not_in, gt, gte, lt, lte, between, exists, not_exists});
constexpr auto kContentOperators = std::to_array<TraceOperator>({contains});
constexpr auto kDateOperators = std::to_array<TraceOperator>({gt, gte, lt, lte, between});

constexpr std::array<TraceField, 25> kFields{{
    {"trace_id", "Trace ID", string, kWordOperators, "id"},
    {"name", "Name", string, kTextOperators, {}, false, true},
    {"operation", "Operation", string, kTextOperators, {}, false, true},
    {"status", "Status", string, kWordOperators, {}, false, true, kNames<SpanStatus>},
    {"project_id", "Project", string, kTextOperators, {}, false, true},
    {"session_id", "Session", string, kTextOperators, {}, false, true},
    {"thread_id", "Thread", string, kTextOperators, {}, false, true},
    {"identity_id", "Identity", string, kTextOperators, {}, false, true},
    {"provider", "Provider", string, kTextOperators, "providers", true, true},
    {"model", "Model", string, kTextOperators, "models", true, true},
    {"agent_name", "Agent", string, kTextOperators, {}, true, true},
    {"tool_name", "Tool", string, kTextOperators, {}, true, true},
    {"tag", "Tag", string, kTextOperators, "tags", true, true},
    {"day", "Day", string, kWordOperators, {}, false, true},
    {"hour", "Hour", string, kWordOperators, {}, false, true},
    {"start_time", "Start time", date, kDateOperators, "started_at"},
    {"end_time", "End time", date, kDateOperators, "ended_at"},
    {"duration_ms", "Duration (ms)", number, kNumberOperators, "duration"},
    {"prompt_tokens", "Prompt tokens", number, kKnownNumberOperators},
    {"completion_tokens", "Completion tokens", number, kKnownNumberOperators},
    {"total_tokens", "Total tokens", number, kKnownNumberOperators},
    {"total_cost", "Total cost (USD)", number, kKnownNumberOperators},
    {"span_count", "Spans", number, kNumberOperators},
    {"error_count", "Failed spans", number, kNumberOperators},
    {kContentField, "Content", string, kContentOperators},
}};

constexpr std::string_view kAttributes = "attributes.";

std::unexpected<Error> refuse_values(std::string_view what) { return fail(Code::invalid, std::string(what), "values"); }

Result<void> check_count(TraceOperator op, std::size_t count) {
    switch (op) {
        case exists:
        case not_exists: return count == 0 ? Result<void>() : refuse_values("must be left out with this operator");
        case between: return count == 2 ? Result<void>() : refuse_values("must be two with this operator");
        case in:
        case not_in:
        case contains: return count > 0 ? Result<void>() : refuse_values("must be one or more with this operator");
        default: return count == 1 ? Result<void>() : refuse_values("must be one with this operator");
    }
}

Result<double> number_of(TraceFieldType type, const std::string& text) {
    if (type == date) {
        Result<Time> time = from_iso(text);
        if (!time) return refuse_values(fmt::format("has no date such as 2026-01-02T03:04:05Z: \"{}\"", text));
        return static_cast<double>(to_unix_millis(*time));
    }
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return refuse_values(fmt::format("has no number: \"{}\"", text));
    return value;
}

/// As answers write it.
Result<std::string> text_of(const TraceField& field, const std::string& text) {
    if (field.name != "trace_id") return text;
    auto id = trace::trace_id_of(text);
    if (!id) return refuse_values(fmt::format("has no trace id of 32 hexadecimal digits: \"{}\"", text));
    return to_hex(id->view());
}

Filter::Range range_of(TraceOperator op, const std::vector<double>& numbers) {
    switch (op) {
        case gt: return {.least = numbers[0], .least_included = false};
        case gte: return {.least = numbers[0]};
        case lt: return {.most = numbers[0], .most_included = false};
        case lte: return {.most = numbers[0]};
        default: return {.least = std::ranges::min(numbers), .most = std::ranges::max(numbers)};
    }
}

Filter negated(Filter filter) { return {.kind = Filter::Kind::none, .children = {std::move(filter)}}; }

Result<Filter> compare_numbers(const TraceField& field, TraceOperator op, const std::vector<std::string>& values) {
    std::vector<double> numbers;
    for (const std::string& text : values) {
        SPANREEL_TRY(double number, number_of(field.type, text));
        numbers.push_back(number);
    }
    Filter filter{.paths = {std::string(field.name)}};
    if (op == eq || op == neq || op == in || op == not_in) {
        filter.kind = Filter::Kind::number_is;
        filter.numbers = std::move(numbers);
        return op == eq || op == in ? filter : negated(std::move(filter));
    }
    filter.kind = field.type == date ? Filter::Kind::date_in : Filter::Kind::number_in;
    filter.range = range_of(op, numbers);
    return filter;
}

Result<Filter> compare_texts(const TraceField& field, TraceOperator op, const std::vector<std::string>& values) {
    Filter filter{.kind = op == contains ? Filter::Kind::contains : Filter::Kind::equals,
                  .paths = {std::string(field.name)}};
    for (const std::string& value : values) {
        SPANREEL_TRY(std::string text, text_of(field, value));
        filter.values.push_back(std::move(text));
    }
    return op == neq || op == not_in ? negated(std::move(filter)) : filter;
}

std::vector<std::string_view> names_of(std::span<const TraceOperator> operators) {
    std::vector<std::string_view> names;
    for (TraceOperator op : operators) names.push_back(name_of(op));
    return names;
}

}  // namespace

std::span<const TraceField> trace_fields() { return kFields; }

Result<const TraceField*> find_trace_field(std::string_view name) {
    for (const TraceField& field : kFields)
        if (name == field.name || (!field.alias.empty() && name == field.alias)) return &field;
    if (name.starts_with(kAttributes))
        return fail(Code::invalid, fmt::format("names an attribute, which searches do not know: \"{}\"", name),
                    "field");
    return fail(Code::invalid, fmt::format("is none of a trace: \"{}\"", name), "field");
}

Result<Filter> trace_condition(std::string_view name, std::string_view word, const std::vector<std::string>& values) {
    SPANREEL_TRY(const TraceField* field, find_trace_field(name));
    const auto op = from_name<TraceOperator>(word);
    if (!op || std::ranges::find(field->operators, *op) == field->operators.end())
        return fail(Code::invalid,
                    fmt::format("of {} must be one of {}: \"{}\"", field->name,
                                fmt::join(names_of(field->operators), ", "), word),
                    "op");
    SPANREEL_CHECK(check_count(*op, values.size()));
    if (*op == exists || *op == not_exists) {
        Filter none{.kind = Filter::Kind::empty, .paths = {std::string(field->name)}};
        return *op == not_exists ? none : negated(std::move(none));
    }
    if (field->type == string) return compare_texts(*field, *op, values);
    return compare_numbers(*field, *op, values);
}

json::array trace_fields_json() {
    json::array rows;
    for (const TraceField& field : kFields) {
        json::object row{{"name", field.name},
                         {"label", field.label},
                         {"type", name_of(field.type)},
                         {"scope", "trace"},
                         {"match", field.list ? "any" : "one"},
                         {"facet", field.facet},
                         {"sortable", field.name == kSortField},
                         {"groupable", field.facet}};
        const auto operators = names_of(field.operators);
        row["operators"] = json::array(operators.begin(), operators.end());
        if (!field.alias.empty()) row["aliases"] = json::array{field.alias};
        if (!field.enum_values.empty())
            row["enum_values"] = json::array(field.enum_values.begin(), field.enum_values.end());
        rows.push_back(std::move(row));
    }
    return rows;
}

json::array trace_facets_json() {
    json::array rows;
    for (const TraceField& field : kFields)
        if (field.facet) rows.push_back({{"field", field.name}, {"label", field.label}, {"type", name_of(field.type)}});
    return rows;
}

}  // namespace spanreel::api::orq
