// SPDX-License-Identifier: Apache-2.0
// The rows that stand at given places in an order.
#pragma once
#include <vector>

#include "store/columns/row_order.hpp"

namespace spanreel::store {

/// Rows number `from` (counted from 0) to before `to` of `order`, in that order. `to` is at most their count.
std::vector<RowRef> rows_at(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t from,
                            std::size_t to);

struct RowsBeyond {
    std::vector<RowRef> rows;  ///< in order
    bool more = false;         ///< a row follows the last one
};
/// The `count` rows that follow the given one, or, if `before`, those that end just before it; fewer when there are no
/// more.
RowsBeyond rows_beyond(const std::vector<BlockRows>& blocks, const RowOrder& order, const RowRef& cursor,
                       std::size_t count, bool before);

}  // namespace spanreel::store
