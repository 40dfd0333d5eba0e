// SPDX-License-Identifier: Apache-2.0
#include "store/columns/row_order.hpp"

#include <algorithm>
#include <cassert>

namespace spanreel::store {

namespace {

std::strong_ordering compare_numbers(double a, double b) {
    if (a < b) return std::strong_ordering::less;
    return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::strong_ordering compare_column(const RowOrder::Key& key, const RowRef& a, const RowRef& b) {
    std::strong_ordering order = std::strong_ordering::equal;
    if (key.type == ColumnType::text) {
        const std::string_view text_a = a.block->text(key.column)[a.row], text_b = b.block->text(key.column)[b.row];
        if (!key.empty_is_value && text_a.empty() != text_b.empty())
            return text_b.empty() ? std::strong_ordering::less : std::strong_ordering::greater;
        order = text_a <=> text_b;
    } else {
        order = compare_numbers(a.block->number(key.column).values[a.row], b.block->number(key.column).values[b.row]);
    }
    return key.descending ? 0 <=> order : order;
}

}  // namespace

RowOrder::RowOrder(std::vector<Key> keys) : keys_(std::move(keys)) {
    const auto id = std::ranges::find(keys_, kIdColumn, &Key::column);
    if (id == keys_.end())
        keys_.push_back({kIdColumn, ColumnType::text, false});
    else
        keys_.erase(id + 1, keys_.end());
    for (const Key& key : keys_) {
        assert(key.column < 128);
        name_ += static_cast<char>(key.column << 1 | std::size_t{key.descending});
    }
}

std::strong_ordering RowOrder::compare(const RowRef& a, const RowRef& b) const {
    for (const Key& key : keys_)
        if (const auto order = compare_column(key, a, b); order != 0) return order;
    return std::strong_ordering::equal;
}

}  // namespace spanreel::store
