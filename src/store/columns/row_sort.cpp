// SPDX-License-Identifier: Apache-2.0
#include "store/columns/row_sort.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <iterator>
#include <ranges>

#include "store/columns/in_parts.hpp"

namespace spanreel::store {

namespace {

/// So few rows are compared.
constexpr std::size_t kComparedRows = 24;
/// Texts of which the first pass tells only few apart, and so the next, are compared before the stack ends.
constexpr std::size_t kMostPasses = 256;
/// Of a text; the lowest byte of a key says how many there were, or that more follow.
constexpr std::size_t kKeyBytes = 7;
constexpr std::uint64_t kMore = kKeyBytes + 1;

/// A row with what of it is looked at.
struct KeyedRow {
    std::uint64_t key = 0;
    std::uint32_t number = 0;
};

/// The order of numbers is that of their bits, once those of negative ones are turned round.
std::uint64_t number_key(double number) {
    const auto bits = std::bit_cast<std::int64_t>(number + 0.0);  // of 0 and -0 alike
    return static_cast<std::uint64_t>(bits ^ ((bits >> 63) | INT64_MIN));
}

std::uint64_t text_key(std::string_view text) {
    std::uint64_t key = 0;
    if (text.size() >= sizeof(key))
        std::memcpy(&key, text.data(), sizeof(key));
    else
        std::memcpy(&key, text.data(), text.size());
    return (std::byteswap(key) & ~std::uint64_t{0xFF}) | std::min<std::uint64_t>(text.size(), kMore);
}

class RowSort {
  public:
    RowSort(const std::vector<BlockRows>& blocks, const RowOrder& order) : blocks_(blocks), order_(order) {}

    /// By the columns from `level` on, and of the text in the first of these by what follows `offset` bytes.
    void sort(std::span<KeyedRow> rows, std::size_t level, std::size_t offset, std::size_t passes) const {
        if (rows.size() <= kComparedRows || passes == kMostPasses) return compare_all(rows);
        if (level == order_.keys().size()) return;
        const RowOrder::Key& key = order_.keys()[level];
        const bool is_text = key.type == ColumnType::text;
        if (is_text) offset += common_bytes(rows, key.column, offset);
        set_keys(rows, key, offset);
        sort_by_keys(rows);
        each_run(rows, [&](std::span<KeyedRow> run) {
            const std::uint64_t shown = key.descending ? ~run.front().key : run.front().key;
            if (is_text && (shown & 0xFF) == kMore)
                sort(run, level, offset + kKeyBytes, passes + 1);
            else
                sort(run, level + 1, 0, passes + 1);
        });
    }

  private:
    RowRef row(const KeyedRow& one) const { return row_at(blocks_, one.number); }
    std::string_view text(const KeyedRow& one, std::size_t column) const {
        const RowRef at = row(one);
        return at.block->text(column)[at.row];
    }

    void compare_all(std::span<KeyedRow> rows) const {
        std::ranges::sort(rows,
                          [&](const KeyedRow& a, const KeyedRow& b) { return order_.compare(row(a), row(b)) < 0; });
    }

    /// How many bytes behind `offset` all texts share; 0 if some rows tell that these are few.
    std::size_t common_bytes(std::span<const KeyedRow> rows, std::size_t column, std::size_t offset) const {
        constexpr std::size_t kLooks = 8;
        const std::string_view first = text(rows.front(), column).substr(offset);
        std::size_t common = first.size();
        auto look = [&](const KeyedRow& one) {
            const std::string_view other = text(one, column).substr(offset, common);
            return common = static_cast<std::size_t>(std::ranges::mismatch(first, other).in2 - other.begin());
        };
        for (std::size_t i = 0; i < kLooks; ++i)
            if (look(rows[i * (rows.size() - 1) / (kLooks - 1)]) < kKeyBytes) return 0;
        for (const KeyedRow& one : rows)
            if (look(one) == 0) break;
        return common;
    }

    std::uint64_t key_of(const RowRef& row, const RowOrder::Key& key, std::size_t offset) const {
        const std::uint64_t turn = key.descending ? UINT64_MAX : 0;
        if (key.type != ColumnType::text) return number_key(row.block->number(key.column).values[row.row]) ^ turn;
        const std::string_view text = row.block->text(key.column)[row.row];
        if (text.empty() && !key.empty_is_value) return UINT64_MAX;  // absent
        return text_key(text.substr(offset)) ^ turn;
    }

    void set_keys(std::span<KeyedRow> rows, const RowOrder::Key& key, std::size_t offset) const {
        in_ranges(rows, [&](std::span<KeyedRow> part) {
            for (KeyedRow& one : part) one.key = key_of(row(one), key, offset);
        });
    }

    static void sort_by_keys(std::span<KeyedRow> rows) {
        std::vector<std::span<KeyedRow>> parts = in_ranges(rows, [](std::span<KeyedRow> part) {
            if (!std::ranges::is_sorted(part, {}, &KeyedRow::key)) std::ranges::sort(part, {}, &KeyedRow::key);
        });
        std::vector<KeyedRow> merged;
        for (std::size_t sorted = parts.front().size(); const auto& part : parts | std::views::drop(1)) {
            merged.clear();
            std::ranges::merge(rows.first(sorted), part, std::back_inserter(merged), {}, &KeyedRow::key,
                               &KeyedRow::key);
            std::ranges::copy(merged, rows.begin());
            sorted = merged.size();
        }
    }

    /// Calls `work(part)` for parts of the rows, each in a thread of its own, and gives back the parts.
    template <class Work>
    static std::vector<std::span<KeyedRow>> in_ranges(std::span<KeyedRow> rows, const Work& work) {
        return in_parts(rows.size() / kBlockRows + 1, [&](std::size_t begin, std::size_t end) {
            const auto part = rows.subspan(begin * kBlockRows,
                                           std::min((end - begin) * kBlockRows, rows.size() - begin * kBlockRows));
            work(part);
            return part;
        });
    }

    /// Calls `work(run)` for runs of two or more equal keys, in several threads.
    template <class Work>
    static void each_run(std::span<KeyedRow> rows, const Work& work) {
        std::vector<std::span<KeyedRow>> runs;
        for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
            while (end < rows.size() && rows[end].key == rows[begin].key) ++end;
            if (end - begin > 1) runs.push_back(rows.subspan(begin, end - begin));
        }
        if (runs.empty()) return;
        std::atomic<std::size_t> next = 0;  // not by parts: one run may be most of the rows
        in_parts(rows.size() / kBlockRows + 1, [&](std::size_t, std::size_t) {
            std::size_t done = 0;
            for (std::size_t i; (i = next++) < runs.size(); ++done) work(runs[i]);
            return done;
        });
    }

    const std::vector<BlockRows>& blocks_;
    const RowOrder& order_;
};

}  // namespace

void sort_rows(std::span<std::uint32_t> numbers, const std::vector<BlockRows>& blocks, const RowOrder& order) {
    std::vector<KeyedRow> rows(numbers.size());
    std::ranges::transform(numbers, rows.begin(), [](std::uint32_t number) { return KeyedRow{.number = number}; });
    RowSort(blocks, order).sort(rows, 0, 0, 0);
    std::ranges::transform(rows, numbers.begin(), &KeyedRow::number);
}

}  // namespace spanreel::store
