// SPDX-License-Identifier: Apache-2.0
#include "api/orq/query_filter.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <span>

#include "api/orq/date_criteria.hpp"
#include "api/orq/list_body.hpp"

namespace spanreel::api::orq {

namespace {

using store::Filter;
using Words = std::span<const std::string_view>;

constexpr auto kTextWords = std::to_array<std::string_view>(
    {"is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with", "is_empty", "is_not_empty"});
constexpr auto kNumberWords = std::to_array<std::string_view>(
    {"equals", "is_not_equal", "is_greater_than", "is_less_than", "is_greater_than_or_equal_to",
     "is_less_than_or_equal_to", "is_between", "is_empty", "is_not_empty"});
constexpr auto kOneWords = std::to_array<std::string_view>({"is", "is_not", "is_empty", "is_not_empty"});
constexpr auto kManyWords =
    std::to_array<std::string_view>({"contains", "does_not_contain", "is_empty", "is_not_empty"});
constexpr auto kDateWords =
    std::to_array<std::string_view>({"is", "is_before", "is_on_or_before", "is_between", "is_relative_today",
                                     "is_relative_time", "is_empty", "is_not_empty"});
constexpr auto kBooleanWords = std::to_array<std::string_view>({"is"});

/// The operators of a type: those of each list.
struct TypeRule {
    std::string_view type;
    std::array<Words, 3> lists;
};

constexpr std::array<TypeRule, 8> kTypes{{{"string", {kTextWords}},
                                          {"number", {kNumberWords}},
                                          {"date", {kDateWords}},
                                          {"boolean", {kBooleanWords}},
                                          {"single-value-array", {kOneWords}},
                                          {"multi-value-array", {kManyWords}},
                                          {"object", {kTextWords, kNumberWords, kDateWords}},
                                          {"evaluator", {kBooleanWords, kNumberWords}}}};

bool is_in(Words words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

Filter everything() { return {.kind = Filter::Kind::all}; }
Filter nothing() { return {.kind = Filter::Kind::any}; }
Filter negated(Filter filter) { return {.kind = Filter::Kind::none, .children = {std::move(filter)}}; }

class FilterReader {
  public:
    FilterReader(const JsonMembers& in, Time now)
        : in_(in),
          now_(now),
          type_(in.required<std::string>("type")),
          word_(in.required<std::string>("operator")),
          path_(in.required<std::string>("path")),
          value_(in.find("value")) {
        (void)in.required<std::string>("name");
    }

    Filter read() const {
        auto rule = std::ranges::find(kTypes, type_, &TypeRule::type);
        if (rule == kTypes.end()) {
            in_.refuse("type",
                       "must be one of string, number, date, boolean, single-value-array, multi-value-array, object, "
                       "evaluator");
            return nothing();
        }
        if (std::ranges::none_of(rule->lists, [&](Words words) { return is_in(words, word_); })) {
            in_.refuse("operator", fmt::format("is none of type {}: \"{}\"", type_, word_));
            return nothing();
        }
        if (type_ == "evaluator") return nothing();  // no session has values of evaluators
        if (word_ == "is_empty") return empty();
        if (word_ == "is_not_empty") return negated(empty());
        if (is_unchosen()) return everything();
        if (type_ == "boolean") return boolean();
        if (type_ == "date" || (type_ == "object" && is_dates())) return date();
        if (type_ == "number" || (type_ == "object" && !is_in(kTextWords, word_))) return number();
        return text();
    }

  private:
    bool is_unchosen() const {
        if (!value_ || value_->is_null()) return true;
        if (const boost::json::array* array = value_->if_array()) return array->empty();
        return type_ != "boolean" && value_->is_bool() && !value_->get_bool();
    }

    bool is_dates() const {
        const boost::json::object* value = value_->if_object();
        return value && value->contains("criteria") && value->contains("mode");
    }

    Filter empty() const { return {.kind = Filter::Kind::empty, .paths = {path_}}; }

    Filter boolean() const {
        if (!value_->is_bool()) in_.refuse("value", "must be true or false");
        return nothing();  // nothing of a session is one
    }

    Filter date() const {
        auto value = in_.optional<JsonMembers>("value");
        if (!is_in(kDateWords, word_)) in_.refuse("operator", fmt::format("is none of dates: \"{}\"", word_));
        if (!value) return nothing();
        auto range = date_range(word_, *value, now_);
        if (!range) return everything();
        return {.kind = Filter::Kind::date_in, .paths = {path_}, .range = *range};
    }

    /// The value, or its elements. What cannot be read is refused for being other than `what`, if that is given.
    template <class T, class Read>
    std::vector<T> values(std::size_t limit, std::string_view what, Read read) const {
        std::vector<T> all;
        auto take = [&](const boost::json::value& value) {
            if (auto one = read(value))
                all.push_back(*std::move(one));
            else if (!what.empty())
                in_.refuse("value", fmt::format("must be {}", what));
        };
        const boost::json::array* array = value_->if_array();
        if (array && array->size() > limit) {
            in_.refuse("value", fmt::format("has {} elements, more than {}", array->size(), limit));
        } else if (array) {
            for (const boost::json::value& element : *array) take(element);
        } else {
            take(*value_);
        }
        return all;
    }

    Filter number() const {
        auto numbers = values<double>(kMaxFilterNumbers, "a number, or an array of them", number_of);
        auto in_range = [&](Filter::Range range) -> Filter {
            return {.kind = Filter::Kind::number_in, .paths = {path_}, .range = range};
        };
        if (numbers.empty()) return nothing();  // refused
        if (word_ == "equals" || word_ == "is_not_equal") {
            Filter is{.kind = Filter::Kind::number_is, .paths = {path_}, .numbers = std::move(numbers)};
            return word_ == "equals" ? is : negated(std::move(is));
        }
        if (word_ == "is_between") {
            auto [least, most] = std::ranges::minmax(numbers);
            return in_range({.least = least, .most = most});
        }
        if (numbers.size() != 1) {
            in_.refuse("value", "must be one number");
            return nothing();
        }
        double one = numbers.front();
        if (word_ == "is_greater_than") return in_range({.least = one, .least_included = false});
        if (word_ == "is_less_than") return in_range({.most = one, .most_included = false});
        if (word_ == "is_greater_than_or_equal_to") return in_range({.least = one});
        if (word_ == "is_less_than_or_equal_to") return in_range({.most = one});
        in_.refuse("operator", fmt::format("is none of numbers: \"{}\"", word_));
        return nothing();
    }

    /// A list of the session's contains whole values, a text parts. The types of options take a value of any shape; no
    /// session has one that is neither text nor number.
    Filter text() const {
        std::string_view what = type_ == "string" ? "a text, or an array of them" : "";
        auto texts = values<std::string>(kMaxFilterValues, what, shown);
        if (word_ == "starts_with" || word_ == "ends_with") {
            if (value_->is_array()) in_.refuse("value", "must be one text");
            return leaf(word_ == "starts_with" ? Filter::Kind::starts_with : Filter::Kind::ends_with, texts);
        }
        bool whole = store::is_array(path_) && (value_->is_array() || type_ == "multi-value-array");
        bool part = !whole && (word_ == "contains" || word_ == "does_not_contain");
        Filter found = leaf(part ? Filter::Kind::contains : Filter::Kind::equals, std::move(texts));
        return word_ == "is" || word_ == "contains" ? found : negated(std::move(found));
    }

    Filter leaf(Filter::Kind kind, std::vector<std::string> texts) const {
        return {.kind = kind, .paths = {path_}, .values = std::move(texts)};
    }

    static std::optional<double> number_of(const boost::json::value& value) {
        if (!value.is_number()) return std::nullopt;
        return value.to_number<double>();
    }

    /// As answers show it.
    static std::optional<std::string> shown(const boost::json::value& value) {
        if (value.is_string()) return std::string(value.get_string());
        if (value.is_bool()) return value.get_bool() ? "true" : "false";
        return number_of(value).transform([](double number) { return fmt::format("{}", number); });
    }

    const JsonMembers& in_;
    Time now_;
    std::string type_, word_, path_;
    const boost::json::value* value_;
};

}  // namespace

Filter read_query_filter(const JsonMembers& in, Time now) { return FilterReader(in, now).read(); }

}  // namespace spanreel::api::orq
