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

const PriceRow* PriceTable::find(std::string_view provider, std::string_view model, Time at,
                                 std::int64_t prompt_tokens) const {
    PlainName name(model);
    if (name.view().empty()) return nullptr;
    std::uint32_t day = day_of(at);
    const PriceRow* best = nullptr;
    // The longest name, then the latest row that holds, then the highest step of the prompt. Before the first row the
    // first one holds: a model that was not out yet means a wrong clock.
    auto rank = [&](const PriceRow& row) {
        bool holds = row.from_date <= day;
        return std::tuple(row.model.size(), holds, holds ? row.from_date : ~row.from_date, row.over_prompt);
    };
    for (const PriceRow& row : rows_) {
        if (row.over_prompt > 0 && prompt_tokens <= row.over_prompt) continue;
        if (!names(row, name.view()) || !serves(row, provider)) continue;
        if (best == nullptr || rank(row) > rank(*best)) best = &row;
    }
    return best;
}

SpanCost PriceTable::price(std::string_view provider, std::string_view response_model, std::string_view request_model,
                           Time at, const Usage& usage) const {
    const PriceRow* row = find(provider, response_model, at, usage.prompt());
    if (row == nullptr) row = find(provider, request_model, at, usage.prompt());
    return row == nullptr ? SpanCost{} : cost_of(*row, usage);
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
