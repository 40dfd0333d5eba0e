// SPDX-License-Identifier: Apache-2.0
#include "store/columns/shown_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "base/time.hpp"

namespace spanreel::store {

namespace {

constexpr std::array<std::array<char, 2>, 100> kTwoDigits = [] {
    std::array<std::array<char, 2>, 100> digits{};
    for (std::size_t i = 0; i < digits.size(); ++i)
        digits[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
    return digits;
}();

void put_two(char* out, std::uint32_t number) { std::memcpy(out, kTwoDigits[number].data(), 2); }

/// As fmt::format("{}") writes it. Whole numbers and short decimals, which most are, take a tenth of its time: a
/// decimal of at most 15 digits that reads as the number is the only one, so it is what the shortest form has.
char* put_number(char* out, double number) {
    constexpr double kScale = 1e6, kMost = 1e9;
    const bool short_enough = (number >= 0.001 && number < kMost) || (number == 0 && !std::signbit(number));
    const auto millionths = short_enough ? std::llrint(number * kScale) : 0;
    if (!short_enough || static_cast<double>(millionths) / kScale != number) return fmt::format_to(out, "{}", number);
    const auto whole = static_cast<std::uint32_t>(millionths / 1'000'000);
    if (whole < 10) {
        *out++ = static_cast<char>('0' + whole);
    } else {
        const fmt::format_int digits(whole);
        std::memcpy(out, digits.data(), digits.size());
        out += digits.size();
    }
    const auto part = static_cast<std::uint32_t>(millionths % 1'000'000);
    if (part == 0) return out;
    *out = '.';
    put_two(out + 1, part / 10'000);
    put_two(out + 3, part / 100 % 100);
    put_two(out + 5, part % 100);
    out += 7;
    while (out[-1] == '0') --out;
    return out;
}

/// Writes dates. Neighbours are mostly of a few days, whose parts stay.
class DateWriter {
  public:
    char* put(char* out, double number) {
        constexpr std::int64_t kDay = 86'400'000;
        constexpr double kMost = 9'223'372'036'854;  // as from_unix_millis() has it
        const auto millis = static_cast<std::int64_t>(std::clamp(number, -kMost, kMost));
        const std::int64_t day = millis / kDay - (millis % kDay < 0);
        const Day& known = known_day(day);
        std::memcpy(out, known.shown.data(), kSize);
        const auto of_day = static_cast<std::uint32_t>(millis - day * kDay);
        const std::uint32_t seconds = of_day / 1'000, minutes = seconds / 60, rest = of_day % 1'000;
        put_two(out + 11, minutes / 60);
        put_two(out + 14, minutes % 60);
        put_two(out + 17, seconds % 60);
        put_two(out + 20, rest / 10);
        out[22] = static_cast<char>('0' + rest % 10);
        return out + kSize;
    }

  private:
    static constexpr std::size_t kSize = 24;  // 2026-01-02t03:04:05.678z
    struct Day {
        std::int64_t day = INT64_MIN;
        std::array<char, kSize> shown{};
    };

    const Day& known_day(std::int64_t day) {
        Day& known = days_[static_cast<std::size_t>(day) % days_.size()];
        if (known.day != day) {
            const std::string shown = to_iso_millis(from_unix_millis(day * 86'400'000));
            std::ranges::transform(shown, known.shown.begin(), [](char c) {
                return c == 'T' ? 't' : c == 'Z' ? 'z' : c;
            });
            known.day = day;
        }
        return known;
    }

    std::array<Day, 16> days_;
};

}  // namespace

ShownNumbers::ShownNumbers(const NumberColumn& numbers, ColumnType type) {
    // The longest number has 24 bytes ("-2.2250738585072014e-308"), and a date as many.
    std::array<char, kBlockRows * 24> texts;
    char* out = texts.data();
    DateWriter dates;
    for (std::size_t row = 0; row < kBlockRows; ++row) {
        const double number = numbers.values[row];
        out = type == ColumnType::date ? dates.put(out, number) : put_number(out, number);
        ends_[row] = static_cast<std::uint32_t>(out - texts.data());
    }
    texts_.assign(texts.data(), out);
}

}  // namespace spanreel::store
