// SPDX-License-Identifier: Apache-2.0
// Each rich filter as it is sent: byte for byte what the service's own client leaves of it.
#include "spanreel/orq/filters.hpp"

#include <gtest/gtest.h>

#include "filter_json.hpp"

namespace spanreel::orq {
namespace {

using namespace std::chrono_literals;

constexpr Date kStart = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h;

std::string wire(const QueryFilter& filter) { return sdk::json_of(filter); }

std::string plain(std::string_view op, std::string_view value, std::string_view type) {
    return R"({"operator":")" + std::string(op) + R"(","value":)" + std::string(value) + R"(,"type":")" +
           std::string(type) + R"(","name":"p","path":"p"})";
}

TEST(Filters, NameAndPathAreTheSameUnlessSaid) {
    EXPECT_EQ(wire(text({"external_id", "Session", {{FilterOperator::is, FilterOperator::is_between}}}).is("x")),
              R"({"operator":"is","value":"x","type":"string","name":"Session","path":"external_id",)"
              R"("hideOperators":["is","is_between"]})");
}

TEST(Filters, Text) {
    EXPECT_EQ(wire(text("p").is("x")), plain("is", R"("x")", "string"));
    EXPECT_EQ(wire(text("p").is_not("x")), plain("is_not", R"("x")", "string"));
    EXPECT_EQ(wire(text("p").contains("x")), plain("contains", R"("x")", "string"));
    EXPECT_EQ(wire(text("p").does_not_contain("x")), plain("does_not_contain", R"("x")", "string"));
    EXPECT_EQ(wire(text("p").starts_with("x")), plain("starts_with", R"("x")", "string"));
    EXPECT_EQ(wire(text("p").ends_with("x")), plain("ends_with", R"("x")", "string"));
    EXPECT_EQ(wire(text("p").is_empty()), plain("is_empty", "null", "string"));
    EXPECT_EQ(wire(text("p").is_not_empty()), plain("is_not_empty", "null", "string"));
}

TEST(Filters, Number) {
    EXPECT_EQ(wire(number("p").equals(1)), plain("equals", "1", "number"));
    EXPECT_EQ(wire(number("p").equals_any({1, 2.5})), plain("equals", "[1,2.5]", "number"));
    EXPECT_EQ(wire(number("p").not_equal(1)), plain("is_not_equal", "1", "number"));
    EXPECT_EQ(wire(number("p").equals_none({1})), plain("is_not_equal", "[1]", "number"));
    EXPECT_EQ(wire(number("p").greater_than(1)), plain("is_greater_than", "1", "number"));
    EXPECT_EQ(wire(number("p").less_than(1)), plain("is_less_than", "1", "number"));
    EXPECT_EQ(wire(number("p").greater_than_or_equal_to(1)), plain("is_greater_than_or_equal_to", "1", "number"));
    EXPECT_EQ(wire(number("p").less_than_or_equal_to(1)), plain("is_less_than_or_equal_to", "1", "number"));
    EXPECT_EQ(wire(number("p").between(1, 2)), plain("is_between", "[1,2]", "number"));
    EXPECT_EQ(wire(number("p").is_empty()), plain("is_empty", "null", "number"));
    EXPECT_EQ(wire(number("p").is_not_empty()), plain("is_not_empty", "null", "number"));
}

TEST(Filters, Date) {
    auto when = [](std::string_view op, std::string criteria, std::string mode = "date") {
        return plain(op, R"({"criteria":)" + criteria + R"(,"mode":")" + mode + "\"}", "date");
    };
    EXPECT_EQ(wire(date("p").is(RelativeTime::today)), when("is", R"({"relativeTime":"today"})"));
    EXPECT_EQ(wire(date("p", DateMode::datetime).is(kStart)),
              when("is", R"({"relativeTime":"custom_date","customDate":"2026-01-02T03:00:00.000Z"})", "datetime"));
    EXPECT_EQ(wire(date("p").before(RelativeTime::one_week_ago)),
              when("is_before", R"({"relativeTime":"one_week_ago"})"));
    EXPECT_EQ(wire(date("p").on_or_before(RelativeTime::yesterday)),
              when("is_on_or_before", R"({"relativeTime":"yesterday"})"));
    EXPECT_EQ(wire(date("p").between(kStart, kStart + 1ms)),
              when("is_between", R"({"startDate":"2026-01-02T03:00:00.000Z","endDate":"2026-01-02T03:00:00.001Z"})"));
    EXPECT_EQ(wire(date("p").between(std::nullopt, kStart)),
              when("is_between", R"({"endDate":"2026-01-02T03:00:00.000Z"})"));
    EXPECT_EQ(wire(date("p").relative_today(DateUnit::week)),
              when("is_relative_today", R"({"unit":"week","direction":"present"})"));
    EXPECT_EQ(wire(date("p").relative_today(3, DateUnit::year)),
              when("is_relative_today", R"({"unit":"year","count":3,"direction":"past"})"));
    EXPECT_EQ(wire(date("p").relative_time(3, TimeUnit::hours_ago)),
              when("is_relative_time", R"({"unit":"hours_ago","count":3})"));
    EXPECT_EQ(wire(date("p").relative_time(3, TimeUnit::minutes_ago)),
              when("is_relative_time", R"({"unit":"minutes_ago","count":3})"));
    EXPECT_EQ(wire(date("p").is_empty()), when("is_empty", "null"));
    EXPECT_EQ(wire(date("p").is_not_empty()), when("is_not_empty", "null"));
    EXPECT_EQ(wire(date("p").is(DateCriteria{.unit = CriteriaUnit::day,
                                             .count = nullptr,
                                             .relative_time = RelativeTime::today,
                                             .custom_date = nullptr,
                                             .direction = DateDirection::past,
                                             .start_date = "s",
                                             .end_date = "e"})),
              when("is", R"({"unit":"day","count":null,"relativeTime":"today","customDate":null,)"
                         R"("direction":"past","startDate":"s","endDate":"e"})"));
}

TEST(Filters, Boolean) {
    EXPECT_EQ(wire(boolean("p").is(true)), plain("is", "true", "boolean"));
    EXPECT_EQ(wire(boolean("p").is(false)), plain("is", "false", "boolean"));
}

TEST(Filters, ChoiceKeepsItsOptionsUnlessATextSaysItAll) {
    const ChoiceFilter kind = choice("p", ChoiceOptions{.options = {"a", 1},
                                                        .options_map = std::map<std::string, Scalar>{{"a", 1}},
                                                        .image_url_map = {{{"a", "u"}}}});
    auto whole = [](std::string_view op_and_value) {
        return "{" + std::string(op_and_value) +
               R"(,"type":"single-value-array","options":["a",1],"optionsMap":{"a":1},"imageUrlMap":{"a":"u"},)"
               R"("name":"p","path":"p"})";
    };
    EXPECT_EQ(wire(kind.is("x")), plain("is", R"("x")", "single-value-array"));
    EXPECT_EQ(wire(kind.is_not("x")), plain("is_not", R"("x")", "single-value-array"));
    EXPECT_EQ(wire(kind.is(1)), whole(R"("operator":"is","value":1)"));
    EXPECT_EQ(wire(kind.is_any_of({"x", 2})), whole(R"("operator":"is","value":["x",2])"));
    EXPECT_EQ(wire(kind.is_none_of({1, 2})), whole(R"("operator":"is_not","value":[1,2])"));
    EXPECT_EQ(wire(kind.is_empty()), whole(R"("operator":"is_empty")"));
    EXPECT_EQ(wire(kind.is_not_empty()), whole(R"("operator":"is_not_empty")"));
    EXPECT_EQ(wire(choice("p", {"a", "b"}).is_any_of({"a", "b"})),
              R"({"operator":"is","value":["a","b"],"type":"single-value-array","options":["a","b"],)"
              R"("name":"p","path":"p"})");
}

TEST(Filters, ChoicesKeepTheirOptionsUnlessTheOperatorNeedsNoValue) {
    const ChoicesFilter tags = choices("p", ChoiceOptions{.options = {"a"}, .options_map = nullptr});
    EXPECT_EQ(wire(tags.contains({"a", "b"})),
              R"({"operator":"contains","value":["a","b"],"type":"multi-value-array","options":["a"],)"
              R"("optionsMap":null,"name":"p","path":"p"})");
    EXPECT_EQ(wire(choices("p").does_not_contain({1})),
              R"({"operator":"does_not_contain","value":[1],"type":"multi-value-array","options":[],)"
              R"("name":"p","path":"p"})");
    EXPECT_EQ(wire(tags.is_empty()), plain("is_empty", "null", "multi-value-array"));
    EXPECT_EQ(wire(tags.is_not_empty()), plain("is_not_empty", "null", "multi-value-array"));
}

const ObjectOptions kFields{.options = {{.name = "a", .path = "p", .type = FilterType::number, .id = "1"}},
                            .selected_option_id = "1"};

std::string with_fields(std::string_view op_and_value, std::string_view type) {
    return "{" + std::string(op_and_value) + R"(,"type":")" + std::string(type) +
           R"(","options":[{"name":"a","path":"p","type":"number","id":"1"}],"selectedOptionId":"1",)"
           R"("name":"p","path":"p"})";
}

TEST(Filters, ObjectLosesItsOptionsToWhateverTheOthersTake) {
    using Op = FilterOperator;
    const ObjectFilter meta = object("p", kFields);
    EXPECT_EQ(wire(meta.where(Op::is, "x")), plain("is", R"("x")", "object"));
    EXPECT_EQ(wire(meta.where(Op::is, true)), plain("is", "true", "object"));
    EXPECT_EQ(wire(meta.where(Op::is)), plain("is", "false", "object"));
    EXPECT_EQ(wire(meta.where(Op::is, nullptr)), plain("is", "null", "object"));
    EXPECT_EQ(wire(meta.where(Op::is_between, std::vector<double>{1, 2})), plain("is_between", "[1,2]", "object"));
    EXPECT_EQ(wire(meta.where(Op::is_between, std::vector<Scalar>{1, 2})), plain("is_between", "[1,2]", "object"));
    EXPECT_EQ(wire(meta.where(Op::equals, 3)), plain("equals", "3", "object"));
    EXPECT_EQ(wire(meta.where(Op::is_before, DateValue{.criteria = date_criteria(RelativeTime::today)})),
              plain("is_before", R"({"criteria":{"relativeTime":"today"},"mode":"date"})", "object"));
    EXPECT_EQ(wire(meta.where(Op::is, sdk::JsonText{R"({"mode":"date","criteria":null,"more":1})"})),
              plain("is", R"({"criteria":null,"mode":"date"})", "object"));
    EXPECT_EQ(wire(meta.where(Op::equals, sdk::JsonText{R"({"mode":"date","criteria":null})"})),
              with_fields(R"("operator":"equals","value":{"mode":"date","criteria":null})", "object"));
    EXPECT_EQ(wire(meta.where(Op::is_empty, sdk::JsonText{"[]"})), plain("is_empty", "[]", "object"));

    EXPECT_EQ(wire(meta.where(Op::equals, "x")), with_fields(R"("operator":"equals","value":"x")", "object"));
    EXPECT_EQ(wire(meta.where(Op::is, 3)), with_fields(R"("operator":"is","value":3)", "object"));
    EXPECT_EQ(wire(meta.where(Op::is_not, true)), with_fields(R"("operator":"is_not","value":true)", "object"));
    EXPECT_EQ(wire(meta.where(Op::is_empty)), with_fields(R"("operator":"is_empty")", "object"));
    EXPECT_EQ(wire(meta.where(Op::is_before, nullptr)),
              with_fields(R"("operator":"is_before","value":null)", "object"));
    EXPECT_EQ(wire(meta.where(Op::is, std::vector<Scalar>{"x", 1})),
              with_fields(R"("operator":"is","value":["x",1])", "object"));
    EXPECT_EQ(wire(meta.where(Op::is, sdk::JsonText{R"({"a":1})"})),
              with_fields(R"("operator":"is","value":{"a":1})", "object"));
    EXPECT_EQ(wire(meta.where(Op::is, sdk::JsonText{R"({"criteria":null,"mode":"year"})"})),
              with_fields(R"("operator":"is","value":{"criteria":null,"mode":"year"})", "object"));
}

TEST(Filters, Evaluator) {
    const EvaluatorFilter score = evaluator("p", kFields);
    EXPECT_EQ(wire(score.between(0, 1)), plain("is_between", "[0,1]", "evaluator"));
    EXPECT_EQ(wire(score.equals(1)), plain("equals", "1", "evaluator"));
    EXPECT_EQ(wire(score.is(true)), plain("is", "true", "evaluator"));
    EXPECT_EQ(wire(score.is("good")), plain("is", R"("good")", "evaluator"));
    EXPECT_EQ(wire(score.is_empty()), plain("is_empty", "null", "evaluator"));
    EXPECT_EQ(wire(score.equals("good")), with_fields(R"("operator":"equals","value":"good")", "evaluator"));
    EXPECT_EQ(wire(score.not_equal("good")), with_fields(R"("operator":"is_not_equal","value":"good")", "evaluator"));
    EXPECT_EQ(wire(evaluator("p").equals("x")),
              R"({"operator":"equals","value":"x","type":"evaluator","options":[],"selectedOptionId":null,)"
              R"("name":"p","path":"p"})");
}

TEST(Filters, WhatIsPutTogetherByHandHasToFit) {
    using Op = FilterOperator;
    auto fits = [](Op op, QueryFilter::Value value, QueryFilter::Options options) {
        return !misfit_of(QueryFilter(FilterType::text, "p", op, std::move(value), std::move(options)));
    };
    const QueryFilter::Value absent, null = sdk::Nullable<FilterValue>(nullptr);
    auto json = [](std::string text) {
        return sdk::Nullable<FilterValue>(FilterValue(sdk::JsonText{std::move(text)}));
    };
    EXPECT_TRUE(fits(Op::contains, json("\"x\""), {}));
    EXPECT_FALSE(fits(Op::contains, json("1"), {}));
    EXPECT_FALSE(fits(Op::contains, json("[\"x\"]"), {}));
    EXPECT_TRUE(fits(Op::contains, json(" [\"x\"]"), ChoiceOptions{}));
    EXPECT_FALSE(fits(Op::contains, absent, ChoiceOptions{}));
    EXPECT_FALSE(fits(Op::contains, json("{}"), ChoiceOptions{}));
    EXPECT_TRUE(fits(Op::contains, json("{}"), ObjectOptions{}));
    EXPECT_FALSE(fits(Op::equals, json("\"x\""), ChoiceOptions{}));
    EXPECT_FALSE(fits(Op::is_empty, absent, {}));
    EXPECT_TRUE(fits(Op::is_empty, absent, ChoiceOptions{}));
    EXPECT_TRUE(fits(Op::is_empty, null, {}));
    EXPECT_FALSE(fits(Op::is_before, null, {}));
    EXPECT_FALSE(fits(Op::is, json("{\"criteria\":null}"), {}));
}

// Only what an operator takes can be written.
template <class Filter>
concept HasContains = requires(Filter filter) { filter.contains("x"); };
template <class Filter>
concept IsTextual = requires(Filter filter) { filter.is("x"); };
template <class Filter>
concept HasBetween = requires(Filter filter) { filter.between(1, 2); };
static_assert(HasContains<TextFilter> && !HasContains<NumberFilter> && !HasContains<ChoiceFilter>);
static_assert(IsTextual<TextFilter> && IsTextual<ChoiceFilter> && !IsTextual<NumberFilter> &&
              !IsTextual<ChoicesFilter>);
static_assert(!IsTextual<BooleanFilter>);
static_assert(HasBetween<NumberFilter> && !HasBetween<TextFilter> && !HasBetween<BooleanFilter>);

}  // namespace
}  // namespace spanreel::orq
