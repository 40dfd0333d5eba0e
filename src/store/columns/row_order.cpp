// SPDX-License-Identifier: Apache-2.0
#include "store/columns/row_order.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

namespace spanreel::store {

namespace {

std::strong_ordering compare_numbers(double a, double b) {
    if (a < b) return std::strong_ordering::less;
    return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::strong_ordering reverse(std::strong_ordering order) { return 0 <=> order; }

/// Of n rows in order, a sample of s rows of them puts a row at n/s times its place in the sample, give or take a few
/// times sqrt(s) places of the sample.
constexpr std::size_t kSample = 2048;
constexpr double kDeviations = 4;

std::size_t count_of(const std::vector<BlockRows>& blocks) {
    std::size_t count = 0;
    for (const BlockRows& part : blocks) count += part.rows.count();
    return count;
}

/// A row with its key, so that most comparisons need not look at its columns.
struct KeyedRow {
    std::uint64_t key = 0;
    RowRef row;
};

auto by(const RowOrder& order) {
    return [&order](const KeyedRow& a, const KeyedRow& b) {
        return a.key != b.key ? a.key < b.key : order.compare(a.row, b.row) < 0;
    };
}

/// `places` rows, evenly spread.
std::vector<RowRef> spread(const std::vector<BlockRows>& blocks, std::size_t count, std::size_t places) {
    std::vector<RowRef> rows;
    const std::size_t step = std::max<std::size_t>(1, count / places);
    std::size_t next = step / 2, passed = 0;
    for (const BlockRows& part : blocks) {
        const std::size_t in_block = part.rows.count();
        for (; next < passed + in_block; next += step) rows.push_back({part.block, part.rows.nth(next - passed)});
        passed += in_block;
    }
    return rows;
}

std::vector<KeyedRow> sample_of(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t count) {
    std::vector<KeyedRow> sample;
    for (const RowRef& row : spread(blocks, count, kSample)) sample.push_back({order.key(row), row});
    std::ranges::sort(sample, by(order));
    return sample;
}

/// Rows that most likely enclose the wanted ones. Nothing: an open end.
struct Bounds {
    std::optional<KeyedRow> least, most;
};

Bounds bounds_of(const std::vector<KeyedRow>& sample, std::size_t count, std::size_t from, std::size_t to) {
    const auto size = static_cast<double>(sample.size());
    auto place = [&](std::size_t rank, double sign) {
        double share = static_cast<double>(rank) / static_cast<double>(count);
        double deviation = std::sqrt(size * share * (1 - share)) + 1;
        return share * size + sign * kDeviations * deviation;
    };
    Bounds bounds;
    double least = std::floor(place(from, -1)), most = std::ceil(place(to, +1));
    if (least >= 0) bounds.least = sample[static_cast<std::size_t>(least)];
    if (most < size) bounds.most = sample[static_cast<std::size_t>(most)];
    return bounds;
}

struct Collected {
    std::size_t below = 0;  ///< rows before `least`
    std::vector<KeyedRow> rows;
};

void collect_block(const BlockRows& part, const RowOrder& order, const Bounds& bounds, Collected& collected) {
    RowKeys keys;
    order.keys(*part.block, keys);
    const std::uint64_t least = bounds.least ? bounds.least->key : 0;
    const std::uint64_t most = bounds.most ? bounds.most->key : UINT64_MAX;
    RowFlags before, between;
    for (std::size_t row = 0; row < kBlockRows; ++row) {
        before[row] = keys[row] < least;
        between[row] = keys[row] - least <= most - least;  // least <= key <= most
    }
    RowMask below(before), inside(between);
    below &= part.rows;
    inside &= part.rows;
    collected.below += below.count();
    inside.each([&](std::size_t row) {
        const KeyedRow one{keys[row], {part.block, row}};
        if (bounds.least && one.key == least && order.compare(one.row, bounds.least->row) < 0)
            ++collected.below;
        else if (!bounds.most || one.key != most || order.compare(bounds.most->row, one.row) >= 0)
            collected.rows.push_back(one);
    });
}

Collected collect(const std::vector<BlockRows>& blocks, const RowOrder& order, const Bounds& bounds) {
    Collected collected;
    for (const BlockRows& part : blocks) {
        if (part.rows.empty()) continue;
        if (bounds.most && order.compare_all(*part.block, bounds.most->row) > 0) continue;
        if (bounds.least && order.compare_all(*part.block, bounds.least->row) < 0)
            collected.below += part.rows.count();
        else
            collect_block(part, order, bounds, collected);
    }
    return collected;
}

/// The order of numbers is that of their bits, once those of negative ones are turned round.
std::uint64_t number_key(double number) {
    const auto bits = std::bit_cast<std::int64_t>(number + 0.0);  // of 0 and -0 alike
    return static_cast<std::uint64_t>(bits ^ ((bits >> 63) | INT64_MIN));
}

}  // namespace

std::strong_ordering RowOrder::compare(const RowRef& a, const RowRef& b) const {
    for (const Key& key : keys_) {
        std::strong_ordering order = std::strong_ordering::equal;
        if (key.type == ColumnType::text) {
            const TextColumn& column_a = a.block->text(key.column);
            const TextColumn& column_b = b.block->text(key.column);
            const bool absent_a = column_a.entries[a.row] == 0, absent_b = column_b.entries[b.row] == 0;
            if (absent_a != absent_b) return absent_b ? std::strong_ordering::less : std::strong_ordering::greater;
            order = column_a[a.row] <=> column_b[b.row];
        } else {
            order =
                compare_numbers(a.block->number(key.column).values[a.row], b.block->number(key.column).values[b.row]);
        }
        if (order != 0) return key.descending ? reverse(order) : order;
    }
    return a.block->id(a.row) <=> b.block->id(b.row);
}

std::strong_ordering RowOrder::compare_all(const Block& block, const RowRef& row) const {
    if (keys_.empty() || keys_.front().type == ColumnType::text) return std::strong_ordering::equal;
    const Key& key = keys_.front();
    const NumberColumn& column = block.number(key.column);
    const double value = row.block->number(key.column).values[row.row];
    std::strong_ordering order = std::strong_ordering::equal;
    if (column.most < value) order = std::strong_ordering::less;
    if (column.least > value) order = std::strong_ordering::greater;
    return key.descending ? reverse(order) : order;
}

void RowOrder::focus(const std::vector<BlockRows>& blocks) {
    if (keys_.empty() || keys_.front().type != ColumnType::text) return;
    constexpr std::size_t kLooks = 64;
    std::optional<std::string_view> prefix;
    for (const RowRef& row : spread(blocks, count_of(blocks), kLooks)) {
        const std::string_view text = row.block->text(keys_.front().column)[row.row];
        if (text.empty()) continue;
        if (!prefix) prefix = text;
        auto end = std::ranges::mismatch(*prefix, text).in1;
        prefix = prefix->substr(0, static_cast<std::size_t>(end - prefix->begin()));
    }
    prefix_ = prefix.value_or("");
}

/// Absent texts last; of others the bytes that follow the prefix.
std::uint64_t RowOrder::text_key(std::string_view text) const {
    if (text.empty()) return UINT64_MAX;
    std::uint64_t key = 0;
    if (text.starts_with(prefix_)) {
        text.remove_prefix(prefix_.size());
        std::memcpy(&key, text.data(), std::min<std::size_t>(text.size(), sizeof(key)));
        key = std::byteswap(key);
    } else if (text > prefix_) {
        key = UINT64_MAX;
    }
    return keys_.front().descending ? ~key : key;
}

void RowOrder::keys(const Block& block, RowKeys& keys) const {
    if (keys_.empty()) {
        keys.fill(0);
    } else if (keys_.front().type == ColumnType::text) {
        const TextColumn& column = block.text(keys_.front().column);
        for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = text_key(column[row]);
    } else {
        const NumberColumn& column = block.number(keys_.front().column);
        const std::uint64_t turn = keys_.front().descending ? UINT64_MAX : 0;
        for (std::size_t row = 0; row < kBlockRows; ++row) keys[row] = number_key(column.values[row]) ^ turn;
    }
}

std::uint64_t RowOrder::key(const RowRef& row) const {
    if (keys_.empty()) return 0;
    const Key& first = keys_.front();
    if (first.type == ColumnType::text) return text_key(row.block->text(first.column)[row.row]);
    const std::uint64_t key = number_key(row.block->number(first.column).values[row.row]);
    return first.descending ? ~key : key;
}

std::vector<RowRef> rows_at(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t from,
                            std::size_t to) {
    if (from >= to) return {};
    const std::size_t count = count_of(blocks);
    Bounds bounds;
    if (count > 4 * kSample) bounds = bounds_of(sample_of(blocks, order, count), count, from, to);
    Collected collected = collect(blocks, order, bounds);
    if (collected.below > from || collected.below + collected.rows.size() < to)  // an unlikely sample
        collected = collect(blocks, order, {});
    std::vector<KeyedRow>& rows = collected.rows;
    auto first = rows.begin() + static_cast<std::ptrdiff_t>(from - collected.below);
    auto last = rows.begin() + static_cast<std::ptrdiff_t>(to - collected.below);
    std::ranges::nth_element(rows, first, by(order));
    std::ranges::partial_sort(first, last, rows.end(), by(order));
    std::vector<RowRef> wanted;
    for (auto row = first; row != last; ++row) wanted.push_back(row->row);
    return wanted;
}

void keep_beyond(std::vector<BlockRows>& blocks, const RowOrder& order, const RowRef& cursor, bool before) {
    const std::uint64_t border = order.key(cursor);
    for (BlockRows& part : blocks) {
        if (part.rows.empty()) continue;
        const std::strong_ordering all = order.compare_all(*part.block, cursor);
        if (all != 0) {
            if ((all < 0) != before) part.rows = {};
            continue;
        }
        RowKeys keys;
        order.keys(*part.block, keys);
        RowFlags beyond, same;
        for (std::size_t row = 0; row < kBlockRows; ++row) {
            beyond[row] = before ? keys[row] < border : keys[row] > border;
            same[row] = keys[row] == border;
        }
        RowMask kept(beyond), undecided(same);
        undecided &= part.rows;
        undecided.each([&](std::size_t row) {
            const std::strong_ordering one = order.compare({part.block, row}, cursor);
            if (before ? one < 0 : one > 0) kept.set(row);
        });
        part.rows &= kept;
    }
}

}  // namespace spanreel::store
