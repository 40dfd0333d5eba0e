// SPDX-License-Identifier: Apache-2.0
// The rows of a partition in an order, kept from one query to the next. A query meets most rows where they were and
// compares only those that have changed since.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/columns/row_sort.hpp"

namespace spanreel::store {

/// Rows by their numbers in the partition, kBlockRows to a block.
struct SortedRows {
    std::uint64_t change = 0;  ///< the last one before they were sorted
    std::vector<std::uint32_t> numbers{};
};

/// So many changed rows cost a query little; more are better sorted in, which takes milliseconds for a million rows.
inline constexpr std::size_t kMostChanged = 2048;

/// All rows of a partition as they are after `change`: some tenths of a second of processor time for a million, less
/// when `before`, which may be null, has most of them where they belong.
std::shared_ptr<const SortedRows> sorted_rows(const std::vector<BlockRows>& blocks, const RowOrder& order,
                                              std::uint64_t change, const SortedRows* before);

/// Of one partition. Not synchronised.
class KeptOrders {
  public:
    /// Those that were asked for last stay, which takes 4 bytes a row for each.
    static constexpr std::size_t kMost = 16;

    /// Null when it is not kept.
    std::shared_ptr<const SortedRows> find(std::string_view order);
    void keep(std::string_view order, std::shared_ptr<const SortedRows> rows);

  private:
    struct Kept {
        std::string order;
        std::shared_ptr<const SortedRows> rows;
    };

    std::vector<Kept> kept_;  ///< the one asked for last at the end
};

}  // namespace spanreel::store
