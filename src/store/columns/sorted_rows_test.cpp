// SPDX-License-Identifier: Apache-2.0
// That pages are right whatever has changed is tested with ColumnTable; here: what is kept, and when it is sorted anew.
#include "store/columns/sorted_rows.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace spanreel::store {
namespace {

constexpr std::array<Column, 2> kColumns{{{"id", ColumnType::text}, {"size", ColumnType::number}}};

class SortedRowsOfBlocks : public ::testing::Test {
  protected:
    SortedRowsOfBlocks() {
        for (std::size_t i = 0; i < 100; ++i) blocks_.emplace_back(std::make_unique<Block>(kColumns));
        for (std::size_t i = 0; i < blocks_.size() * kBlockRows; ++i) put(i, static_cast<double>(i * 7919 % 10'007));
    }

    void put(std::size_t number, double size) {
        const std::string id = fmt::format("{:08}", number);
        const std::array<Cell, 2> cells{Cell{.text = id}, Cell{.number = size}};
        blocks_[number / kBlockRows]->put(number % kBlockRows, cells, ++change_);
    }

    std::vector<BlockRows> rows() const {
        std::vector<BlockRows> rows;
        for (const auto& block : blocks_) rows.push_back({block.get(), block->rows(), block->count()});
        return rows;
    }

    std::size_t changed_since(std::uint64_t change) const {
        std::size_t changed = 0;
        for (const auto& block : blocks_) changed += block->changed_since(change).count();
        return changed;
    }

    std::shared_ptr<const SortedRows> sort(const SortedRows* before) const {
        const RowOrder order({{.column = 1, .type = ColumnType::number, .descending = true}});
        return sorted_rows(rows(), order, change_, before);
    }

    std::vector<std::unique_ptr<Block>> blocks_;
    std::uint64_t change_ = 0;
};

TEST_F(SortedRowsOfBlocks, SortsThoseThatChangedIntoTheOthers) {
    const auto before = sort(nullptr);
    ASSERT_EQ(before->numbers.size(), blocks_.size() * kBlockRows);
    put(1, 20'000);
    blocks_[0]->erase(2, ++change_);
    for (std::size_t i = 0; i < 500; ++i) put(1000 + i * 11, 5);
    for (std::size_t i = 0; i < 1000; ++i) put(before->numbers[20'000 + i], 3);  // neighbours
    EXPECT_GT(changed_since(before->change), 1400u);
    const auto after = sort(before.get());
    EXPECT_EQ(after->change, change_);
    EXPECT_EQ(after->numbers.front(), 1u);
    EXPECT_EQ(after->numbers, sort(nullptr)->numbers);
    EXPECT_EQ(std::ranges::count(after->numbers, 2u), 0);
}

TEST_F(SortedRowsOfBlocks, SortsAllWhenManyChanged) {
    const auto before = sort(nullptr);
    for (std::size_t i = 0; i < 20'000; ++i) put(i, static_cast<double>(i % 9));
    EXPECT_EQ(sort(before.get())->numbers, sort(nullptr)->numbers);
}

TEST_F(SortedRowsOfBlocks, WhatIsPutAsItWasHasNotChanged) {
    const auto before = change_;
    for (std::size_t i = 0; i < 20'000; ++i) put(i, static_cast<double>(i * 7919 % 10'007));
    EXPECT_EQ(changed_since(before), 0u);
}

TEST(KeptOrders, KeepThoseThatWereAskedForLast) {
    const auto rows = std::make_shared<const SortedRows>();
    KeptOrders orders;
    for (std::size_t i = 0; i < KeptOrders::kMost; ++i) orders.keep(std::to_string(i), rows);
    EXPECT_EQ(orders.find("0"), rows);
    orders.keep("another", rows);
    EXPECT_EQ(orders.find("0"), rows);
    EXPECT_EQ(orders.find("1"), nullptr);
    for (std::size_t i = 2; i < KeptOrders::kMost; ++i) EXPECT_EQ(orders.find(std::to_string(i)), rows);
    EXPECT_EQ(orders.find("another"), rows);
}

TEST(KeptOrders, KeepTheNewerOfTwo) {
    const auto older = std::make_shared<const SortedRows>(SortedRows{.change = 4});
    const auto newer = std::make_shared<const SortedRows>(SortedRows{.change = 5});
    KeptOrders orders;
    orders.keep("a", newer);
    orders.keep("a", older);
    EXPECT_EQ(orders.find("a"), newer);
}

}  // namespace
}  // namespace spanreel::store
