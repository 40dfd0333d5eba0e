// SPDX-License-Identifier: Apache-2.0
#include "store/columns/sorted_rows.hpp"

#include <algorithm>
#include <utility>

#include "store/columns/rows_in_order.hpp"

namespace spanreel::store {

namespace {

/// Without rows that have changed since.
std::shared_ptr<const SortedRows> unchanged(const SortedRows& sorted, const std::vector<BlockRows>& blocks) {
    std::vector<RowMask> changed;
    for (const BlockRows& part : blocks) changed.push_back(part.block->changed_since(sorted.change));
    auto rest = std::make_shared<SortedRows>(sorted.change);
    rest->numbers.reserve(sorted.numbers.size());
    for (std::uint32_t number : sorted.numbers)
        if (!changed[number / kBlockRows].has(number % kBlockRows)) rest->numbers.push_back(number);
    return rest;
}

}  // namespace

std::shared_ptr<const SortedRows> sorted_rows(const std::vector<BlockRows>& blocks, const RowOrder& order,
                                              std::uint64_t change, const SortedRows* before) {
    constexpr std::size_t kSlowShare = 16;  // finding the places of so many takes as long as sorting all
    const std::size_t all = count_of(blocks);
    std::shared_ptr<const SortedRows> known = before ? unchanged(*before, blocks) : nullptr;
    if (known && all - known->numbers.size() > all / kSlowShare) known = nullptr;
    return std::make_shared<const SortedRows>(change, RowsInOrder(blocks, order, known).numbers());
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
