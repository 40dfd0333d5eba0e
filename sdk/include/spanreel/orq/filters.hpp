// SPDX-License-Identifier: Apache-2.0
// What a list of sessions can be narrowed by. SessionList::filters takes the simple filters, Query::filters the rich
// ones:
//     .filters = {field("external_id").contains("refund"), search("ada", {"tags", "contact_ids"})}
//     .query = Query{.filters = {text("external_id").starts_with("web-"), number("duration").between(1, 2),
//                                date("started_at").relative_time(3, TimeUnit::hours_ago)}}
// Paths are names on the wire, with dots for what is nested: "usage.total_tokens".
//
// A filter is a value; the functions below make only those that the service knows. What is sent is what the service's
// own client leaves of a filter: of those with options, the options stay away where an operator and its value say
// everything by themselves.
#pragma once
#include <array>
#include <concepts>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "spanreel/orq/date.hpp"
#include "spanreel/orq/date_criteria.hpp"
#include "spanreel/sdk/nullable.hpp"

namespace spanreel::orq {

// Simple filters.

struct IdFilter {
    std::string id, path;
};
struct SearchFilter {
    std::string value;
    std::vector<std::string> search_paths;
};
struct StringFilter {
    enum class Operator { contains, equals };
    Operator op = Operator::equals;
    std::string value, path;
};
struct StringArrayFilter {
    std::vector<std::string> values;
    std::string path;
};
using SessionFilter = std::variant<IdFilter, SearchFilter, StringFilter, StringArrayFilter>;

/// `value` is a part of any of these fields.
inline SessionFilter search(std::string value, std::vector<std::string> paths) {
    return SearchFilter{.value = std::move(value), .search_paths = std::move(paths)};
}

class FieldFilter {
  public:
    explicit FieldFilter(std::string path) : path_(std::move(path)) {}
    SessionFilter is_id(std::string id) const { return IdFilter{.id = std::move(id), .path = path_}; }
    SessionFilter contains(std::string value) const { return with(StringFilter::Operator::contains, std::move(value)); }
    SessionFilter equals(std::string value) const { return with(StringFilter::Operator::equals, std::move(value)); }
    SessionFilter in(std::vector<std::string> values) const {
        return StringArrayFilter{.values = std::move(values), .path = path_};
    }

  private:
    SessionFilter with(StringFilter::Operator op, std::string value) const {
        return StringFilter{.op = op, .value = std::move(value), .path = path_};
    }
    std::string path_;
};
inline FieldFilter field(std::string path) { return FieldFilter(std::move(path)); }

// Rich filters: what they are made of.

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

/// Made by the functions below, which write only what fits together; what is put together by hand is checked before it
/// is sent.
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

// How they are made. A method is named as its operator, without "is_" where that reads better.

class FilterBuilder {
  protected:
    FilterBuilder(FilterType type, FilterField field, QueryFilter::Options options = {})
        : type_(type), field_(std::move(field)), options_(std::move(options)) {}
    QueryFilter make(FilterOperator op, QueryFilter::Value value = std::nullopt) const {
        return {type_, field_, op, std::move(value), options_};
    }
    template <class V>
    QueryFilter with(FilterOperator op, V value) const {
        return make(op, sdk::Nullable<FilterValue>(FilterValue(std::move(value))));
    }
    QueryFilter with_null(FilterOperator op) const { return make(op, sdk::Nullable<FilterValue>(nullptr)); }

  private:
    FilterType type_;
    FilterField field_;
    QueryFilter::Options options_;
};

class TextFilter : FilterBuilder {
  public:
    explicit TextFilter(FilterField field) : FilterBuilder(FilterType::text, std::move(field)) {}
    QueryFilter is(std::string value) const { return with(FilterOperator::is, std::move(value)); }
    QueryFilter is_not(std::string value) const { return with(FilterOperator::is_not, std::move(value)); }
    QueryFilter contains(std::string value) const { return with(FilterOperator::contains, std::move(value)); }
    QueryFilter does_not_contain(std::string value) const {
        return with(FilterOperator::does_not_contain, std::move(value));
    }
    QueryFilter starts_with(std::string value) const { return with(FilterOperator::starts_with, std::move(value)); }
    QueryFilter ends_with(std::string value) const { return with(FilterOperator::ends_with, std::move(value)); }
    QueryFilter is_empty() const { return with_null(FilterOperator::is_empty); }
    QueryFilter is_not_empty() const { return with_null(FilterOperator::is_not_empty); }
};

class NumberFilter : protected FilterBuilder {
  public:
    explicit NumberFilter(FilterField field) : NumberFilter(FilterType::number, std::move(field)) {}
    QueryFilter equals(double value) const { return with(FilterOperator::equals, value); }
    QueryFilter equals_any(std::vector<double> values) const { return with(FilterOperator::equals, std::move(values)); }
    QueryFilter not_equal(double value) const { return with(FilterOperator::is_not_equal, value); }
    QueryFilter equals_none(std::vector<double> values) const {
        return with(FilterOperator::is_not_equal, std::move(values));
    }
    QueryFilter greater_than(double value) const { return with(FilterOperator::is_greater_than, value); }
    QueryFilter less_than(double value) const { return with(FilterOperator::is_less_than, value); }
    QueryFilter greater_than_or_equal_to(double value) const {
        return with(FilterOperator::is_greater_than_or_equal_to, value);
    }
    QueryFilter less_than_or_equal_to(double value) const {
        return with(FilterOperator::is_less_than_or_equal_to, value);
    }
    /// Both belong to it.
    QueryFilter between(double first, double last) const {
        return with(FilterOperator::is_between, std::vector<double>{first, last});
    }
    QueryFilter is_empty() const { return with_null(FilterOperator::is_empty); }
    QueryFilter is_not_empty() const { return with_null(FilterOperator::is_not_empty); }

  protected:
    NumberFilter(FilterType type, FilterField field, QueryFilter::Options options = {})
        : FilterBuilder(type, std::move(field), std::move(options)) {}
};

/// A moment is a Date, a RelativeTime or whole DateCriteria.
class DateFilter : FilterBuilder {
  public:
    DateFilter(FilterField field, DateMode mode) : FilterBuilder(FilterType::date, std::move(field)), mode_(mode) {}
    template <class Moment>
    QueryFilter is(const Moment& moment) const {
        return when(FilterOperator::is, moment);
    }
    template <class Moment>
    QueryFilter before(const Moment& moment) const {
        return when(FilterOperator::is_before, moment);
    }
    template <class Moment>
    QueryFilter on_or_before(const Moment& moment) const {
        return when(FilterOperator::is_on_or_before, moment);
    }
    /// Both belong to it; an absent one leaves that end open.
    QueryFilter between(std::optional<Date> first, std::optional<Date> last) const {
        return when(FilterOperator::is_between, date_criteria(first, last));
    }
    /// In the current day, week, month or year.
    QueryFilter relative_today(DateUnit unit) const {
        return when(FilterOperator::is_relative_today,
                    DateCriteria{.unit = word_of(unit), .direction = DateDirection::present});
    }
    /// In the last so many.
    QueryFilter relative_today(double count, DateUnit unit) const {
        return when(FilterOperator::is_relative_today,
                    DateCriteria{.unit = word_of(unit), .count = count, .direction = DateDirection::past});
    }
    /// In the last so many hours or minutes.
    QueryFilter relative_time(double count, TimeUnit unit) const {
        return when(FilterOperator::is_relative_time, DateCriteria{.unit = word_of(unit), .count = count});
    }
    QueryFilter is_empty() const { return with(FilterOperator::is_empty, DateValue{.mode = mode_}); }
    QueryFilter is_not_empty() const { return with(FilterOperator::is_not_empty, DateValue{.mode = mode_}); }

  private:
    template <class Moment>
    QueryFilter when(FilterOperator op, const Moment& moment) const {
        return with(op, DateValue{.criteria = date_criteria(moment), .mode = mode_});
    }
    DateMode mode_;
};

class BooleanFilter : FilterBuilder {
  public:
    explicit BooleanFilter(FilterField field) : FilterBuilder(FilterType::boolean, std::move(field)) {}
    QueryFilter is(std::same_as<bool> auto value) const { return with(FilterOperator::is, value); }
};

class ChoiceFilter : FilterBuilder {
  public:
    ChoiceFilter(FilterField field, ChoiceOptions options)
        : FilterBuilder(FilterType::choice, std::move(field), std::move(options)) {}
    QueryFilter is(Scalar value) const { return one(FilterOperator::is, std::move(value)); }
    QueryFilter is_any_of(std::vector<Scalar> values) const { return with(FilterOperator::is, std::move(values)); }
    QueryFilter is_not(Scalar value) const { return one(FilterOperator::is_not, std::move(value)); }
    QueryFilter is_none_of(std::vector<Scalar> values) const { return with(FilterOperator::is_not, std::move(values)); }
    QueryFilter is_empty() const { return make(FilterOperator::is_empty); }
    QueryFilter is_not_empty() const { return make(FilterOperator::is_not_empty); }

  private:
    QueryFilter one(FilterOperator op, Scalar value) const {
        return std::visit([&](auto& v) { return with(op, std::move(v)); },
                          static_cast<std::variant<std::string, double>&>(value));
    }
};

class ChoicesFilter : FilterBuilder {
  public:
    ChoicesFilter(FilterField field, ChoiceOptions options)
        : FilterBuilder(FilterType::choices, std::move(field), std::move(options)) {}
    /// Any of them.
    QueryFilter contains(std::vector<Scalar> values) const { return with(FilterOperator::contains, std::move(values)); }
    /// None of them.
    QueryFilter does_not_contain(std::vector<Scalar> values) const {
        return with(FilterOperator::does_not_contain, std::move(values));
    }
    QueryFilter is_empty() const { return with_null(FilterOperator::is_empty); }
    QueryFilter is_not_empty() const { return with_null(FilterOperator::is_not_empty); }
};

/// Takes the operators of all the others.
class ObjectFilter : FilterBuilder {
  public:
    ObjectFilter(FilterField field, ObjectOptions options)
        : FilterBuilder(FilterType::object, std::move(field), std::move(options)) {}
    QueryFilter where(FilterOperator op) const { return make(op); }
    QueryFilter where(FilterOperator op, std::nullptr_t) const { return with_null(op); }
    QueryFilter where(FilterOperator op, const char* value) const { return with(op, std::string(value)); }
    template <class V>
    QueryFilter where(FilterOperator op, V value) const {
        if constexpr (std::is_arithmetic_v<V> && !std::same_as<V, bool>)
            return with(op, static_cast<double>(value));
        else
            return with(op, std::move(value));
    }
};

/// Takes the operators of numbers and booleans; the values of an evaluator may be texts too.
class EvaluatorFilter : public NumberFilter {
  public:
    EvaluatorFilter(FilterField field, ObjectOptions options)
        : NumberFilter(FilterType::evaluator, std::move(field), std::move(options)) {}
    using NumberFilter::equals, NumberFilter::not_equal;
    QueryFilter is(std::same_as<bool> auto value) const { return with(FilterOperator::is, value); }
    QueryFilter is(const char* value) const { return is(std::string(value)); }
    QueryFilter is(std::string value) const { return with(FilterOperator::is, std::move(value)); }
    QueryFilter equals(std::string value) const { return with(FilterOperator::equals, std::move(value)); }
    QueryFilter not_equal(std::string value) const { return with(FilterOperator::is_not_equal, std::move(value)); }
};

inline TextFilter text(FilterField field) { return TextFilter(std::move(field)); }
inline NumberFilter number(FilterField field) { return NumberFilter(std::move(field)); }
/// `mode` says whether whole days are compared or moments.
inline DateFilter date(FilterField field, DateMode mode = DateMode::date) { return {std::move(field), mode}; }
inline BooleanFilter boolean(FilterField field) { return BooleanFilter(std::move(field)); }
/// A field with one value of a list.
inline ChoiceFilter choice(FilterField field, std::vector<Scalar> options) {
    return {std::move(field), {.options = std::move(options)}};
}
inline ChoiceFilter choice(FilterField field, ChoiceOptions options) { return {std::move(field), std::move(options)}; }
/// A field with any number of values of a list.
inline ChoicesFilter choices(FilterField field, std::vector<Scalar> options = {}) {
    return {std::move(field), {.options = std::move(options)}};
}
inline ChoicesFilter choices(FilterField field, ChoiceOptions options) {
    return {std::move(field), std::move(options)};
}
inline ObjectFilter object(FilterField field, ObjectOptions options = {}) {
    return {std::move(field), std::move(options)};
}
inline EvaluatorFilter evaluator(FilterField field, ObjectOptions options = {}) {
    return {std::move(field), std::move(options)};
}

}  // namespace spanreel::orq
