// SPDX-License-Identifier: Apache-2.0
#include "trace/prices.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "trace/price_list.hpp"

namespace spanreel::trace {
namespace {

Time day(std::string_view text) { return from_iso(std::string(text) + "T12:00:00Z").value(); }

std::string_view found(std::string_view model, std::string_view provider = {}) {
    const auto row = PriceTable::builtin().find(model, {.provider = provider, .at = day("2026-01-15")});
    return row ? row->model : "none";
}

TEST(Prices, KnowsAModelUnderItsManyNames) {
    EXPECT_EQ(found("gpt-4o"), "gpt-4o");
    EXPECT_EQ(found("gpt-4o-2024-08-06"), "gpt-4o");
    EXPECT_EQ(found("gpt-4o-2024-05-13"), "gpt-4o-2024-05-13");
    EXPECT_EQ(found("openai/GPT-4o"), "gpt-4o");
    EXPECT_EQ(found("gpt-4o-mini-2024-07-18"), "gpt-4o-mini");
    EXPECT_EQ(found("gpt-4.1-2025-04-14"), "gpt-4.1");
    EXPECT_EQ(found("gpt-4-0613"), "gpt-4");
    EXPECT_EQ(found("claude-3-5-sonnet-20241022"), "claude-3-5-sonnet");
    EXPECT_EQ(found("anthropic/claude-3.5-sonnet"), "claude-3-5-sonnet");
    EXPECT_EQ(found("us.anthropic.claude-3-5-sonnet-20241022-v2:0"), "claude-3-5-sonnet");
    EXPECT_EQ(found("claude-3-5-sonnet-v2@20241022"), "claude-3-5-sonnet");
    EXPECT_EQ(found("claude-3-5-sonnet-latest"), "claude-3-5-sonnet");
    EXPECT_EQ(found("claude-opus-4-20250514"), "claude-opus-4");
    EXPECT_EQ(found("claude-opus-4-0"), "claude-opus-4");
    EXPECT_EQ(found("claude-opus-4-1-20250805"), "claude-opus-4-1");
    EXPECT_EQ(found("models/gemini-2.5-pro-preview-05-06"), "gemini-2.5-pro");
    EXPECT_EQ(found("gemini-2.0-flash-001"), "gemini-2.0-flash");
}

TEST(Prices, DoesNotTakeAnotherModelForAKnownOne) {
    for (std::string_view model :
         {"gpt-4o-search-preview", "gpt-4.5-preview", "gpt-5.9", "claude-opus-4-9", "o3-pro", "gpt-4ox",
          "gemini-2.5-flash-preview-tts", "my-gpt-4o", "gpt", "", "gpt-4o-", "llama-3.1-8b-instant"})
        EXPECT_EQ(found(model), "none") << model;
    EXPECT_EQ(found(std::string(5'000, 'a')), "none");
}

TEST(Prices, SomeRowsBelongToOneProvider) {
    EXPECT_EQ(found("llama-3.1-8b-instant", "Groq"), "llama-3.1-8b-instant");
    EXPECT_EQ(found("llama-3.1-8b-instant", "together"), "none");
}

std::int64_t input_price(std::string_view model, std::string_view on, std::int64_t prompt_tokens = 0) {
    return PriceTable::builtin().find(model, {.at = day(on), .prompt_tokens = prompt_tokens})->input;
}

TEST(Prices, GoByTheDayAndTheSizeOfThePrompt) {
    EXPECT_EQ(input_price("o3", "2025-06-09"), 10'000'000);
    EXPECT_EQ(input_price("o3", "2025-06-10"), 2'000'000);
    EXPECT_EQ(input_price("o3", "2020-01-01"), 10'000'000);
    EXPECT_EQ(input_price("gemini-2.5-pro", "2026-01-01", 200'000), 1'250'000);
    EXPECT_EQ(input_price("gemini-2.5-pro", "2026-01-01", 200'001), 2'500'000);
}

TEST(Prices, MultiplyInWholeNumbers) {
    Usage usage{.input_fresh = 1'000, .cache_read = 400, .output_text = 200, .reasoning = 50};
    SpanCost cost = PriceTable::builtin().price("gpt-4o-2024-08-06", "gpt-4o",
                                                {.provider = "openai", .at = day("2026-01-01")}, usage);
    EXPECT_EQ(cost.source, CostSource::computed);
    EXPECT_EQ(cost.input, 1'000 * 2'500'000LL + 400 * 1'250'000LL);
    EXPECT_EQ(cost.output, 250 * 10'000'000LL);
    EXPECT_EQ(cost.total, cost.input + cost.output);
    EXPECT_EQ(cost.price_date, 20240806u);
}

TEST(Prices, FallBackToTheRequestModelAndThenToNone) {
    Usage usage{.input_fresh = 1};
    const PriceTable& table = PriceTable::builtin();
    EXPECT_EQ(table.price("my-tuned-model", "gpt-4o", {.at = day("2026-01-01")}, usage).input, 2'500'000);
    EXPECT_EQ(table.price("my-tuned-model", "", {.at = day("2026-01-01")}, usage), SpanCost{});
}

TEST(Prices, TokensWithoutAPriceOfTheirOwnCostWhatPlainOnesDo) {
    static constexpr PriceRow rows[] = {{.model = "m", .from_date = 20200101, .input = 3, .output = 5}};
    Usage usage{.cache_read = 1, .cache_write = 1, .audio_in = 1, .audio_out = 1};
    SpanCost cost = PriceTable(rows).price("m", "", {.at = day("2026-01-01")}, usage);
    EXPECT_EQ(cost.input, 9);
    EXPECT_EQ(cost.output, 5);
}

TEST(Prices, GoByTheTierOfService) {
    const PriceTable& table = PriceTable::builtin();
    auto input = [&](std::string_view model, std::string_view tier) {
        const auto row = table.find(model, {.tier = tier, .at = day("2026-01-01")});
        return row ? row->input : -1;
    };
    for (const std::string_view standard : {"", "default", "auto", "STANDARD", "on_demand", "scale"})
        EXPECT_EQ(input("gpt-4o", standard), 2'500'000) << standard;
    EXPECT_EQ(input("gpt-4o", "batch"), 1'250'000);
    EXPECT_EQ(input("gpt-5", "flex"), 625'000);
    EXPECT_EQ(input("claude-sonnet-4-5", "Batch"), 1'500'000);
    EXPECT_EQ(input("gpt-4o", "priority"), -1) << "what is not known is not guessed";
    EXPECT_EQ(input("gpt-4o-audio", "batch"), -1);
    EXPECT_EQ(input("mistral-large", "batch"), -1);
    EXPECT_EQ(input("gpt-4o", std::string(1000, 'x')), -1);
}

TEST(Prices, CapTheCostOfASpan) {
    Usage usage{.input_fresh = kMaxSpanTokens, .output_text = kMaxSpanTokens};
    EXPECT_EQ(PriceTable::builtin().price("gpt-4", "", {.at = day("2026-01-01")}, usage).total, kMaxSpanCost);
}

TEST(Prices, TheListIsSound) {
    for (const PriceRow& row : kPriceList) {
        EXPECT_GT(row.input, 0) << row.model;
        EXPECT_GE(row.from_date, 20220101u) << row.model;
        for (std::int64_t price : {row.input, row.cache_read, row.cache_write, row.output, row.audio_in, row.audio_out})
            EXPECT_EQ(price % 2, 0) << row.model << ": half of it is no whole number";
        EXPECT_LE(row.cache_read, row.input) << row.model;
        const auto self = PriceTable::builtin().find(row.model, {.provider = row.provider, .at = day("2030-01-01")});
        ASSERT_TRUE(self) << row.model;
        EXPECT_EQ(self->model, row.model);
    }
}

TEST(PicoUsd, RoundsTheExactValueOfTheDouble) {
    EXPECT_EQ(pico_usd(0), 0);
    EXPECT_EQ(pico_usd(0.1), 100'000'000'000);
    EXPECT_EQ(pico_usd(0.000123456789), 123'456'789);
    EXPECT_EQ(pico_usd(1e-12), 1);
    EXPECT_EQ(pico_usd(0.6e-12), 1);
    EXPECT_EQ(pico_usd(0.4e-12), 0);
    EXPECT_EQ(pico_usd(std::numeric_limits<double>::denorm_min()), 0);
    EXPECT_EQ(pico_usd(123'456.789), 123'456'789'000'000'004);  // what the nearest double is
    EXPECT_EQ(pico_usd(1'000'000), kMaxSpanCost);
}

TEST(PicoUsd, RefusesWhatIsNoSum) {
    for (double usd : {-0.01, 1'000'000.01, std::nan(""), HUGE_VAL, -HUGE_VAL})
        EXPECT_EQ(pico_usd(usd), std::nullopt) << usd;
}

}  // namespace
}  // namespace spanreel::trace
