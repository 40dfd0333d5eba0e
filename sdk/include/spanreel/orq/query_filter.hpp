// SPDX-License-Identifier: Apache-2.0
// What a filter of Query::filters is made of. filters.hpp makes them.
#pragma once
#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "spanreel/orq/date_criteria.hpp"
#include "spanreel/sdk/nullable.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

enum class FilterOperator {
    is,
    is_not,
    contains,
    does_not_contain,
    starts_with,
    ends_with,
    is_empty,
    is_not_empty,
    equals,
    is_not_equal,
    is_greater_than,
    is_less_than,
    is_greater_than_or_equal_to,
    is_less_than_or_equal_to,
    is_between,
    is_before,
    is_on_or_before,
    is_relative_today,
    is_relative_time
};
constexpr auto enum_words(FilterOperator) {
    return std::to_array<std::string_view>({"is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with",
                                            "is_empty", "is_not_empty", "equals", "is_not_equal", "is_greater_than",
                                            "is_less_than", "is_greater_than_or_equal_to", "is_less_than_or_equal_to",
                                            "is_between", "is_before", "is_on_or_before", "is_relative_today",
                                            "is_relative_time"});
}

enum class FilterType { text, choices, choice, number, date, object, boolean, evaluator };
constexpr auto enum_words(FilterType) {
    return std::to_array<std::string_view>(
        {"string", "multi-value-array", "single-value-array", "number", "date", "object", "boolean", "evaluator"});
}

/// A text or a number, as lists to choose from have them.
class Scalar : public std::variant<std::string, double> {
  public:
    Scalar() = default;
    Scalar(std::string text) : variant(std::move(text)) {}
    Scalar(const char* text) : variant(std::string(text)) {}
    template <class Number>
        requires(std::is_arithmetic_v<Number> && !std::same_as<Number, bool>)
    Scalar(Number number) : variant(static_cast<double>(number)) {}
};

/// Which field, and how a form shows it.
struct FilterField {
    FilterField(std::string field_path) : path(field_path), name(std::move(field_path)) {}
    FilterField(const char* field_path) : FilterField(std::string(field_path)) {}
    FilterField(std::string field_path, std::string field_name,
                std::optional<std::vector<sdk::OpenEnum<FilterOperator>>> hidden = {})
        : path(std::move(field_path)), name(std::move(field_name)), hide_operators(std::move(hidden)) {}

    std::string path;
    std::string name;
    std::optional<std::vector<sdk::OpenEnum<FilterOperator>>> hide_operators;
};

/// One of the fields that an object or an evaluator has.
struct FilterOption {
    std::string name, path;
    sdk::OpenEnum<FilterType> type = FilterType::text;
    std::string id;
    std::optional<std::vector<sdk::OpenEnum<FilterOperator>>> hide_operators{};
};

struct ChoiceOptions {
    std::vector<Scalar> options{};
    std::optional<sdk::Nullable<std::map<std::string, Scalar>>> options_map{};
    std::optional<std::map<std::string, std::string>> image_url_map{};
};
struct ObjectOptions {
    std::vector<FilterOption> options{};
    sdk::Nullable<std::string> selected_option_id = nullptr;
};

struct DateValue {
    sdk::Nullable<DateCriteria> criteria = nullptr;
    sdk::OpenEnum<DateMode> mode = DateMode::date;
};

using FilterValue =
    std::variant<bool, double, std::string, std::vector<double>, std::vector<Scalar>, DateValue, sdk::JsonText>;

/// Made by the functions of filters.hpp, which write only what fits together; what is put together by hand is checked
/// before it is sent.
class QueryFilter {
  public:
    using Value = std::optional<sdk::Nullable<FilterValue>>;
    using Options = std::variant<std::monostate, ChoiceOptions, ObjectOptions>;

    QueryFilter(FilterType type, FilterField field, FilterOperator op, Value value, Options options = {});

    FilterOperator op() const { return op_; }
    const Value& value() const { return value_; }
    FilterType type() const { return type_; }
    const Options& options() const { return options_; }
    const FilterField& field() const { return field_; }

  private:
    FilterOperator op_;
    Value value_;
    FilterType type_;
    Options options_;
    FilterField field_;
};

}  // namespace spanreel::orq
#pragma GCC visibility pop
