// SPDX-License-Identifier: Apache-2.0
// What a model's tokens cost. Rows name models by pattern with the day from which they hold; a span is priced by the
// day it started, so a replay gives the same number. Prices are facts published by the vendors (US dollars, list
// price), or an operator's own from a file. Immutable after construction; shared by all threads.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/facts.hpp"

namespace spanreel::trace {

/// Prices in 10^-12 USD a token, which is 10^-6 USD a million tokens: whole numbers for every list price.
struct PriceRow {
    /// A vendor whose name the span's provider must contain; empty: whoever serves the model.
    std::string_view provider;
    /// The model's plain name. It also stands for names with a version behind it: `-2024-08-06`, `-latest`, `@001`.
    std::string_view model;
    /// Of service, in lower case, as batch, flex and priority; empty: standard.
    std::string_view tier{};
    std::uint32_t from_date = 0;   ///< 20260131, UTC
    std::int64_t over_prompt = 0;  ///< holds for prompts of more tokens than this
    std::int64_t input = 0;
    std::int64_t cache_read = 0;
    std::int64_t cache_write = 0;
    std::int64_t output = 0;
    std::int64_t audio_in = 0;
    std::int64_t audio_out = 0;
};

/// What decides which row holds, beside the model.
struct PricedUse {
    std::string_view provider{};
    std::string_view tier{};  ///< as the vendor's answer names it, in any case; empty: not known, which is standard
    Time at{};
    std::int64_t prompt_tokens = 0;
};

class PriceTable {
  public:
    explicit PriceTable(std::span<const PriceRow> rows) : rows_(rows) {}
    PriceTable(PriceTable&&) = default;
    PriceTable& operator=(PriceTable&&) = default;
    /// The table compiled in.
    static const PriceTable& builtin();
    /// An operator's own prices (docs/prices.md), and the table compiled in for models that they do not name. `invalid`
    /// names the row and what is wrong with it.
    static Result<PriceTable> with_own(std::string_view json);

    /// What holds for a model; nothing when it has no price for that use.
    std::optional<PriceRow> find(std::string_view model, const PricedUse& use) const;
    /// By the response model, else the request model; source none when neither has a price.
    SpanCost price(std::string_view response_model, std::string_view request_model, PricedUse use,
                   const Usage& usage) const;

  private:
    PriceTable() = default;

    std::span<const PriceRow> rows_;
    std::vector<PriceRow> own_;      ///< these go before rows_
    std::deque<std::string> texts_;  ///< of own_
};

/// Of an operator's own prices.
inline constexpr std::size_t kMaxPriceFile = 1 << 20;  ///< bytes
inline constexpr std::size_t kMaxOwnPrices = 1'000;    ///< each span is compared with all of them

/// A sum of money an exporter sent, rounded to the nearest 10^-12 USD from the double's exact value. Nothing when it
/// is negative, not a number or above kMaxSpanCost.
std::optional<std::int64_t> pico_usd(double usd);

}  // namespace spanreel::trace
