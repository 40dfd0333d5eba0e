// SPDX-License-Identifier: Apache-2.0
#include "store/columns/row_order.hpp"

#include <algorithm>
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

/// Evenly spread over the rows, in order.
std::vector<RowRef> sample_of(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t count) {
    std::vector<RowRef> sample;
    const std::size_t step = std::max<std::size_t>(1, count / kSample);
    std::size_t next = step / 2, passed = 0;
    for (const BlockRows& part : blocks) {
        const std::size_t rows = part.rows.count();
        if (next < passed + rows) {
            std::size_t at = passed;
            part.rows.each([&](std::size_t row) {
                if (at++ != next) return;
                sample.push_back({part.block, row});
                next += step;
            });
        }
        passed += rows;
    }
    std::ranges::sort(sample, [&](const RowRef& a, const RowRef& b) { return order.less(a, b); });
    return sample;
}

/// Rows that most likely enclose the wanted ones. Nothing: an open end.
struct Bounds {
    std::optional<RowRef> least, most;
};

Bounds bounds_of(const std::vector<RowRef>& sample, std::size_t count, std::size_t from, std::size_t to) {
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
    std::vector<RowRef> rows;
};

Collected collect(const std::vector<BlockRows>& blocks, const RowOrder& order, const Bounds& bounds) {
    Collected collected;
    for (const BlockRows& part : blocks) {
        if (part.rows.empty()) continue;
        if (bounds.most && order.compare_all(*part.block, *bounds.most) > 0) continue;
        if (bounds.least && order.compare_all(*part.block, *bounds.least) < 0) {
            collected.below += part.rows.count();
            continue;
        }
        part.rows.each([&](std::size_t row) {
            RowRef ref{part.block, row};
            if (bounds.least && order.less(ref, *bounds.least))
                ++collected.below;
            else if (!bounds.most || !order.less(*bounds.most, ref))
                collected.rows.push_back(ref);
        });
    }
    return collected;
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

std::vector<RowRef> rows_at(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t from,
                            std::size_t to) {
    if (from >= to) return {};
    const std::size_t count = count_of(blocks);
    Bounds bounds;
    if (count > 4 * kSample) bounds = bounds_of(sample_of(blocks, order, count), count, from, to);
    Collected collected = collect(blocks, order, bounds);
    if (collected.below > from || collected.below + collected.rows.size() < to)  // an unlikely sample
        collected = collect(blocks, order, {});
    std::vector<RowRef>& rows = collected.rows;
    auto less = [&](const RowRef& a, const RowRef& b) { return order.less(a, b); };
    auto first = rows.begin() + static_cast<std::ptrdiff_t>(from - collected.below);
    auto last = rows.begin() + static_cast<std::ptrdiff_t>(to - collected.below);
    std::ranges::nth_element(rows, first, less);
    std::ranges::partial_sort(first, last, rows.end(), less);
    return {first, last};
}

void keep_beyond(std::vector<BlockRows>& blocks, const RowOrder& order, const RowRef& cursor, bool before) {
    for (BlockRows& part : blocks) {
        if (part.rows.empty()) continue;
        const std::strong_ordering all = order.compare_all(*part.block, cursor);
        if (all != 0) {
            if ((all < 0) != before) part.rows = {};
            continue;
        }
        RowMask kept;
        part.rows.each([&](std::size_t row) {
            const std::strong_ordering one = order.compare({part.block, row}, cursor);
            if (before ? one < 0 : one > 0) kept.set(row);
        });
        part.rows = kept;
    }
}

}  // namespace spanreel::store
