// SPDX-License-Identifier: Apache-2.0
// The rows of a block in orders that were asked for. Any thread.
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace spanreel::store {

struct OrderedRows;

/// Names an order: a character for each column, the direction in its lowest bit.
inline char order_character(std::size_t column, bool descending) {
    return static_cast<char>(column << 1 | std::size_t{descending});
}
/// Far more than a table has.
inline constexpr std::size_t kMostColumns = 128;

class KeptOrders {
  public:
    /// Those that were asked for last stay. All together take 64 bytes a row: see OrderedRows.
    static constexpr std::size_t kMost = 16;

    KeptOrders() = default;
    KeptOrders(const KeptOrders& other);
    KeptOrders& operator=(const KeptOrders&) = delete;
    ~KeptOrders() = default;

    /// Null when it is not kept.
    std::shared_ptr<const OrderedRows> find(std::string_view order) const;
    void keep(std::string_view order, std::shared_ptr<const OrderedRows> rows) const;
    /// Those that this column is part of.
    void forget(std::size_t column);

  private:
    struct Kept {
        std::string order;
        std::shared_ptr<const OrderedRows> rows;
    };

    mutable std::mutex mutex_;
    mutable std::vector<Kept> kept_;  ///< the one asked for last comes last
};

}  // namespace spanreel::store
