// SPDX-License-Identifier: Apache-2.0
// query.filters by the book, as they arrive from the first generation's client and from anyone else.
#include "api/orq/query_filter.hpp"

#include "api/json/json_text.hpp"
#include "api/orq/list_body.hpp"
#include "api/orq/test_api.hpp"

namespace spanreel::api::orq {
namespace {

using Texts = std::vector<std::string>;

/// Three sessions: "Alpha" and "beta" have values, "gamma" has as few as possible.
class QueryFilterTest : public ApiTest {
  protected:
    QueryFilterTest() {
        post(kSecond, whole_body("Alpha", R"(,"title":"Über alles","tags":["red","Blue"],"duration":1.5,)"
                                          R"("started_at":"2026-01-03T10:00:00Z","client":"cli")"));
        post(kSecond, whole_body("beta", R"(,"title":"alp","tags":["blue"],"duration":20,)"
                                         R"("started_at":"2026-01-02T10:00:00Z")"));
        post(kSecond, whole_body("gamma", R"(,"tags":[],"duration":0,"started_at":"2026-01-01T10:00:00Z")"));
    }
    static std::string one(std::string_view type, std::string_view word, std::string_view path,
                           std::string_view value) {
        return fmt::format(R"({{"type":"{}","name":"n","operator":"{}","path":"{}"{}}})", type, word, path,
                           value.empty() ? "" : fmt::format(R"(,"value":{})", value));
    }
    Answer ask(std::string_view filters, std::string_view join = "and") {
        return post("/v2/traces/sessions/query",
                    fmt::format(R"({{"filters":[],"query":{{"operator":"{}","filters":[{}]}}}})", join, filters));
    }
    /// External ids in the default order, the first letter of each.
    std::string names(const Answer& answer) {
        EXPECT_EQ(answer.status, 200u) << answer.text;
        std::string names;
        if (answer.status == 200)
            for (const auto& row : answer["data"].as_array()) names += row.at("external_id").as_string()[0];
        return names;
    }
    std::string found(std::string_view type, std::string_view word, std::string_view path, std::string_view value) {
        return names(ask(one(type, word, path, value)));
    }
    std::string refusal(std::string_view filters) {
        Answer answer = ask(filters);
        EXPECT_EQ(answer.status, 400u) << answer.text;
        return answer.string("message");
    }
};

TEST_F(QueryFilterTest, Texts) {
    EXPECT_EQ(found("string", "is", "external_id", R"("Alpha")"), "A");
    EXPECT_EQ(found("string", "is", "external_id", R"("alpha")"), "");
    EXPECT_EQ(found("string", "is", "external_id", R"(["beta","gamma"])"), "bg");
    EXPECT_EQ(found("string", "is_not", "title", R"("alp")"), "Ag");
    EXPECT_EQ(found("string", "contains", "title", R"("ALP")"), "b");
    EXPECT_EQ(found("string", "does_not_contain", "title", R"("ÜBER")"), "bg");
    EXPECT_EQ(found("string", "starts_with", "title", R"("über")"), "A");
    EXPECT_EQ(found("string", "starts_with", "title", R"("alles")"), "");
    EXPECT_EQ(found("string", "ends_with", "title", R"("ALLES")"), "A");
    EXPECT_EQ(found("string", "ends_with", "title", R"("")"), "Ab");
    EXPECT_EQ(found("string", "is_empty", "title", "null"), "g");
    EXPECT_EQ(found("string", "is_not_empty", "title", ""), "Ab");
    EXPECT_EQ(found("string", "is", "tags", R"("blue")"), "b");
    EXPECT_EQ(found("string", "ends_with", "tags", R"("LUE")"), "Ab");
    EXPECT_EQ(found("string", "is", "duration", R"("1.5")"), "A");
}

TEST_F(QueryFilterTest, Numbers) {
    EXPECT_EQ(found("number", "equals", "duration", "1.5"), "A");
    EXPECT_EQ(found("number", "equals", "duration", "[0,20]"), "bg");
    for (std::string_view word : {"equals", "is_not_equal", "is_greater_than", "is_between"})
        EXPECT_EQ(found("number", word, "duration", "[]"), "Abg") << "nothing is chosen yet";
    EXPECT_EQ(found("number", "is_not_equal", "duration", "20"), "Ag");
    EXPECT_EQ(found("number", "is_not_equal", "title", "20"), "Abg");
    EXPECT_EQ(found("number", "is_greater_than", "duration", "1.5"), "b");
    EXPECT_EQ(found("number", "is_less_than", "duration", "1.5"), "g");
    EXPECT_EQ(found("number", "is_greater_than_or_equal_to", "duration", "[1.5]"), "Ab");
    EXPECT_EQ(found("number", "is_less_than_or_equal_to", "duration", "1.5"), "Ag");
    EXPECT_EQ(found("number", "is_between", "duration", "[20,1.5]"), "Ab");
    EXPECT_EQ(found("number", "is_empty", "duration", "null"), "");
    EXPECT_EQ(found("number", "is_not_empty", "duration", "null"), "Abg");
    EXPECT_EQ(found("number", "is_greater_than", "external_id", "0"), "");
}

TEST_F(QueryFilterTest, Dates) {
    auto dated = [&](std::string_view word, std::string_view criteria, std::string_view path = "started_at") {
        return found("date", word, path, fmt::format(R"({{"mode":"date","criteria":{}}})", criteria));
    };
    EXPECT_EQ(dated("is", R"({"customDate":"2026-01-02"})"), "b");
    EXPECT_EQ(dated("is_before", R"({"customDate":"2026-01-02"})"), "g");
    EXPECT_EQ(dated("is_on_or_before", R"({"customDate":"2026-01-02"})"), "bg");
    EXPECT_EQ(dated("is_between", R"({"startDate":"2026-01-02"})"), "Ab");
    EXPECT_EQ(dated("is_relative_today", R"({"unit":"day"})", "updated_at"), "Abg");
    EXPECT_EQ(dated("is_relative_time", R"({"unit":"minutes_ago","count":60})"), "");
    EXPECT_EQ(dated("is", "null"), "Abg");
    EXPECT_EQ(dated("is_empty", "null"), "");
    EXPECT_EQ(dated("is_not_empty", "null"), "Abg");
    EXPECT_EQ(dated("is_before", R"({"relativeTime":"today"})", "title"), "");
}

TEST_F(QueryFilterTest, OptionsAndLists) {
    EXPECT_EQ(found("single-value-array", "is", "external_id", R"("beta")"), "b");
    EXPECT_EQ(found("single-value-array", "is", "external_id", R"(["beta","Alpha",5,{"a":1}])"), "Ab");
    EXPECT_EQ(found("single-value-array", "is_not", "external_id", R"(["beta"])"), "Ag");
    EXPECT_EQ(found("single-value-array", "is", "external_id", "false"), "Abg") << "what the client sends for no value";
    EXPECT_EQ(found("single-value-array", "is_empty", "client", ""), "bg");
    EXPECT_EQ(found("multi-value-array", "contains", "tags", R"(["red","green"])"), "A");
    EXPECT_EQ(found("multi-value-array", "contains", "tags", R"(["BLUE"])"), "") << "a list holds whole values";
    EXPECT_EQ(found("multi-value-array", "does_not_contain", "tags", R"(["red"])"), "bg");
    EXPECT_EQ(found("multi-value-array", "contains", "tags", "null"), "Abg");
    EXPECT_EQ(found("multi-value-array", "contains", "tags", "[]"), "Abg");
    EXPECT_EQ(found("multi-value-array", "contains", "tags", R"("red")"), "A");
    EXPECT_EQ(found("multi-value-array", "contains", "tags", R"("re")"), "");
    EXPECT_EQ(found("multi-value-array", "contains", "title", R"(["ALLES","x"])"), "A") << "a text contains parts";
    EXPECT_EQ(found("multi-value-array", "does_not_contain", "title", R"(["alles","ALP"])"), "g");
    EXPECT_EQ(found("multi-value-array", "is_empty", "tags", "[]"), "g");
    EXPECT_EQ(found("multi-value-array", "is_not_empty", "tags", "null"), "Ab");
}

TEST_F(QueryFilterTest, ObjectsTakeTheOperatorsOfAllOthers) {
    EXPECT_EQ(found("object", "contains", "external_id", R"("ET")"), "b");
    EXPECT_EQ(found("object", "contains", "tags", R"(["red"])"), "A");
    EXPECT_EQ(found("object", "is_between", "duration", "[1,2]"), "A");
    EXPECT_EQ(found("object", "is_before", "started_at", R"({"mode":"date","criteria":{"customDate":"2026-01-02"}})"),
              "g");
    EXPECT_EQ(found("object", "is", "external_id", R"({"a":1})"), "");
    EXPECT_EQ(found("object", "is_not", "external_id", R"({"a":1})"), "Abg");
    EXPECT_EQ(found("object", "is_empty", "nowhere", ""), "Abg");
}

TEST_F(QueryFilterTest, WhatNoSessionHasMatchesNothing) {
    EXPECT_EQ(found("boolean", "is", "x.flag", "true"), "");
    EXPECT_EQ(found("boolean", "is", "x.flag", "false"), "");
    EXPECT_EQ(found("evaluator", "is", "evals.q", R"({"x":1})"), "");
    EXPECT_EQ(found("evaluator", "is_less_than", "evals.q", "3"), "");
    EXPECT_EQ(found("string", "is", "nowhere", R"("x")"), "");
    EXPECT_EQ(found("string", "is_not", "nowhere", R"("x")"), "Abg");
}

TEST_F(QueryFilterTest, OperatorJoinsAndTheRestIsAnded) {
    std::string red = one("multi-value-array", "contains", "tags", R"(["red"])");
    std::string short_ones = one("number", "is_less_than", "duration", "1");
    EXPECT_EQ(names(ask(red + "," + short_ones, "or")), "Ag");
    EXPECT_EQ(names(ask(red + "," + short_ones, "and")), "");
    auto body = [&](std::string_view search) {
        return fmt::format(
            R"({{"filters":[{{"type":"string","operator":"contains","path":"external_id","value":"a"}}],)"
            R"("query":{{"operator":"or","search":"{}","filters":[{},{}]}}}})",
            search, red, short_ones);
    };
    EXPECT_EQ(names(post("/v2/traces/sessions/query", body("gam"))), "g");
    EXPECT_EQ(post("/v2/traces/sessions/count", body("")).text, R"({"count":2})");
    EXPECT_EQ(post("/v2/traces/sessions/count", "").text, R"({"count":3})");
    EXPECT_EQ(post("/v2/sessions/count", R"({"filters":{"interval":"SESSION_INTERVAL_ALL_TIME"},"limit":1})").text,
              R"({"count":3})");
    EXPECT_EQ(get("/v2/sessions/tags").text, R"(["Blue","blue","red"])");
}

TEST_F(QueryFilterTest, RefusesWhatItCannotReadByName) {
    EXPECT_NE(refusal(one("text", "is", "title", "1")).find("query.filters[0].type"), std::string::npos);
    for (auto [type, word, value] : std::vector<std::array<std::string_view, 3>>{{"string", "equals", R"("x")"},
                                                                                 {"number", "contains", "1"},
                                                                                 {"boolean", "is_not", "true"},
                                                                                 {"multi-value-array", "is", "[]"},
                                                                                 {"object", "within", "1"}})
        EXPECT_NE(refusal(one(type, word, "title", value)).find("query.filters[0].operator"), std::string::npos);
    for (auto [type, word, value] :
         std::vector<std::array<std::string_view, 3>>{{"string", "is", R"({"a":1})"},
                                                      {"string", "is", "[null]"},
                                                      {"string", "starts_with", R"(["a"])"},
                                                      {"number", "equals", R"("5")"},
                                                      {"number", "is_less_than", "[1,2]"},
                                                      {"boolean", "is", R"("true")"},
                                                      {"date", "is", R"("2026-01-01")"},
                                                      {"date", "is", R"({"criteria":null})"},
                                                      {"date", "is", R"({"criteria":5,"mode":"date"})"}})
        EXPECT_NE(refusal(one(type, word, "title", value)).find("query.filters[0].value"), std::string::npos);
    EXPECT_NE(refusal(R"({"type":"string","operator":"is","name":"n","value":"x"})").find("path"), std::string::npos);
    EXPECT_NE(refusal(R"({"type":"string","operator":"is","path":"title","value":"x"})").find("name"),
              std::string::npos);
}

TEST_F(QueryFilterTest, BoundsWhatOneRequestMayAsk) {
    auto repeated = [](std::string_view one, std::size_t count) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i) all += fmt::format("{}{}", i ? "," : "", one);
        return all;
    };
    std::string numbers =
        one("number", "is_not_equal", "duration", fmt::format("[{}]", repeated("5", kMaxFilterNumbers)));
    EXPECT_EQ(names(ask(repeated(numbers, kMaxFilters), "or")), "Abg");
    EXPECT_NE(refusal(repeated(numbers, kMaxFilters + 1)).find("query.filters"), std::string::npos);
    EXPECT_NE(refusal(one("number", "equals", "duration", fmt::format("[{}]", repeated("5", kMaxFilterNumbers + 1))))
                  .find("value"),
              std::string::npos);
    EXPECT_NE(refusal(one("string", "is", "title", fmt::format("[{}]", repeated("\"v\"", kMaxFilterValues + 1))))
                  .find("value"),
              std::string::npos);
}

}  // namespace
}  // namespace spanreel::api::orq
