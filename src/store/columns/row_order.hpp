// SPDX-License-Identifier: Apache-2.0
// The order of a list.
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "store/columns/block.hpp"

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
    std::size_t count = 0;  ///< of rows

    void keep(const RowMask& kept) {
        rows = kept;
        count = rows.count();
    }
};

inline std::size_t count_of(const std::vector<BlockRows>& blocks) {
    std::size_t count = 0;
    for (const BlockRows& part : blocks) count += part.count;
    return count;
}

class RowOrder {
  public:
    struct Key {
        std::size_t column = 0;
        ColumnType type = ColumnType::text;  ///< not a list
        bool descending = false;
        bool empty_is_value = false;
    };
    /// Absent texts last in both directions; ids, rising, break ties.
    explicit RowOrder(std::vector<Key> keys);

    std::strong_ordering compare(const RowRef& a, const RowRef& b) const;
    /// The id last: what would follow it decides nothing.
    const std::vector<Key>& keys() const { return keys_; }
    /// A character for each column, the direction in its lowest bit.
    const std::string& name() const { return name_; }

  private:
    std::vector<Key> keys_;
    std::string name_;
};

}  // namespace spanreel::store
