// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "trace/prices.hpp"

namespace spanreel::trace {
namespace {

Time day(std::string_view text) { return from_iso(std::string(text) + "T12:00:00Z").value(); }

PriceTable own(std::string_view rows) {
    return PriceTable::with_own(fmt::format(R"({{"prices":[{}]}})", rows)).value();
}

std::string complaint(std::string_view json) {
    const auto table = PriceTable::with_own(json);
    return table ? "" : table.error().message;
}

TEST(PriceFile, PricesAModelOfOnesOwn) {
    const PriceTable table = own(R"({"model": "my-model", "input": 0.2, "output": 0.6, "cache_read": 0.02,
        "cache_write": 0.3, "audio_in": 1, "audio_out": 2})");
    const Usage usage{.input_fresh = 1, .cache_read = 10, .cache_write = 100, .output_text = 1'000};
    const SpanCost cost = table.price("My-Model-2026", "", {.at = day("2026-01-01")}, usage);
    EXPECT_EQ(cost.source, CostSource::computed);
    EXPECT_EQ(cost.input, 200'000 + 10 * 20'000 + 100 * 300'000);
    EXPECT_EQ(cost.output, 1'000 * 600'000);
}

TEST(PriceFile, GoesBeforeTheListForModelsThatItNamesAlone) {
    const PriceTable table = own(R"({"model": "gpt-4o", "provider": "azure", "input": 2},
        {"model": "gpt-4o", "provider": "azure", "tier": "Batch", "input": 1.5},
        {"model": "gpt-4o", "provider": "azure", "from": "2026-03-01", "input": 1},
        {"model": "gpt-4o", "provider": "azure", "from": "2026-03-01", "over_prompt": 1000, "input": 4})");
    auto input = [&](PricedUse use) {
        const auto row = table.find("gpt-4o", use);
        return row ? row->input : -1;
    };
    const Time january = day("2026-01-01"), april = day("2026-04-01");
    EXPECT_EQ(input({.provider = "openai", .at = january}), 2'500'000);
    EXPECT_EQ(input({.provider = "azure.ai.openai", .at = january}), 2'000'000);
    EXPECT_EQ(input({.provider = "azure", .tier = "batch", .at = january}), 1'500'000);
    EXPECT_EQ(input({.provider = "azure", .tier = "priority", .at = january}), -1);
    EXPECT_EQ(input({.provider = "azure", .at = april}), 1'000'000);
    EXPECT_EQ(input({.provider = "azure", .at = april, .prompt_tokens = 1001}), 4'000'000);
    EXPECT_EQ(table.find("gpt-4o-mini", {.provider = "azure", .at = april})->input, 150'000);
}

TEST(PriceFile, SaysWhatIsWrong) {
    EXPECT_NE(complaint("{").find("is no JSON"), std::string::npos);
    for (const std::string_view json : {"[]", "{}", R"({"prices":{}})", R"({"prices":[],"more":1})"})
        EXPECT_EQ(complaint(json), R"(must be an object with one list, "prices")") << json;
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"1", "prices[0]: is no object"},
        {R"({"input":1})", R"(prices[0]: has no "model")"},
        {R"({"model":"m"})", "prices[0]: has no price above zero"},
        {R"({"model":"m","input":1},{"model":""})", R"(prices[1]: "model" must be a text of 1 to 128 bytes)"},
        {R"({"model":"m","from":"2026-13-01"})", R"(prices[0]: "from" must be a day as 2026-01-31)"},
        {R"({"model":"m","from":20260101})", R"(prices[0]: "from" must be a day as 2026-01-31)"},
        {R"({"model":"m","over_prompt":-1})",
         R"(prices[0]: "over_prompt" must be a whole number of tokens, 1000000000 at most)"},
        {R"({"model":"m","input":-1})", R"(prices[0]: "input" must be US dollars a million tokens, from 0 to 1000000)"},
        {R"({"model":"m","output":"1"})",
         R"(prices[0]: "output" must be US dollars a million tokens, from 0 to 1000000)"},
    };
    for (const auto& [row, said] : rows) EXPECT_EQ(complaint(fmt::format(R"({{"prices":[{}]}})", row)), said);
    EXPECT_NE(complaint(R"({"prices":[{"model":"m","imput":1}]})").find(R"("imput" is not known: there are model)"),
              std::string::npos);
    std::string many = R"({"model":"m","input":1})";
    for (std::size_t i = 0; i < kMaxOwnPrices; ++i) many += R"(,{"model":"m","input":1})";
    EXPECT_EQ(complaint(fmt::format(R"({{"prices":[{}]}})", many)), "has more than 1000 prices");
}

}  // namespace
}  // namespace spanreel::trace
