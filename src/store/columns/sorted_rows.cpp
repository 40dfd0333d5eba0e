// SPDX-License-Identifier: Apache-2.0
#include "store/columns/sorted_rows.hpp"

#include <algorithm>
#include <utility>

#include "store/columns/rows_in_order.hpp"

namespace spanreel::store {

std::shared_ptr<const SortedRows> sorted_rows(const std::vector<BlockRows>& blocks, const RowOrder& order,
                                              std::uint64_t change, const std::shared_ptr<const SortedRows>& before) {
    constexpr std::size_t kSlowShare = 16;  // finding so many one by one takes as long as sorting all
    std::size_t changed = 0;
    const std::size_t all = count_of(blocks);
    if (before)
        for (const BlockRows& part : blocks) changed += part.block->changed_since(before->change).count();
    if (before && changed <= kMostChanged) return before;
    const bool from_nothing = !before || changed > all / kSlowShare;
    return std::make_shared<const SortedRows>(change,
                                              RowsInOrder(blocks, order, from_nothing ? nullptr : before).numbers());
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
