// SPDX-License-Identifier: Apache-2.0
// The order of a list, and the rows that stand at given places in it without sorting the others.
#pragma once
#include <compare>
#include <memory>
#include <vector>

#include "store/columns/block.hpp"
#include "store/session_query.hpp"

namespace spanreel::store {

/// A row of a snapshot.
struct RowRef {
    const Block* block = nullptr;
    std::size_t row = 0;
};

class RowOrder {
  public:
    struct Key {
        std::size_t column = 0;
        ColumnType type = ColumnType::text;  ///< not a list
        bool descending = false;
    };

    /// Absent texts last in both directions; ids, rising, break ties.
    explicit RowOrder(std::vector<Key> keys) : keys_(std::move(keys)) {}

    bool less(const RowRef& a, const RowRef& b) const { return compare(a, b) < 0; }
    std::strong_ordering compare(const RowRef& a, const RowRef& b) const;

    /// Whether the rows of a block that come first in this order and last, judged by the first key alone, are both
    /// before (less) or both behind (greater) `row`; equal when that is not known.
    std::strong_ordering compare_all(const Block& block, const RowRef& row) const;

  private:
    std::vector<Key> keys_;
};

/// A block and those of its rows that a query is about.
struct BlockRows {
    const Block* block = nullptr;
    RowMask rows;
};

/// Rows number `from` (counted from 0) to before `to` of `order`, in that order. `to` is at most their count.
std::vector<RowRef> rows_at(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t from,
                            std::size_t to);

/// Takes out the rows that do not come after (or, if `before`, before) the given one.
void keep_beyond(std::vector<BlockRows>& blocks, const RowOrder& order, const RowRef& cursor, bool before);

}  // namespace spanreel::store
