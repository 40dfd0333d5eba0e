// SPDX-License-Identifier: Apache-2.0
// The compiled-in price list: US dollars a million tokens as the vendors publish them for plain (not batch, not
// priority) use. Read 2026-10. To add a price, add a row with the day it begins; never change a row that was in use.
// Private to prices.cpp.
#pragma once
#include <array>

#include "trace/prices.hpp"

namespace spanreel::trace {

/// 10^-12 USD a token from USD a million tokens.
// NOLINTNEXTLINE(bugprone-incorrect-roundings): prices are positive, and std::llround is not constexpr yet
consteval std::int64_t per_million(double usd) { return static_cast<std::int64_t>(usd * 1'000'000 + 0.5); }

struct Rates {
    double input = 0;
    double cache_read = 0;
    double cache_write = 0;
    double output = 0;
    double audio_in = 0;
    double audio_out = 0;
};

consteval PriceRow row(std::string_view model, std::uint32_t from, Rates rates, std::int64_t over_prompt = 0,
                       std::string_view provider = {}) {
    return {.provider = provider,
            .model = model,
            .from_date = from,
            .over_prompt = over_prompt,
            .input = per_million(rates.input),
            .cache_read = per_million(rates.cache_read),
            .cache_write = per_million(rates.cache_write),
            .output = per_million(rates.output),
            .audio_in = per_million(rates.audio_in),
            .audio_out = per_million(rates.audio_out)};
}

/// Names of models whose every price is half in a batch (OpenAI, whose flex tier costs as much; Anthropic; Google).
inline constexpr auto kHalfInBatch =
    std::to_array<std::string_view>({"gpt-", "o1", "o3", "o4-", "text-embedding-", "claude-", "gemini-"});

inline constexpr auto kPriceList = std::to_array<PriceRow>({
    // OpenAI
    row("gpt-3.5-turbo", 20240125, {.input = 0.5, .output = 1.5}),
    row("gpt-4", 20230314, {.input = 30, .output = 60}),
    row("gpt-4-0125-preview", 20240125, {.input = 10, .output = 30}),
    row("gpt-4-1106-preview", 20231106, {.input = 10, .output = 30}),
    row("gpt-4-turbo", 20240409, {.input = 10, .output = 30}),
    row("gpt-4o", 20240806, {.input = 2.5, .cache_read = 1.25, .output = 10}),
    row("gpt-4o-2024-05-13", 20240513, {.input = 5, .output = 15}),
    row("gpt-4o-audio", 20241001, {.input = 2.5, .output = 10, .audio_in = 40, .audio_out = 80}),
    row("gpt-4o-mini", 20240718, {.input = 0.15, .cache_read = 0.075, .output = 0.6}),
    row("gpt-4o-realtime", 20241217, {.input = 5, .cache_read = 2.5, .output = 20, .audio_in = 40, .audio_out = 80}),
    row("gpt-realtime", 20250828, {.input = 4, .cache_read = 0.4, .output = 16, .audio_in = 32, .audio_out = 64}),
    row("gpt-4.1", 20250414, {.input = 2, .cache_read = 0.5, .output = 8}),
    row("gpt-4.1-mini", 20250414, {.input = 0.4, .cache_read = 0.1, .output = 1.6}),
    row("gpt-4.1-nano", 20250414, {.input = 0.1, .cache_read = 0.025, .output = 0.4}),
    row("o1", 20241217, {.input = 15, .cache_read = 7.5, .output = 60}),
    row("o1-mini", 20240912, {.input = 1.1, .cache_read = 0.55, .output = 4.4}),
    row("o3", 20250416, {.input = 10, .cache_read = 2.5, .output = 40}),
    row("o3", 20250610, {.input = 2, .cache_read = 0.5, .output = 8}),
    row("o3-mini", 20250131, {.input = 1.1, .cache_read = 0.55, .output = 4.4}),
    row("o4-mini", 20250416, {.input = 1.1, .cache_read = 0.275, .output = 4.4}),
    row("gpt-5", 20250807, {.input = 1.25, .cache_read = 0.125, .output = 10}),
    row("gpt-5-chat", 20250807, {.input = 1.25, .cache_read = 0.125, .output = 10}),
    row("gpt-5-codex", 20250923, {.input = 1.25, .cache_read = 0.125, .output = 10}),
    row("gpt-5-mini", 20250807, {.input = 0.25, .cache_read = 0.025, .output = 2}),
    row("gpt-5-nano", 20250807, {.input = 0.05, .cache_read = 0.005, .output = 0.4}),
    row("gpt-5.1", 20251113, {.input = 1.25, .cache_read = 0.125, .output = 10}),
    row("text-embedding-3-small", 20240125, {.input = 0.02}),
    row("text-embedding-3-large", 20240125, {.input = 0.13}),
    row("text-embedding-ada-002", 20221215, {.input = 0.1}),
    // Anthropic; cache writes that live five minutes
    row("claude-3-haiku", 20240313, {.input = 0.25, .cache_read = 0.03, .cache_write = 0.3, .output = 1.25}),
    row("claude-3-sonnet", 20240229, {.input = 3, .cache_read = 0.3, .cache_write = 3.75, .output = 15}),
    row("claude-3-opus", 20240229, {.input = 15, .cache_read = 1.5, .cache_write = 18.75, .output = 75}),
    row("claude-3-5-haiku", 20241104, {.input = 0.8, .cache_read = 0.08, .cache_write = 1, .output = 4}),
    row("claude-3-5-sonnet", 20240620, {.input = 3, .cache_read = 0.3, .cache_write = 3.75, .output = 15}),
    row("claude-3-7-sonnet", 20250224, {.input = 3, .cache_read = 0.3, .cache_write = 3.75, .output = 15}),
    row("claude-sonnet-4", 20250522, {.input = 3, .cache_read = 0.3, .cache_write = 3.75, .output = 15}),
    row("claude-opus-4", 20250522, {.input = 15, .cache_read = 1.5, .cache_write = 18.75, .output = 75}),
    row("claude-opus-4-1", 20250805, {.input = 15, .cache_read = 1.5, .cache_write = 18.75, .output = 75}),
    row("claude-sonnet-4-5", 20250929, {.input = 3, .cache_read = 0.3, .cache_write = 3.75, .output = 15}),
    row("claude-sonnet-4-5", 20250929, {.input = 6, .cache_read = 0.6, .cache_write = 7.5, .output = 22.5}, 200'000),
    row("claude-haiku-4-5", 20251015, {.input = 1, .cache_read = 0.1, .cache_write = 1.25, .output = 5}),
    row("claude-opus-4-5", 20251124, {.input = 5, .cache_read = 0.5, .cache_write = 6.25, .output = 25}),
    // Google
    row("gemini-1.5-flash", 20240924, {.input = 0.075, .cache_read = 0.01875, .output = 0.3}),
    row("gemini-1.5-flash", 20240924, {.input = 0.15, .cache_read = 0.0375, .output = 0.6}, 128'000),
    row("gemini-1.5-pro", 20240924, {.input = 1.25, .output = 5}),
    row("gemini-1.5-pro", 20240924, {.input = 2.5, .output = 10}, 128'000),
    row("gemini-2.0-flash", 20250205, {.input = 0.1, .cache_read = 0.025, .output = 0.4, .audio_in = 0.7}),
    row("gemini-2.0-flash-lite", 20250225, {.input = 0.075, .output = 0.3}),
    row("gemini-2.5-flash", 20250617, {.input = 0.3, .cache_read = 0.03, .output = 2.5, .audio_in = 1}),
    row("gemini-2.5-flash-lite", 20250722, {.input = 0.1, .cache_read = 0.01, .output = 0.4, .audio_in = 0.3}),
    row("gemini-2.5-pro", 20250617, {.input = 1.25, .cache_read = 0.125, .output = 10}),
    row("gemini-2.5-pro", 20250617, {.input = 2.5, .cache_read = 0.25, .output = 15}, 200'000),
    // Mistral
    row("mistral-large", 20241118, {.input = 2, .output = 6}),
    row("mistral-large-latest", 20241118, {.input = 2, .output = 6}),
    row("mistral-large-latest", 20251202, {.input = 0.5, .cache_read = 0.05, .output = 1.5}),
    row("mistral-large-2512", 20251202, {.input = 0.5, .cache_read = 0.05, .output = 1.5}),
    row("mistral-small", 20250130, {.input = 0.1, .output = 0.3}),
    row("mistral-small-latest", 20250130, {.input = 0.1, .output = 0.3}),
    row("mistral-small-latest", 20260316, {.input = 0.15, .cache_read = 0.015, .output = 0.6}),
    row("codestral", 20250113, {.input = 0.3, .output = 0.9}),
    // Llama has no price of its own: it costs what who serves it asks
    row("llama-3.1-8b-instant", 20240723, {.input = 0.05, .output = 0.08}, 0, "groq"),
    row("llama-3.1-70b-versatile", 20240723, {.input = 0.59, .output = 0.79}, 0, "groq"),
    row("llama-3.3-70b-versatile", 20241206, {.input = 0.59, .output = 0.79}, 0, "groq"),
});

}  // namespace spanreel::trace
