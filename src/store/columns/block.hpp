// SPDX-License-Identifier: Apache-2.0
// A few hundred rows, column by column. A copy is independent. Not synchronised: see ColumnTable.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "store/columns/row_mask.hpp"
#include "store/columns/text_dictionary.hpp"

namespace spanreel::store {

enum class ColumnType : std::uint8_t {
    text,    ///< an empty one is absent, unless Column says otherwise
    number,  ///< never absent
    date,    ///< a number: Unix milliseconds
    list,    ///< of texts
};

struct Column {
    std::string_view path;
    ColumnType type = ColumnType::text;
    bool empty_is_value = false;  ///< an empty text is not absent
};

/// The columns of a table. The first one is the id: a text, unique and never empty.
using Schema = std::span<const Column>;
inline constexpr std::size_t kIdColumn = 0;

/// The number of the column with this path.
inline std::optional<std::size_t> find_column(Schema schema, std::string_view path) {
    const auto found = std::ranges::find(schema, path, &Column::path);
    if (found == schema.end()) return std::nullopt;
    return static_cast<std::size_t>(found - schema.begin());
}

/// One value; the column's type tells which member holds it.
struct Cell {
    std::string_view text{};
    double number = 0;  ///< never NaN
    const std::vector<std::string>* list = nullptr;
};

/// Of entries, items and bytes that no row has any more, which go when a column has grown to twice of what it had
/// after they went last. The bytes of a row are bounded where it comes from, so that those of a block fit 32 bits.
struct Growth {
    std::size_t entries = 4 * kBlockRows, bytes = 64 * 1024;  ///< beyond either, the column is compacted
    void set(std::size_t entries_now, std::size_t bytes_now) {
        entries = 4 * kBlockRows + 2 * entries_now;
        bytes = 64 * 1024 + 2 * bytes_now;
    }
    bool passed(std::size_t entries_now, std::size_t bytes_now) const {
        return entries_now > entries || bytes_now > bytes;
    }
};

/// The texts of one column, by row.
struct TextColumn {
    TextDictionary texts;  ///< entry 0 is the empty text
    Growth growth{};
    std::array<std::uint32_t, kBlockRows> entries{};  ///< of each row

    TextColumn() { texts.add({}); }
    std::string_view operator[](std::size_t row) const { return texts[entries[row]]; }
};

/// Lists of texts; rows with equal lists share one.
struct ListColumn {
    TextDictionary texts;
    Growth growth{};
    std::vector<std::uint32_t> items{};               ///< entries of `texts`, list after list
    std::vector<std::uint32_t> ends{0};               ///< of each list in `items`; list 0 is the empty one
    std::array<std::uint32_t, kBlockRows> entries{};  ///< list of each row

    std::span<const std::uint32_t> list(std::uint32_t entry) const {
        std::uint32_t begin = entry == 0 ? 0 : ends[entry - 1];
        return std::span(items).subspan(begin, ends[entry] - begin);
    }
};

class ShownNumbers;

/// The texts of a column of numbers, made when they are asked for first. A copy begins without them.
class ShownNumbersOnce {
  public:
    ShownNumbersOnce() = default;
    ShownNumbersOnce(const ShownNumbersOnce&) {}
    ShownNumbersOnce& operator=(const ShownNumbersOnce&) = delete;
    ~ShownNumbersOnce() { forget(); }

    /// `make()` gives a unique_ptr. Any thread.
    template <class Make>
    const ShownNumbers& get(Make&& make) const {
        if (const ShownNumbers* made = made_.load(std::memory_order_acquire)) return *made;
        return keep(make());
    }
    /// Nobody may be reading.
    void forget();

  private:
    const ShownNumbers& keep(std::unique_ptr<const ShownNumbers> made) const;

    mutable std::atomic<const ShownNumbers*> made_ = nullptr;
};

struct NumberColumn {
    std::array<double, kBlockRows> values{};
    double least = 0, most = 0;  ///< what was ever put lies between
    ShownNumbersOnce shown{};    ///< of all rows
};

class Block {
  public:
    explicit Block(Schema schema);

    const RowMask& rows() const { return rows_; }
    std::size_t count() const { return count_; }
    /// `change`: its number; they grow, from 1.
    void put(std::size_t row, std::span<const Cell> cells, std::uint64_t change);
    void erase(std::size_t row, std::uint64_t change);
    /// Rows that were added, erased or given another text or number after that one.
    RowMask changed_since(std::uint64_t change) const;
    /// Keeps each text once, which searches of a block that changes little gain from.
    void compact();

    const TextColumn& text(std::size_t column) const { return texts_[places_[column]]; }
    const ListColumn& list(std::size_t column) const { return lists_[places_[column]]; }
    const NumberColumn& number(std::size_t column) const { return numbers_[places_[column]]; }
    std::string_view id(std::size_t row) const { return texts_.front()[row]; }

  private:
    // Texts and numbers: whether that changes something.
    bool put_text(TextColumn& column, std::size_t row, std::string_view text);
    void put_list(ListColumn& column, std::size_t row, const std::vector<std::string>& list);
    bool put_number(NumberColumn& column, std::size_t row, double number);

    Schema schema_;
    RowMask rows_;
    std::size_t count_ = 0;
    std::uint64_t last_change_ = 0;
    std::vector<std::uint32_t> places_;  ///< of each column among those of its kind
    std::vector<TextColumn> texts_;
    std::vector<ListColumn> lists_;
    std::vector<NumberColumn> numbers_;
    /// The last one of each row. At the end, so that what a query reads of every block lies close together.
    std::array<std::uint64_t, kBlockRows> changes_{};
};

}  // namespace spanreel::store
