// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "../core/json_parse.hpp"
#include "filter_json.hpp"

namespace spanreel::orq {

namespace {

using Op = FilterOperator;

constexpr std::array kTextOperators{Op::is,          Op::is_not,    Op::contains, Op::does_not_contain,
                                    Op::starts_with, Op::ends_with, Op::is_empty, Op::is_not_empty};
constexpr std::array kNumberOperators{Op::equals,
                                      Op::is_not_equal,
                                      Op::is_greater_than,
                                      Op::is_less_than,
                                      Op::is_greater_than_or_equal_to,
                                      Op::is_less_than_or_equal_to,
                                      Op::is_between,
                                      Op::is_empty,
                                      Op::is_not_empty};
constexpr std::array kDateOperators{Op::is,         Op::is_before,         Op::is_on_or_before,
                                    Op::is_between, Op::is_relative_today, Op::is_relative_time,
                                    Op::is_empty,   Op::is_not_empty};

constexpr std::array kChoiceOperators{Op::is, Op::is_not, Op::is_empty, Op::is_not_empty};
constexpr std::array kChoicesOperators{Op::contains, Op::does_not_contain, Op::is_empty, Op::is_not_empty};

bool is_in(const auto& operators, Op op) { return std::ranges::find(operators, op) != operators.end(); }

bool all_known(const DateValue& value) {
    if (!value.mode.is_known()) return false;
    if (value.criteria.is_null()) return true;
    const DateCriteria& criteria = value.criteria.value();
    const auto known = [](const auto& word) { return !word || word->is_known(); };
    return known(criteria.unit) && known(criteria.relative_time) && known(criteria.direction);
}

/// Free-form JSON and lists as the narrowest alternative that they fit, so that they are judged as if they had been
/// written like that.
sdk::Nullable<FilterValue> narrowed(Op op, const FilterValue& value) {
    const auto* text = std::get_if<sdk::JsonText>(&value);
    const bool list = std::holds_alternative<std::vector<Scalar>>(value);
    if (!text && !list) return value;
    boost::json::error_code error;
    const boost::json::value json = sdk::parse_json(text ? text->text : sdk::json_of(value), error);
    if (error) return value;
    if (json.is_null()) return nullptr;
    if (const bool* flag = json.if_bool()) return FilterValue(*flag);
    if (double number = 0; !sdk::read_value(json, number)) return FilterValue(number);
    if (std::string words; !sdk::read_value(json, words)) return FilterValue(words);
    if (std::vector<double> numbers; !sdk::read_value(json, numbers)) return FilterValue(numbers);
    if (DateValue when; is_in(kDateOperators, op) && !sdk::read_value(json, when) && all_known(when))
        return FilterValue(when);
    return value;
}

bool is_list(const QueryFilter::Value& value) {
    if (!value || value->is_null()) return false;
    const auto* text = std::get_if<sdk::JsonText>(&value->value());
    if (!text)
        return std::holds_alternative<std::vector<double>>(value->value()) ||
               std::holds_alternative<std::vector<Scalar>>(value->value());
    const std::size_t first = text->text.find_first_not_of(" \t\r\n");
    return first != std::string::npos && text->text[first] == '[';
}

/// Whether an operator with its value fits one of the variants without options, which the service's client tries first.
bool says_everything(Op op, const QueryFilter::Value& value) {
    if (!value) return op == Op::is;
    if (value->is_null()) return is_in(kTextOperators, op) || is_in(kNumberOperators, op);
    const FilterValue& given = value->value();
    if (std::holds_alternative<bool>(given)) return op == Op::is;
    if (std::holds_alternative<std::string>(given)) return is_in(kTextOperators, op);
    if (std::holds_alternative<DateValue>(given)) return is_in(kDateOperators, op);
    const bool numbers = std::holds_alternative<double>(given) || std::holds_alternative<std::vector<double>>(given);
    return numbers && is_in(kNumberOperators, op);
}

}  // namespace

QueryFilter::QueryFilter(FilterType type, FilterField field, FilterOperator op, Value value, Options options)
    : op_(op), value_(std::move(value)), type_(type), options_(std::move(options)), field_(std::move(field)) {
    if (value_ && !value_->is_null()) value_ = narrowed(op, value_->value());
    if (says_everything(op_, value_)) options_ = std::monostate();
    if (!value_ && op_ == Op::is) value_ = sdk::Nullable<FilterValue>(FilterValue(false));  // the boolean's default
}

sdk::Fit misfit_of(const QueryFilter& filter) {
    if (says_everything(filter.op(), filter.value()) || std::holds_alternative<ObjectOptions>(filter.options()))
        return sdk::misfit_of_members(filter);
    if (std::holds_alternative<ChoiceOptions>(filter.options())) {
        if (is_in(kChoiceOperators, filter.op())) return sdk::misfit_of_members(filter);
        if (is_in(kChoicesOperators, filter.op()) && is_list(filter.value())) return sdk::misfit_of_members(filter);
    }
    return sdk::Misfit{"", "an operator that takes such a value"};
}

DateCriteria date_criteria(Date date) {
    return {.relative_time = RelativeTime::custom_date, .custom_date = sdk::to_iso(date)};
}

DateCriteria date_criteria(std::optional<Date> first, std::optional<Date> last) {
    DateCriteria criteria;
    if (first) criteria.start_date = sdk::to_iso(*first);
    if (last) criteria.end_date = sdk::to_iso(*last);
    return criteria;
}

}  // namespace spanreel::orq
