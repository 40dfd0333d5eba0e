// SPDX-License-Identifier: Apache-2.0
// The fields of a trace that searches know: one table behind filters, OQL, groups, metrics, facets and the list of
// fields (contract: orq, section 4). Pure; any thread.
#pragma once
#include <boost/json/array.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/names.hpp"
#include "store/session_query.hpp"

namespace spanreel::api::orq {

enum class TraceOperator : std::uint8_t {
    eq,
    neq,
    in,
    not_in,
    gt,
    gte,
    lt,
    lte,
    between,
    contains,
    exists,
    not_exists,
};

enum class TraceFieldType : std::uint8_t { string, number, date };

struct TraceField {
    std::string_view name;  ///< also a path of store/trace_query.hpp, but for kContentField
    std::string_view label;
    TraceFieldType type = TraceFieldType::string;
    std::span<const TraceOperator> operators;
    std::string_view alias{};  ///< another name of it, that answers use
    bool list = false;         ///< a filter matches by any element
    bool facet = false;        ///< and one to group by
    std::span<const std::string_view> enum_values{};

    bool is_metric() const { return type == TraceFieldType::number; }
};

/// What the trace's spans say, which is in no row: trace/content_search.hpp looks for it.
inline constexpr std::string_view kContentField = "content";

/// By name or alias; `invalid` names what is unknown.
Result<const TraceField*> find_trace_field(std::string_view name);
std::span<const TraceField> trace_fields();

/// The order that pages have, which no request can change.
inline constexpr std::string_view kSortField = "end_time", kSortOrder = "desc";

/// One condition, whoever wrote it. What fails is named in Error::field: field, op or values.
Result<store::Filter> trace_condition(std::string_view field, std::string_view op,
                                      const std::vector<std::string>& values);

boost::json::array trace_fields_json();
boost::json::array trace_facets_json();

}  // namespace spanreel::api::orq

template <>
inline constexpr std::array<std::string_view, 12> spanreel::kNames<spanreel::api::orq::TraceOperator>{
    "eq", "neq", "in", "not_in", "gt", "gte", "lt", "lte", "between", "contains", "exists", "not_exists"};
template <>
inline constexpr std::array<std::string_view, 3> spanreel::kNames<spanreel::api::orq::TraceFieldType>{"string",
                                                                                                      "number", "date"};
