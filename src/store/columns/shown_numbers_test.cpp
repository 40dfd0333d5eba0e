// SPDX-License-Identifier: Apache-2.0
#include "store/columns/shown_numbers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/case_folding.hpp"
#include "base/time.hpp"

namespace spanreel::store {
namespace {

/// Puts as many numbers of `next` into a block and compares each with `shown`.
template <class Next, class Shown>
void expect_shown(ColumnType type, Next&& next, Shown&& shown) {
    NumberColumn column;
    for (double& value : column.values) value = next();
    const ShownNumbers numbers(column, type);
    for (std::size_t row = 0, begin = 0; row < kBlockRows; begin = numbers.ends()[row++]) {
        const std::string_view text = numbers.texts().substr(begin, numbers.ends()[row] - begin);
        ASSERT_EQ(text, shown(column.values[row])) << row;
    }
}

TEST(ShownNumbers, AreTheShortestTextsThatReadAsTheNumber) {
    std::mt19937_64 random(4);
    auto shown = [](double number) { return fmt::format("{}", number); };
    auto below = [&](std::uint64_t most) { return static_cast<double>(random() % most); };
    for (double scale : {1.0, 10.0, 1'000.0, 1e5, 1e6, 1e7, 1e9, 1e12})
        expect_shown(ColumnType::number, [&] { return below(10'000'000'000) / scale; }, shown);
    expect_shown(ColumnType::number, [&] { return below(100) - 50; }, shown);
    expect_shown(
        ColumnType::number, [&] { return std::ldexp(below(1u << 20), static_cast<int>(below(160)) - 80); }, shown);
    const std::array<double, 12> odd{0,   -0.0,          0.001, 0.0009999, 0.1 + 0.2, 999'999'999.999999,
                                     1e9, 4'294'967'296, 1e21,  -1e-7,     5e-324,    -2.2250738585072014e-308};
    expect_shown(ColumnType::number, [&, i = 0u]() mutable { return odd[i++ % odd.size()]; }, shown);
}

TEST(ShownNumbers, AreDatesAsAnswersShowThem) {
    std::mt19937_64 random(5);
    auto shown = [](double millis) {
        return fold_case(to_iso_millis(from_unix_millis(static_cast<std::int64_t>(millis))));
    };
    std::uniform_real_distribution<double> recent(1.6e12, 1.8e12), any(-9.3e12, 9.3e12);
    expect_shown(ColumnType::date, [&] { return std::floor(recent(random)); }, shown);
    expect_shown(ColumnType::date, [&] { return std::floor(any(random)); }, shown);
    const std::array<double, 8> ends{0,     -1,  86'399'999, -86'400'001, -9'223'372'036'854, 9'223'372'036'854,
                                     -9e15, 9e15};
    expect_shown(ColumnType::date, [&, i = 0u]() mutable { return ends[i++ % ends.size()]; }, shown);
}

}  // namespace
}  // namespace spanreel::store
