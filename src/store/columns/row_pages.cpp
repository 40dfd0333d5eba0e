// SPDX-License-Identifier: Apache-2.0
#include "store/columns/row_pages.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "store/columns/candidates.hpp"

namespace spanreel::store {

namespace {

constexpr double kDeviations = 4;

/// Rows that most likely enclose the wanted ones.
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

Bounds narrower(Bounds bounds, const Bounds& others, const RowOrder& order) {
    if (others.least && (!bounds.least || order.compare(*bounds.least, *others.least) < 0)) bounds.least = others.least;
    if (others.most && (!bounds.most || order.compare(*bounds.most, *others.most) > 0)) bounds.most = others.most;
    return bounds;
}

/// Rows number `from` to before `to` of these, in order.
std::vector<RowRef> in_order(std::vector<KeyedRow>& rows, const RowOrder& order, std::size_t from, std::size_t to) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = rows.begin() + static_cast<std::ptrdiff_t>(to);
    std::ranges::nth_element(rows, first, by(order));
    std::ranges::partial_sort(first, last, rows.end(), by(order));
    std::vector<RowRef> wanted;
    for (auto row = first; row != last; ++row) wanted.push_back(row->row);
    return wanted;
}

/// The cursor, and a row so far from it that `count` rows most likely lie between.
Bounds bounds_beyond(const std::vector<KeyedRow>& sample, const RowOrder& order, const KeyedRow& cursor,
                     std::size_t rows, std::size_t count, bool before) {
    const double share = static_cast<double>(count) * static_cast<double>(sample.size()) / static_cast<double>(rows);
    const auto steps = static_cast<std::ptrdiff_t>(std::ceil(share + kDeviations * (std::sqrt(share) + 1)));
    if (before) {
        const auto here = std::ranges::lower_bound(sample, cursor, by(order));
        if (here - sample.begin() < steps) return {.least = {}, .most = cursor};
        return {.least = *(here - steps), .most = cursor};
    }
    const auto here = std::ranges::upper_bound(sample, cursor, by(order));
    if (sample.end() - here <= steps) return {.least = cursor, .most = {}};
    return {.least = cursor, .most = *(here + steps)};
}

/// Without the cursor and rows on its other side.
KeyedRows rows_within(const std::vector<BlockRows>& blocks, const RowOrder& order, const Bounds& bounds,
                      const KeyedRow& cursor, bool before) {
    KeyedRows found = exactly_within(within(blocks, order, bounds), order, bounds);
    std::erase_if(found.rows, [&](const KeyedRow& row) {
        return before ? order.compare(row, cursor) >= 0 : order.compare(row, cursor) <= 0;
    });
    return found;
}

}  // namespace

std::vector<RowRef> rows_at(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t from,
                            std::size_t to) {
    if (from >= to) return {};
    const std::size_t count = count_of(blocks);
    Bounds bounds;
    if (count > kFewRows) bounds = bounds_of(sample_of(blocks, order, count), count, from, to);
    Candidates some = within(blocks, order, bounds);
    if (const std::size_t size = some.size(); size > kFewRows && some.below <= from && to <= some.below + size) {
        bounds = narrower(bounds, bounds_of(sample_of(some, order), size, from - some.below, to - some.below), order);
        some = within(some, bounds);
    }
    KeyedRows found = exactly_within(std::move(some), order, bounds);
    if (found.below > from || found.below + found.rows.size() < to)  // an unlikely sample
        found = exactly_within(within(blocks, order, {}), order, {});
    return in_order(found.rows, order, from - found.below, to - found.below);
}

RowsBeyond rows_beyond(const std::vector<BlockRows>& blocks, const RowOrder& order, const RowRef& cursor,
                       std::size_t count, bool before) {
    const std::size_t all = count_of(blocks);
    const KeyedRow border = order.keyed(cursor);
    Bounds bounds;
    if (all > kFewRows) bounds = bounds_beyond(sample_of(blocks, order, all), order, border, all, count, before);
    KeyedRows rows = rows_within(blocks, order, bounds, border, before);
    if (rows.rows.size() <= count && bounds.least && bounds.most)  // an unlikely sample
        rows = rows_within(blocks, order, {}, border, before);
    const std::size_t found = rows.rows.size(), wanted = std::min(found, count);
    if (before) return {in_order(rows.rows, order, found - wanted, found), rows.below + found < all};
    return {in_order(rows.rows, order, 0, wanted), found > count};
}

}  // namespace spanreel::store
