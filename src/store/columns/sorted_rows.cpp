// SPDX-License-Identifier: Apache-2.0
#include "store/columns/sorted_rows.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/columns/in_parts.hpp"
#include "store/columns/rows_in_order.hpp"

namespace spanreel::store {

namespace {

struct NumberedRow {
    RowKeys keys;
    std::uint32_t number = 0;
};

std::vector<std::uint32_t> sorted_numbers(const std::vector<BlockRows>& blocks, RowOrder order) {
    order.focus(blocks);
    auto row = [&](std::uint32_t number) { return RowRef{blocks[number / kBlockRows].block, number % kBlockRows}; };
    auto comes_before = [&](const NumberedRow& a, const NumberedRow& b) {
        if (a.keys.first != b.keys.first) return a.keys.first < b.keys.first;
        return order.compare(a.keys, row(a.number), b.keys, row(b.number)) < 0;
    };
    auto parts = in_parts(blocks.size(), [&](std::size_t begin, std::size_t end) {
        std::vector<NumberedRow> rows;
        rows.reserve((end - begin) * kBlockRows);
        for (std::size_t i = begin; i < end; ++i)
            order.each_keys(*blocks[i].block, [&](std::size_t row, RowKeys keys) {
                if (blocks[i].rows.has(row)) rows.push_back({keys, static_cast<std::uint32_t>(i * kBlockRows + row)});
            });
        std::ranges::sort(rows, comes_before);
        return rows;
    });
    std::vector<NumberedRow> all = std::move(parts.front());
    for (std::size_t part = 1; part < parts.size(); ++part) {
        std::vector<NumberedRow> merged;
        merged.reserve(all.size() + parts[part].size());
        std::ranges::merge(all, parts[part], std::back_inserter(merged), comes_before);
        all = std::move(merged);
    }
    std::vector<std::uint32_t> numbers(all.size());
    std::ranges::transform(all, numbers.begin(), &NumberedRow::number);
    return numbers;
}

}  // namespace

std::shared_ptr<const SortedRows> sort_rows(const std::vector<BlockRows>& blocks, const RowOrder& order,
                                            std::uint64_t change, const std::shared_ptr<const SortedRows>& before) {
    constexpr std::size_t kSlowShare = 16;  // finding so many one by one takes as long as sorting all
    std::size_t changed = 0, all = count_of(blocks);
    if (before)
        for (const BlockRows& part : blocks) changed += part.block->changed_since(before->change).count();
    if (before && changed <= kMostChanged) return before;
    if (!before || changed > all / kSlowShare)
        return std::make_shared<const SortedRows>(change, sorted_numbers(blocks, order));
    return std::make_shared<const SortedRows>(change, RowsInOrder(blocks, order, before).numbers());
}

std::shared_ptr<const SortedRows> KeptOrders::find(std::string_view order) {
    const auto found = std::ranges::find(kept_, order, &Kept::order);
    if (found == kept_.end()) return nullptr;
    std::rotate(found, found + 1, kept_.end());
    return kept_.back().rows;
}

void KeptOrders::keep(std::string_view order, std::shared_ptr<const SortedRows> rows) {
    if (const auto known = std::ranges::find(kept_, order, &Kept::order); known != kept_.end()) {
        if (known->rows->change < rows->change) known->rows = std::move(rows);
        return;
    }
    if (kept_.size() == kMost) kept_.erase(kept_.begin());
    kept_.push_back({std::string(order), std::move(rows)});
}

}  // namespace spanreel::store
