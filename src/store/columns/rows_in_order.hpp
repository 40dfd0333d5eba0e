// SPDX-License-Identifier: Apache-2.0
// The rows that a query is about, in its order: any page of them.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "store/columns/sorted_rows.hpp"

namespace spanreel::store {

class RowsInOrder {
  public:
    /// `blocks`: every block of the partition, with the wanted rows. Those of them that have changed since they were
    /// sorted are sorted by themselves, and all of them without `sorted`.
    RowsInOrder(std::vector<BlockRows> blocks, const RowOrder& order, std::shared_ptr<const SortedRows> sorted);

    /// Whether a row is wanted that the blocks want.
    using Condition = std::function<bool(std::uint32_t number)>;
    /// Asked of each row on the way to a page, after which at() cannot know where one begins.
    void look_for(Condition condition) { condition_ = std::move(condition); }

    /// Rows number `from`, counted from 0, to before `to`; fewer at the end.
    std::vector<RowRef> at(std::size_t from, std::size_t to) const;

    struct Beyond {
        std::vector<RowRef> rows;  ///< in order
        bool more = false;         ///< a wanted row follows the last one
    };
    /// From the first one on, without `offset` of them.
    Beyond first(std::size_t offset, std::size_t count) const;
    Beyond after(const RowRef& cursor, std::size_t count) const;
    /// Those that end just before it.
    Beyond before(const RowRef& cursor, std::size_t count) const;

    /// The number of each of them, in order.
    std::vector<std::uint32_t> numbers() const;

  private:
    /// Between two rows.
    struct Position {
        std::size_t place = 0;    ///< in sorted_
        std::size_t changed = 0;  ///< in changed_
    };

    RowRef row(std::uint32_t number) const { return row_at(blocks_, number); }
    bool is_unchanged(std::uint32_t number) const { return blocks_[number / kBlockRows].rows.has(number % kBlockRows); }
    bool is_looked_for(std::uint32_t number) const { return !condition_ || condition_(number); }
    /// How many of sorted_ the row has before it, with `or_is` itself among them.
    std::size_t place_of(const RowRef& row, bool or_is = false) const;
    Position position_of(const RowRef& row, bool or_is) const;
    Position position_of(std::size_t rank) const;
    /// Call `visit(number)` for up to `count` rows.
    template <class Visit>
    void forward(Position from, std::size_t count, Visit&& visit) const;
    template <class Visit>
    void backward(Position from, std::size_t count, Visit&& visit) const;
    std::vector<RowRef> rows_from(Position from, std::size_t count) const;
    Beyond page_from(Position from, std::size_t count) const;

    std::vector<BlockRows> blocks_;  ///< wanted rows that stand where they were sorted
    const RowOrder& order_;
    std::shared_ptr<const SortedRows> sorted_;
    std::vector<RowMask> moved_;          ///< by block: rows that do not stand there, wanted or not
    std::vector<std::uint32_t> changed_;  ///< in order
    Condition condition_;
};

}  // namespace spanreel::store
