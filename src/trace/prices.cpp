// SPDX-License-Identifier: Apache-2.0
#include "trace/prices.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>
#include <tuple>

#include "trace/price_list.hpp"

namespace spanreel::trace {
namespace {

/// Longer model names are no model of ours.
constexpr std::size_t kMaxModelName = 128;

std::uint32_t day_of(Time at) {
    std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
    return static_cast<std::uint32_t>(int{day.year()} * 10'000) + unsigned{day.month()} * 100 + unsigned{day.day()};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// Lower case, dots as dashes, without the path of whoever serves it: `us.anthropic.claude-3-5-sonnet`,
/// `models/gemini-2.5-pro` and `openai/gpt-4.1` become their plain names.
class PlainName {
  public:
    explicit PlainName(std::string_view model) {
        if (model.size() > kMaxModelName) return;
        for (char c : model) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            bool path = c == '/' || (size_ > 0 && text_[size_ - 1] == '-' && dotted_ && is_letter(c));
            dotted_ = c == '.';
            if (path) size_ = 0;
            if (c != '/') text_[size_++] = dotted_ ? '-' : c;
        }
    }
    std::string_view view() const { return {text_.data(), size_}; }

  private:
    std::array<char, kMaxModelName> text_;
    std::size_t size_ = 0;
    bool dotted_ = false;  // the last character was a dot
};

bool is_number(std::string_view word, std::size_t least) {
    return word.size() >= least && std::ranges::all_of(word, is_digit);
}

bool is_version_word(std::string_view word, bool first) {
    if (word == "latest" || word == "preview" || word == "exp" || word == "experimental") return true;
    if (word.starts_with('v') && is_number(word.substr(1), 1)) return true;
    // A single digit right behind the name is another model: claude-opus-4 and claude-opus-4-1.
    return is_number(word, first ? 3 : 1) || word == "0";
}

/// Whether `rest`, what follows a model's name, only says which version it is.
bool is_version(std::string_view rest) {
    constexpr std::string_view separators = "-@:";
    for (bool first = true; !rest.empty(); first = false) {
        if (separators.find(rest[0]) == std::string_view::npos) return false;
        std::size_t end = std::min(rest.find_first_of(separators, 1), rest.size());
        if (!is_version_word(rest.substr(1, end - 1), first)) return false;
        rest.remove_prefix(end);
    }
    return true;
}

bool names(const PriceRow& row, std::string_view model) {
    if (model.size() < row.model.size()) return false;
    for (std::size_t i = 0; i < row.model.size(); ++i)
        if (model[i] != (row.model[i] == '.' ? '-' : row.model[i])) return false;
    return is_version(model.substr(row.model.size()));
}

bool serves(const PriceRow& row, std::string_view provider) {
    auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
    return row.provider.empty() || !std::ranges::search(provider, row.provider, same).empty();
}

/// A tier of service as prices name it: standard ones have no name.
class Tier {
  public:
    explicit Tier(std::string_view tier) {
        constexpr std::string_view standard[] = {"default", "auto", "standard", "on_demand", "scale"};
        if (tier.size() > text_.size()) tier = tier.substr(0, text_.size());
        for (char c : tier) text_[size_++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        if (std::ranges::find(standard, view()) != std::end(standard)) size_ = 0;
    }
    std::string_view view() const { return {text_.data(), size_}; }
    bool is_halved() const { return view() == "batch" || view() == "flex"; }

  private:
    std::array<char, 32> text_;
    std::size_t size_ = 0;
};

bool is_half_in_batch(std::string_view model) {
    auto has = [model](std::string_view part) { return model.find(part) != std::string_view::npos; };
    return std::ranges::any_of(kHalfInBatch, [model](std::string_view name) { return model.starts_with(name); }) &&
           !has("audio") && !has("realtime");
}

PriceRow half(PriceRow row) {
    for (std::int64_t* price :
         {&row.input, &row.cache_read, &row.cache_write, &row.output, &row.audio_in, &row.audio_out})
        *price /= 2;
    return row;
}

std::int64_t times(std::int64_t tokens, std::int64_t price) {
    PicoUsd cost = PicoUsd{tokens} * price;
    return static_cast<std::int64_t>(std::min<PicoUsd>(cost, kMaxSpanCost));
}

/// A kind of token without a price of its own costs what plain tokens cost.
std::int64_t own_or(std::int64_t price, std::int64_t plain) { return price > 0 ? price : plain; }

SpanCost cost_of(const PriceRow& row, const Usage& usage) {
    SpanCost cost;
    cost.source = CostSource::computed;
    cost.price_date = row.from_date;
    cost.input = times(usage.input_fresh, row.input) + times(usage.cache_read, own_or(row.cache_read, row.input)) +
                 times(usage.cache_write, own_or(row.cache_write, row.input)) +
                 times(usage.audio_in, own_or(row.audio_in, row.input));
    cost.output = times(usage.output_text, row.output) + times(usage.reasoning, row.output) +
                  times(usage.audio_out, own_or(row.audio_out, row.output));
    cost.input = std::min(cost.input, kMaxSpanCost);
    cost.output = std::min(cost.output, kMaxSpanCost);
    cost.total = std::min(cost.input + cost.output, kMaxSpanCost);
    return cost;
}

}  // namespace

const PriceTable& PriceTable::builtin() {
    static const PriceTable table(kPriceList);
    return table;
}

std::optional<PriceRow> PriceTable::find(std::string_view model, const PricedUse& use) const {
    const PlainName name(model);
    if (name.view().empty()) return std::nullopt;
    const Tier tier(use.tier);
    const std::uint32_t day = day_of(use.at);
    // The longest name, then the latest row that holds, then the highest step of the prompt. Before the first row the
    // first one holds: a model that was not out yet means a wrong clock.
    auto rank = [&](const PriceRow& row) {
        bool holds = row.from_date <= day;
        return std::tuple(row.model.size(), holds, holds ? row.from_date : ~row.from_date, row.over_prompt);
    };
    auto best_of = [&](std::span<const PriceRow> rows, std::string_view of_tier) {
        const PriceRow* best = nullptr;
        for (const PriceRow& row : rows) {
            if (row.over_prompt > 0 && use.prompt_tokens <= row.over_prompt) continue;
            if (row.tier != of_tier || !names(row, name.view()) || !serves(row, use.provider)) continue;
            if (best == nullptr || rank(row) > rank(*best)) best = &row;
        }
        return best;
    };
    for (const std::span<const PriceRow> rows : {std::span<const PriceRow>(own_), rows_}) {
        if (const PriceRow* row = best_of(rows, tier.view())) return *row;
        const PriceRow* standard = tier.view().empty() ? nullptr : best_of(rows, "");
        if (standard == nullptr) continue;
        if (tier.is_halved() && is_half_in_batch(standard->model)) return half(*standard);
        return std::nullopt;  // a price of another tier would be wrong
    }
    return std::nullopt;
}

SpanCost PriceTable::price(std::string_view response_model, std::string_view request_model, PricedUse use,
                           const Usage& usage) const {
    use.prompt_tokens = usage.prompt();
    std::optional<PriceRow> row = find(response_model, use);
    if (!row) row = find(request_model, use);
    return row ? cost_of(*row, usage) : SpanCost{};
}

std::optional<std::int64_t> pico_usd(double usd) {
    constexpr double most = static_cast<double>(kMaxSpanCost) / static_cast<double>(kPicoPerUsd);
    if (!(usd >= 0) || usd > most) return std::nullopt;
    int exponent = 0;
    double fraction = std::frexp(usd, &exponent);
    // usd = whole * 2^-shift; whole has 53 bits, times 10^12 93 bits.
    auto whole = static_cast<unsigned __int128>(std::ldexp(fraction, 53));
    int shift = 53 - exponent;
    unsigned __int128 scaled = whole * static_cast<std::uint64_t>(kPicoPerUsd);
    if (shift > 100) return 0;
    return static_cast<std::int64_t>((scaled + (static_cast<unsigned __int128>(1) << (shift - 1))) >> shift);
}

}  // namespace spanreel::trace
