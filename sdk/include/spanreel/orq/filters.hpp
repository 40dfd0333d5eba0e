// SPDX-License-Identifier: Apache-2.0
// What a list of sessions can be narrowed by. SessionList::filters takes the simple filters, Query::filters the rich
// ones:
//     .filters = {field("external_id").contains("refund"), search("ada", {"tags", "contact_ids"})}
//     .query = Query{.filters = {{text("external_id").starts_with("web-"), number("duration").between(1, 2),
//                                 date("started_at").relative_time(3, TimeUnit::hours_ago)}}}
// Paths are names on the wire, with dots for what is nested: "usage.total_tokens".
//
// A filter is a value; the functions below make only those that the service knows. What is sent is what the service's
// own client leaves of a filter: of those with options, the options stay away where an operator and its value say
// everything by themselves.
#pragma once
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "spanreel/orq/query_filter.hpp"
#include "spanreel/orq/simple_filters.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

// How rich filters are made. A method is named as its operator, without "is_" where that reads better.

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
#pragma GCC visibility pop
