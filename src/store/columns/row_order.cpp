// SPDX-License-Identifier: Apache-2.0
#include "store/columns/row_order.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace spanreel::store {

namespace {

std::strong_ordering compare_numbers(double a, double b) {
    if (a < b) return std::strong_ordering::less;
    return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::strong_ordering reverse(std::strong_ordering order) { return 0 <=> order; }

/// The order of numbers is that of their bits, once those of negative ones are turned round.
std::uint64_t number_key(double number) {
    const auto bits = std::bit_cast<std::int64_t>(number + 0.0);  // of 0 and -0 alike
    return static_cast<std::uint64_t>(bits ^ ((bits >> 63) | INT64_MIN));
}

// The number of a text, from its highest byte: a class, the six bytes behind the prefix, and how many there were.
enum TextClass : std::uint64_t { before_prefix, with_prefix, behind_prefix, absent };
constexpr std::size_t kKeptBytes = 6;
constexpr unsigned kClassShift = 56;
constexpr std::uint64_t kBelowClass = (std::uint64_t{1} << kClassShift) - 1;

/// `places` rows, evenly spread.
std::vector<RowRef> spread(const std::vector<BlockRows>& blocks, std::size_t places) {
    std::vector<RowRef> rows;
    const std::size_t step = std::max<std::size_t>(1, count_of(blocks) / places);
    std::size_t next = step / 2, passed = 0;
    for (const BlockRows& part : blocks) {
        for (; next < passed + part.count; next += step) rows.push_back({part.block, part.rows.nth(next - passed)});
        passed += part.count;
    }
    return rows;
}

}  // namespace

TextPrefix::TextPrefix(std::string text) : text_(std::move(text)) {
    if (text_.size() > 2 * kWord) return;
    least_size_ = std::max(text_.size(), kWord);
    if (text_.size() < kWord) {
        std::memcpy(&first_, text_.data(), text_.size());
        std::memset(&first_mask_, 0xFF, text_.size());
        return;
    }
    last_at_ = text_.size() - kWord;
    first_ = word(text_, 0), last_ = word(text_, last_at_);
    first_mask_ = last_mask_ = UINT64_MAX;
}

RowOrder::RowOrder(std::vector<Key> keys) : keys_(std::move(keys)) {
    keys_.push_back({kIdColumn, ColumnType::text, false});
    for (const Key& key : keys_) name_ += static_cast<char>(key.column << 1 | std::size_t{key.descending});
}

std::strong_ordering RowOrder::compare_column(const Key& key, const RowRef& a, const RowRef& b) const {
    std::strong_ordering order = std::strong_ordering::equal;
    if (key.type == ColumnType::text) {
        const std::string_view text_a = a.block->text(key.column)[a.row], text_b = b.block->text(key.column)[b.row];
        if (!key.empty_is_value && text_a.empty() != text_b.empty())
            return text_b.empty() ? std::strong_ordering::less : std::strong_ordering::greater;
        order = text_a <=> text_b;
    } else {
        order = compare_numbers(a.block->number(key.column).values[a.row], b.block->number(key.column).values[b.row]);
    }
    return key.descending ? reverse(order) : order;
}

std::strong_ordering RowOrder::compare(const RowRef& a, const RowRef& b) const {
    for (const Key& key : keys_)
        if (const auto order = compare_column(key, a, b); order != 0) return order;
    return std::strong_ordering::equal;
}

void RowOrder::focus(const std::vector<BlockRows>& blocks) {
    constexpr std::size_t kLooks = 64;
    const std::vector<RowRef> rows = spread(blocks, kLooks);
    for (std::size_t level = 0; level < std::min(keys_.size(), prefixes_.size()); ++level) {
        if (keys_[level].type != ColumnType::text) continue;
        std::optional<std::string_view> prefix;
        for (const RowRef& row : rows) {
            const std::string_view text = row.block->text(keys_[level].column)[row.row];
            if (text.empty() && !keys_[level].empty_is_value) continue;
            if (!prefix) prefix = text;
            auto end = std::ranges::mismatch(*prefix, text).in1;
            prefix = prefix->substr(0, static_cast<std::size_t>(end - prefix->begin()));
        }
        prefixes_[level] = TextPrefix(std::string(prefix.value_or("")));
    }
    std::vector<std::uint64_t> firsts;
    for (const RowRef& row : rows) firsts.push_back(key(0, row));
    std::ranges::sort(firsts);
    often_equal_ = keys_.size() > 1 && std::ranges::adjacent_find(firsts) != firsts.end();
}

std::uint64_t RowOrder::text_key(std::size_t level, std::string_view text) const {
    if (text.empty() && !keys_[level].empty_is_value) return std::uint64_t{absent} << kClassShift;
    const TextPrefix& prefix = prefixes_[level];
    std::uint64_t where = behind_prefix, kept = 0;
    if (prefix.begins(text)) {
        text.remove_prefix(prefix.text().size());
        where = with_prefix;
        if (text.size() >= sizeof(kept)) {
            std::memcpy(&kept, text.data(), sizeof(kept));
            kept &= ~std::uint64_t{0} >> 16;
        } else {
            std::memcpy(&kept, text.data(), std::min(text.size(), kKeptBytes));
        }
        kept = std::byteswap(kept) >> 8 | std::min(text.size(), kKeptBytes + 1);
    } else if (text < prefix.text()) {
        where = before_prefix;
    }
    if (keys_[level].descending) return (behind_prefix - where) << kClassShift | (kept ^ kBelowClass);
    return where << kClassShift | kept;
}

std::uint64_t RowOrder::key(std::size_t level, const RowRef& row) const {
    const Key& key = keys_[level];
    if (key.type == ColumnType::text) return text_key(level, row.block->text(key.column)[row.row]);
    const std::uint64_t number = number_key(row.block->number(key.column).values[row.row]);
    return key.descending ? ~number : number;
}

bool RowOrder::says_all(std::uint64_t first) const {
    if (keys_.front().type != ColumnType::text || first >> kClassShift == absent) return true;
    if (keys_.front().descending) first ^= kBelowClass;
    return first >> kClassShift == with_prefix && (first & 0xFF) <= kKeptBytes;
}

void RowOrder::column_keys(std::size_t level, const Block& block, BlockKeys& keys) const {
    const Key& key = keys_[level];
    if (key.type == ColumnType::text) {
        const TextColumn& column = block.text(key.column);
        if (column.texts.size() > kBlockRows / 4) {
            for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = text_key(level, column[row]);
            return;
        }
        BlockKeys of_entries;
        for (std::uint32_t entry = 0; entry < column.texts.size(); ++entry)
            of_entries[entry] = text_key(level, column.texts[entry]);
        for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = of_entries[column.entries[row]];
    } else {
        const NumberColumn& column = block.number(key.column);
        const std::uint64_t turn = key.descending ? UINT64_MAX : 0;
        for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = number_key(column.values[row]) ^ turn;
    }
}

}  // namespace spanreel::store
