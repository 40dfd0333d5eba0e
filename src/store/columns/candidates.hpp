// SPDX-License-Identifier: Apache-2.0
// Rows of which some are wanted by their places in an order: ever fewer of them, without sorting the others.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "store/columns/row_order.hpp"

namespace spanreel::store {

/// Of n rows in order, a sample of s rows of them puts a row at n/s times its place in the sample, give or take a few
/// times sqrt(s) places of the sample.
inline constexpr std::size_t kSample = 2048;
/// So many rows or fewer are sorted as they are.
inline constexpr std::size_t kFewRows = 4 * kSample;

/// Nothing: an open end.
struct Bounds {
    std::optional<KeyedRow> least, most;
};

struct Candidates {
    /// Those of `part` between two places in the order of its block.
    struct Slice {
        const BlockRows* part = nullptr;
        std::shared_ptr<const OrderedRows> ordered{};
        std::size_t begin = 0, end = 0;
        std::size_t size = 0;  ///< without rows of the block that are not in `part`
    };

    std::size_t below = 0;  ///< rows before them all
    std::vector<Slice> slices;
    std::vector<KeyedRow> loose;  ///< of blocks whose order is not known

    std::size_t size() const;
};

/// About kSample rows, in order.
std::vector<KeyedRow> sample_of(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t count);
std::vector<KeyedRow> sample_of(const Candidates& rows, const RowOrder& order);

/// The rows within the bounds and some around them. Keeps the order of some blocks, so that the next query has it.
/// `blocks` must outlive what is found.
Candidates within(const std::vector<BlockRows>& blocks, const RowOrder& order, const Bounds& bounds);
/// Those of these rows; loose ones all stay.
Candidates within(const Candidates& rows, const Bounds& bounds);

struct KeyedRows {
    std::size_t below = 0;  ///< rows before them all
    std::vector<KeyedRow> rows;
};
/// Those within the bounds, in no order, and none around them.
KeyedRows exactly_within(Candidates rows, const RowOrder& order, const Bounds& bounds);

}  // namespace spanreel::store
