// SPDX-License-Identifier: Apache-2.0
#include "store/columns/kept_orders.hpp"

#include <algorithm>
#include <utility>

namespace spanreel::store {

KeptOrders::KeptOrders(const KeptOrders& other) {
    std::lock_guard lock(other.mutex_);
    kept_ = other.kept_;
}

std::shared_ptr<const OrderedRows> KeptOrders::find(std::string_view order) const {
    std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(kept_, order, &Kept::order);
    if (found == kept_.end()) return nullptr;
    std::rotate(found, found + 1, kept_.end());
    return kept_.back().rows;
}

void KeptOrders::keep(std::string_view order, std::shared_ptr<const OrderedRows> rows) const {
    std::lock_guard lock(mutex_);
    if (std::ranges::find(kept_, order, &Kept::order) != kept_.end()) return;
    if (kept_.size() == kMost) kept_.erase(kept_.begin());
    kept_.push_back({std::string(order), std::move(rows)});
}

void KeptOrders::forget(std::size_t column) {
    const char rising = order_character(column, false), falling = order_character(column, true);
    std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&](const Kept& kept) { return kept.order.contains(rising) || kept.order.contains(falling); });
}

}  // namespace spanreel::store
