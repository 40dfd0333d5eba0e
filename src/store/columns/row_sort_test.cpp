// SPDX-License-Identifier: Apache-2.0
// Against the comparison of rows, one by one.
#include "store/columns/row_sort.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace spanreel::store {
namespace {

constexpr std::array<Column, 4> kColumns{{{"id", ColumnType::text},
                                          {"name", ColumnType::text},
                                          {"value", ColumnType::text, true},
                                          {"size", ColumnType::number}}};

std::vector<RowOrder::Key> keys_of(std::initializer_list<std::pair<std::size_t, bool>> columns) {
    std::vector<RowOrder::Key> keys;
    for (auto [column, descending] : columns)
        keys.push_back({.column = column,
                        .type = kColumns[column].type,
                        .descending = descending,
                        .empty_is_value = kColumns[column].empty_is_value});
    return keys;
}

class Rows {
  public:
    void put(const std::string& name, const std::string& value, double size) {
        const std::size_t row = numbers.size() % kBlockRows;
        if (row == 0) blocks_.push_back(std::make_unique<Block>(kColumns));
        const std::string id = fmt::format("id-{:08x}", numbers.size() * 2'654'435'761u % 0xFFFF'FFFBu);
        const std::array<Cell, 4> cells{Cell{.text = id}, Cell{.text = name}, Cell{.text = value},
                                        Cell{.number = size}};
        blocks_.back()->put(row, cells, 1);
        numbers.push_back(static_cast<std::uint32_t>(numbers.size()));
    }

    void expect_sorted(const std::vector<RowOrder::Key>& keys) {
        std::vector<BlockRows> blocks;
        for (const auto& block : blocks_) blocks.push_back({block.get(), block->rows(), block->count()});
        const RowOrder order(keys);
        std::vector<std::uint32_t> sorted = numbers;
        sort_rows(sorted, blocks, order);
        std::vector<std::uint32_t> all = sorted;
        std::ranges::sort(all);
        EXPECT_EQ(all, numbers);
        const auto wrong = std::ranges::adjacent_find(sorted, [&](std::uint32_t a, std::uint32_t b) {
            return order.compare(row_at(blocks, a), row_at(blocks, b)) >= 0;
        });
        ASSERT_EQ(wrong, sorted.end()) << row_at(blocks, *wrong).block->text(1)[*wrong % kBlockRows];
    }

    std::vector<std::uint32_t> numbers;

  private:
    std::vector<std::unique_ptr<Block>> blocks_;
};

TEST(SortRows, SortsOddTextsAndNumbers) {
    using namespace std::string_literals;
    std::mt19937 random(11);
    std::vector<std::string> texts{"",
                                   "a",
                                   "a\0"s,
                                   "a\0\0"s,
                                   "abcdefg",
                                   "abcdefg\0"s,
                                   "abcdefgh",
                                   "abcdefghijklmno",
                                   "\xff\xff\xff\xff\xff\xff\xff",
                                   "\xff\xff\xff\xff\xff\xff\xff\xff",
                                   "\0"s};
    for (int i = 0; i < 30; ++i) texts.push_back(std::string(20, 'p') + texts[random() % 11] + texts[random() % 11]);
    for (int i = 0; i < 10; ++i) texts.push_back(std::string(4096, 'l') + texts[random() % 11]);
    const std::vector<double> numbers{
        0, -0.0, 1, -1, 1e300, -1e300, 5e-324, 3, std::numeric_limits<double>::infinity()};
    Rows rows;
    for (int i = 0; i < 4000; ++i)
        rows.put(texts[random() % texts.size()], texts[random() % texts.size()], numbers[random() % numbers.size()]);
    for (bool descending : {false, true}) {
        rows.expect_sorted(keys_of({}));
        rows.expect_sorted(keys_of({{1, descending}}));
        rows.expect_sorted(keys_of({{2, descending}}));
        rows.expect_sorted(keys_of({{3, descending}}));
        rows.expect_sorted(keys_of({{1, descending}, {2, !descending}, {3, descending}}));
        rows.expect_sorted(keys_of({{3, descending}, {2, descending}, {0, true}}));
    }
}

TEST(SortRows, SortsManyInSeveralThreads) {
    std::mt19937 random(12);
    Rows rows;
    for (int i = 0; i < 300'000; ++i)
        rows.put(fmt::format("conversation-{:03x}", random() % 50), "all the same", static_cast<double>(random() % 3));
    rows.expect_sorted(keys_of({{1, true}, {3, false}}));
    rows.expect_sorted(keys_of({{2, false}, {3, true}}));
    rows.expect_sorted(keys_of({}));
}

TEST(SortRows, SortsNone) {
    Rows rows;
    rows.expect_sorted(keys_of({{1, false}}));
}

}  // namespace
}  // namespace spanreel::store
