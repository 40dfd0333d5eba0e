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

/// Numbers that mostly tell where a row stands, so that few comparisons look at its columns. A row with a smaller first
/// one comes first; rows with equal numbers may differ.
struct RowKeys {
    std::uint64_t first = 0;   ///< from the first column of the order
    std::uint64_t second = 0;  ///< from the second one, which orders rows with equal values in the first; 0 where first
                               ///< numbers are not often equal
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
    /// Absent texts last in both directions; ids, rising, break ties.
    explicit RowOrder(std::vector<Key> keys);

    /// Looks at some of the rows, so that the numbers tell rows like them apart.
    void focus(const std::vector<BlockRows>& blocks);
    RowKeys keys(const RowRef& row) const { return {key(0, row), often_equal_ ? key(1, row) : 0}; }
    /// Those of every row of a block, also of rows that are none: `visit(row, keys)`.
    template <class Visit>
    void each_keys(const Block& block, Visit&& visit) const {
        BlockKeys first, second{};
        column_keys(0, block, first);
        if (often_equal_) column_keys(1, block, second);
        for (std::size_t row = 0; row < kBlockRows; ++row) visit(row, RowKeys{first[row], second[row]});
    }
    std::strong_ordering compare(const RowRef& a, const RowRef& b) const;
    std::strong_ordering compare(const RowKeys& keys_a, const RowRef& a, const RowKeys& keys_b, const RowRef& b) const {
        if (keys_a.first != keys_b.first) return keys_a.first <=> keys_b.first;
        if (keys_a.second != keys_b.second && says_all(keys_a.first)) return keys_a.second <=> keys_b.second;
        return compare(a, b);
    }
    /// A character for each column, the direction in its lowest bit.
    const std::string& name() const { return name_; }

  private:
    using BlockKeys = std::array<std::uint64_t, kBlockRows>;

    /// Whether rows with this first number have equal values in the first column.
    bool says_all(std::uint64_t first) const;
    std::strong_ordering compare_column(const Key& key, const RowRef& a, const RowRef& b) const;
    std::uint64_t key(std::size_t level, const RowRef& row) const;
    void column_keys(std::size_t level, const Block& block, BlockKeys& keys) const;
    std::uint64_t text_key(std::size_t level, std::string_view text) const;

    std::vector<Key> keys_;  ///< the id last
    std::string name_;
    bool often_equal_ = false;            ///< first keys, which is worth looking at second ones
    std::array<TextPrefix, 2> prefixes_;  ///< of most texts of the first two columns
};

}  // namespace spanreel::store
