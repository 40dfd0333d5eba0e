// SPDX-License-Identifier: Apache-2.0
// The order of a list.
#pragma once
#include <compare>
#include <cstdint>
#include <memory>
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

/// A row with two numbers that mostly tell where it stands, so that few comparisons look at its columns.
struct KeyedRow {
    std::uint64_t first = 0;   ///< from the first column of the order: see RowOrder::first_keys()
    std::uint64_t second = 0;  ///< from the second one: see RowOrder::second_keys()
    RowRef row;
};

/// What many texts begin with; of most it tells without a call whether they do.
class TextPrefix {
  public:
    TextPrefix() : TextPrefix("") {}
    explicit TextPrefix(std::string text);
    const std::string& text() const { return text_; }
    bool begins(std::string_view text) const {
        if (text.size() < least_size_) return text.starts_with(text_);
        return (((word(text, 0) ^ first_) & first_mask_) | ((word(text, last_at_) ^ last_) & last_mask_)) == 0;
    }

  private:
    static constexpr std::size_t kWord = sizeof(std::uint64_t);
    static std::uint64_t word(std::string_view text, std::size_t at) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + at, kWord);
        return bytes;
    }

    std::string text_;
    std::size_t least_size_ = std::string::npos;  ///< of texts that are looked at by words, of which two are enough
    std::size_t last_at_ = 0;
    std::uint64_t first_ = 0, last_ = 0, first_mask_ = 0, last_mask_ = 0;
};

class RowOrder {
  public:
    struct Key {
        std::size_t column = 0;
        ColumnType type = ColumnType::text;  ///< not a list
        bool descending = false;
        bool empty_is_value = false;
    };
    using BlockKeys = std::array<std::uint64_t, kBlockRows>;

    /// Absent texts last in both directions; ids, rising, break ties.
    explicit RowOrder(std::vector<Key> keys);

    /// Looks at some of the rows, so that the numbers tell rows like them apart.
    void focus(const std::vector<BlockRows>& blocks);
    /// A row with a smaller number comes first; rows with equal numbers may differ. Also of rows that are none.
    void first_keys(const Block& block, BlockKeys& keys) const { column_keys(0, block, keys); }
    /// Tells rows with equal values in the first column apart, of those in `rows`. 0 where first numbers are not often
    /// equal.
    void second_keys(const Block& block, const RowMask& rows, BlockKeys& keys) const;
    /// Whether rows with this first number have equal values in the first column.
    bool says_all(std::uint64_t first) const;
    KeyedRow keyed(const RowRef& row) const;
    std::strong_ordering compare(const KeyedRow& a, const KeyedRow& b) const {
        const auto order = compare({a.first, a.second}, a.row, {b.first, b.second}, b.row);
        return order != 0 ? order : compare_columns(a.row, b.row);
    }
    std::strong_ordering compare_columns(const RowRef& a, const RowRef& b) const;
    /// What tells most about where a row stands, as one line of memory has many of them.
    struct Mark {
        std::uint64_t first = 0, second = 0;  ///< keys of the first two columns
    };
    Mark mark(const RowRef& row) const { return {key(0, row), keys_.size() > 1 ? key(1, row) : 0}; }
    /// By as many columns as the marks have; looks at the rows themselves only where first keys do not say all.
    std::strong_ordering compare(const Mark& a, const RowRef& row_a, const Mark& b, const RowRef& row_b) const {
        if (a.first != b.first) return a.first <=> b.first;
        if (!says_all(a.first))
            if (const auto order = compare_column(keys_.front(), row_a, row_b); order != 0) return order;
        return a.second <=> b.second;
    }
    /// As KeptOrders has it. Orders with the same name are the same.
    const std::string& name() const { return name_; }
    /// Whether all rows of a block come before (less) or behind (greater) `row`; equal when that is not known.
    std::strong_ordering compare_all(const Block& block, const RowRef& row) const;

  private:
    std::strong_ordering compare_column(const Key& key, const RowRef& a, const RowRef& b) const;
    std::uint64_t key(std::size_t level, const RowRef& row) const;
    void column_keys(std::size_t level, const Block& block, BlockKeys& keys) const;
    std::uint64_t text_key(std::size_t level, std::string_view text) const;

    std::vector<Key> keys_;  ///< the id last
    std::string name_;
    bool often_equal_ = false;            ///< first keys, which is worth looking at second ones
    std::array<TextPrefix, 2> prefixes_;  ///< of most texts of the first two columns
};

inline auto by(const RowOrder& order) {
    return [&order](const KeyedRow& a, const KeyedRow& b) { return order.compare(a, b) < 0; };
}

/// The rows of a block in order.
struct OrderedRows {
    /// So many rows share a mark: a search reads the block itself for none but the rows around what it looks for.
    static constexpr std::size_t kMarkStep = 8;

    std::shared_ptr<const RowOrder> order;  ///< focused as it was when they were sorted
    std::vector<std::uint16_t> rows{};
    std::vector<RowOrder::Mark> marks{};  ///< of the first row and every kMarkStep-th from there
};

/// `places` rows, evenly spread; `count`: of them all.
std::vector<RowRef> spread(const std::vector<BlockRows>& blocks, std::size_t count, std::size_t places);

}  // namespace spanreel::store
