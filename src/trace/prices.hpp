// SPDX-License-Identifier: Apache-2.0
// What a model's tokens cost. Rows name models by pattern with the day from which they hold; a span is priced by the
// day it started, so a replay gives the same number. Prices are facts published by the vendors (US dollars, list
// price, no batch or commitment discount). Immutable after construction; shared by all threads.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "model/facts.hpp"

namespace spanreel::trace {

/// Prices in 10^-12 USD a token, which is 10^-6 USD a million tokens: whole numbers for every list price.
struct PriceRow {
    /// A vendor whose name the span's provider must contain; empty: whoever serves the model.
    std::string_view provider;
    /// The model's plain name. It also stands for names with a version behind it: `-2024-08-06`, `-latest`, `@001`.
    std::string_view model;
    std::uint32_t from_date;       ///< 20260131, UTC
    std::int64_t over_prompt = 0;  ///< holds for prompts of more tokens than this
    std::int64_t input = 0;
    std::int64_t cache_read = 0;
    std::int64_t cache_write = 0;
    std::int64_t output = 0;
    std::int64_t audio_in = 0;
    std::int64_t audio_out = 0;
};

class PriceTable {
  public:
    explicit PriceTable(std::span<const PriceRow> rows) : rows_(rows) {}
    /// The table compiled in.
    static const PriceTable& builtin();

    /// The row for a model; nullptr when it has no price on that day.
    const PriceRow* find(std::string_view provider, std::string_view model, Time at, std::int64_t prompt_tokens) const;
    /// By the response model, else the request model; source none when neither has a price.
    SpanCost price(std::string_view provider, std::string_view response_model, std::string_view request_model, Time at,
                   const Usage& usage) const;

  private:
    std::span<const PriceRow> rows_;
};

/// A sum of money an exporter sent, rounded to the nearest 10^-12 USD from the double's exact value. Nothing when it
/// is negative, not a number or above kMaxSpanCost.
std::optional<std::int64_t> pico_usd(double usd);

}  // namespace spanreel::trace
