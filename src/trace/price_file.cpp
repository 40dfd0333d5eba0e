// SPDX-License-Identifier: Apache-2.0
// An operator's own prices, from JSON.
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "trace/prices.hpp"

namespace spanreel::trace {

namespace {

namespace json = boost::json;

/// Of a million tokens, in US dollars: far above any real one.
constexpr double kMaxPrice = 1'000'000;
constexpr std::size_t kMaxText = 128;
constexpr std::int64_t kMaxStep = 1'000'000'000;  ///< tokens

struct Amount {
    std::string_view name;
    std::int64_t PriceRow::* member;
};
constexpr Amount kAmounts[] = {
    {"input", &PriceRow::input},   {"cache_read", &PriceRow::cache_read}, {"cache_write", &PriceRow::cache_write},
    {"output", &PriceRow::output}, {"audio_in", &PriceRow::audio_in},     {"audio_out", &PriceRow::audio_out},
};

std::optional<std::uint32_t> date_from(std::string_view text) {
    const Result<Time> time = from_iso(std::string(text) + "T00:00:00Z");
    if (!time || text.size() != 10) return std::nullopt;
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(*time));
    return static_cast<std::uint32_t>(int{day.year()} * 10'000) + unsigned{day.month()} * 100 + unsigned{day.day()};
}

/// Models are compared as prices name them: lower case, dashes for dots.
std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

class Reader {
  public:
    explicit Reader(std::deque<std::string>& texts) : texts_(texts) {}

    /// What is wrong, as a sentence's rest; nothing when the row was read.
    std::optional<std::string> read(const json::object& from, PriceRow& row) {
        for (const auto& [key, value] : from) {
            const std::string_view name(key.data(), key.size());
            if (auto wrong = read_member(name, value, row)) return fmt::format("\"{}\" {}", name, *wrong);
        }
        if (row.model.empty()) return "has no \"model\"";
        const auto is_set = [&row](const Amount& amount) { return row.*amount.member > 0; };
        if (std::ranges::none_of(kAmounts, is_set)) return "has no price above zero";
        return std::nullopt;
    }

  private:
    std::optional<std::string> read_member(std::string_view name, const json::value& value, PriceRow& row) {
        if (name == "model") return read_text(value, row.model);
        if (name == "provider") return read_text(value, row.provider);
        if (name == "tier") return read_text(value, row.tier);
        if (name == "from") {
            const auto date =
                value.is_string() ? date_from({value.get_string().data(), value.get_string().size()}) : std::nullopt;
            if (!date) return "must be a day as 2026-01-31";
            row.from_date = *date;
            return std::nullopt;
        }
        if (name == "over_prompt") {
            if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > kMaxStep)
                return fmt::format("must be a whole number of tokens, {} at most", kMaxStep);
            row.over_prompt = value.get_int64();
            return std::nullopt;
        }
        const auto amount = std::ranges::find(kAmounts, name, &Amount::name);
        if (amount == std::end(kAmounts))
            return "is not known: there are model, provider, tier, from, over_prompt, input, cache_read, cache_write, "
                   "output, audio_in and audio_out";
        const double usd = value.is_number() ? value.to_number<double>() : -1;
        if (!(usd >= 0 && usd <= kMaxPrice))
            return fmt::format("must be US dollars a million tokens, from 0 to {}", kMaxPrice);
        row.*(amount->member) = std::llround(usd * 1'000'000);
        return std::nullopt;
    }

    std::optional<std::string> read_text(const json::value& value, std::string_view& into) {
        if (!value.is_string() || value.get_string().empty() || value.get_string().size() > kMaxText)
            return fmt::format("must be a text of 1 to {} bytes", kMaxText);
        into = texts_.emplace_back(lower({value.get_string().data(), value.get_string().size()}));
        return std::nullopt;
    }

    std::deque<std::string>& texts_;
};

}  // namespace

Result<PriceTable> PriceTable::with_own(std::string_view text) {
    json::error_code error;
    const json::value parsed = json::parse({text.data(), text.size()}, error);
    if (error) return fail(Code::invalid, fmt::format("is no JSON: {}", error.message()));
    const json::value* rows = parsed.is_object() ? parsed.get_object().if_contains("prices") : nullptr;
    if (!rows || !rows->is_array() || parsed.get_object().size() != 1)
        return fail(Code::invalid, "must be an object with one list, \"prices\"");
    if (rows->get_array().size() > kMaxOwnPrices)
        return fail(Code::too_large, fmt::format("has more than {} prices", kMaxOwnPrices));
    PriceTable table;
    table.rows_ = builtin().rows_;
    Reader reader(table.texts_);
    for (const json::value& value : rows->get_array()) {
        PriceRow& row = table.own_.emplace_back();
        std::optional<std::string> wrong = "is no object";
        if (value.is_object()) wrong = reader.read(value.get_object(), row);
        if (wrong) return fail(Code::invalid, fmt::format("prices[{}]: {}", table.own_.size() - 1, *wrong));
    }
    return table;
}

}  // namespace spanreel::trace
