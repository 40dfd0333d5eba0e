// SPDX-License-Identifier: Apache-2.0
// The order of a list, and the rows that stand at given places in it without sorting the others.
#pragma once
#include <compare>
#include <string>
#include <vector>

#include "store/columns/block.hpp"
#include "store/session_query.hpp"

namespace spanreel::store {

/// A row of a snapshot.
struct RowRef {
    const Block* block = nullptr;
    std::size_t row = 0;
};

/// A block and those of its rows that a query is about.
struct BlockRows {
    const Block* block = nullptr;
    RowMask rows;
};

/// A number for each row of a block, see RowOrder::keys().
using RowKeys = std::array<std::uint64_t, kBlockRows>;

class RowOrder {
  public:
    struct Key {
        std::size_t column = 0;
        ColumnType type = ColumnType::text;  ///< not a list
        bool descending = false;
    };

    /// Absent texts last in both directions; ids, rising, break ties.
    explicit RowOrder(std::vector<Key> keys) : keys_(std::move(keys)) {}

    /// Looks at some of the rows, so that keys() tells rows like them apart.
    void focus(const std::vector<BlockRows>& blocks);
    std::strong_ordering compare(const RowRef& a, const RowRef& b) const;
    /// A row with a smaller number comes first; of rows with equal ones compare() knows. Also of rows that are none.
    void keys(const Block& block, RowKeys& keys) const;
    std::uint64_t key(const RowRef& row) const;
    /// Whether all rows of a block come before (less) or behind (greater) `row`; equal when that is not known.
    std::strong_ordering compare_all(const Block& block, const RowRef& row) const;

  private:
    std::uint64_t text_key(std::string_view text) const;

    std::vector<Key> keys_;
    std::string prefix_;  ///< what the texts of the first column begin with, mostly
};

/// Rows number `from` (counted from 0) to before `to` of `order`, in that order. `to` is at most their count.
std::vector<RowRef> rows_at(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t from,
                            std::size_t to);

/// Takes out the rows that do not come after (or, if `before`, before) the given one.
void keep_beyond(std::vector<BlockRows>& blocks, const RowOrder& order, const RowRef& cursor, bool before);

}  // namespace spanreel::store
