// SPDX-License-Identifier: Apache-2.0
#include "store/columns/candidates.hpp"

#include <algorithm>
#include <random>
#include <ranges>

#include "store/columns/in_parts.hpp"

namespace spanreel::store {

namespace {

/// Blocks that one thread of a query sorts to keep their order: two milliseconds, so that the first query of an order
/// takes little longer than the ones that follow.
constexpr std::size_t kSortsOfPart = 32;

/// Keeps those of `rows` whose keys are neither smaller than `least` nor greater than `most`; how many were smaller.
std::size_t keep_between(const RowOrder::BlockKeys& keys, std::uint64_t least, std::uint64_t most, RowMask& rows) {
    RowFlags before, between;
    for (std::size_t row = 0; row < kBlockRows; ++row) {
        before[row] = keys[row] < least;
        between[row] = keys[row] - least <= most - least;  // least <= key <= most
    }
    RowMask smaller(before);
    smaller &= rows;
    rows &= RowMask(between);
    return smaller.count();
}

void add_loose(const BlockRows& part, const RowOrder& order, const Bounds& bounds, Candidates& found) {
    RowOrder::BlockKeys keys, second;
    order.first_keys(*part.block, keys);
    const std::uint64_t least = bounds.least ? bounds.least->first : 0;
    const std::uint64_t most = bounds.most ? bounds.most->first : UINT64_MAX;
    RowMask inside = part.rows;
    found.below += keep_between(keys, least, most, inside);
    order.second_keys(*part.block, inside, second);
    if (least == most && bounds.least && bounds.most && order.says_all(least))
        found.below += keep_between(second, bounds.least->second, bounds.most->second, inside);
    inside.each([&](std::size_t row) {
        const KeyedRow one{keys[row], second[row], {part.block, row}};
        if (bounds.least && order.compare(one, *bounds.least) < 0)
            ++found.below;
        else if (!bounds.most || order.compare(one, *bounds.most) <= 0)
            found.loose.push_back(one);
    });
}

/// How many rows of the slice lie at these places.
std::size_t count(const Candidates::Slice& slice, std::size_t begin, std::size_t end) {
    const std::vector<std::uint16_t>& rows = slice.ordered->rows;
    if (slice.part->count == rows.size()) return end - begin;
    std::size_t count = 0;
    for (std::size_t place = begin; place < end; ++place) count += slice.part->rows.has(rows[place]);
    return count;
}

/// All rows before `begin` come before a bound, and all from `end` on behind it.
struct Places {
    std::size_t begin = 0, end = 0;
};

Places around(const Candidates::Slice& slice, const RowRef& bound) {
    constexpr std::size_t kStep = OrderedRows::kMarkStep;
    const OrderedRows& ordered = *slice.ordered;
    const RowOrder& order = *ordered.order;
    const RowOrder::Mark mark = order.mark(bound);
    auto compare = [&](std::size_t number) {
        return order.compare(ordered.marks[number], {slice.part->block, ordered.rows[number * kStep]}, mark, bound);
    };
    const std::size_t before = *std::ranges::partition_point(std::views::iota(std::size_t{0}, ordered.marks.size()),
                                                             [&](std::size_t number) { return compare(number) < 0; });
    const std::size_t not_behind = *std::ranges::partition_point(
        std::views::iota(before, ordered.marks.size()), [&](std::size_t number) { return compare(number) == 0; });
    Places found{before == 0 ? 0 : (before - 1) * kStep + 1, std::min(not_behind * kStep, ordered.rows.size())};
    if (not_behind - before <= 1) return found;
    const auto rows = ordered.rows.begin();  // that many marks do not say all
    const auto first_not_before = std::partition_point(
        rows + static_cast<std::ptrdiff_t>(found.begin), rows + static_cast<std::ptrdiff_t>(found.end),
        [&](std::uint16_t row) { return order.compare_columns({slice.part->block, row}, bound) < 0; });
    found.begin = static_cast<std::size_t>(first_not_before - rows);
    return {found.begin, std::min(found.begin + 1, found.end)};
}

void add_slice(Candidates::Slice slice, const Bounds& bounds, Candidates& found) {
    const std::size_t from = slice.begin;
    if (bounds.most) slice.end = std::min(slice.end, around(slice, bounds.most->row).end);
    if (bounds.least) slice.begin = std::max(slice.begin, around(slice, bounds.least->row).begin);
    slice.end = std::max(slice.begin, slice.end);
    found.below += count(slice, from, slice.begin);
    slice.size = count(slice, slice.begin, slice.end);
    if (slice.size > 0) found.slices.push_back(std::move(slice));
}

std::shared_ptr<const OrderedRows> sorted(const Block& block, const std::shared_ptr<const RowOrder>& order) {
    RowOrder::BlockKeys first, second;
    order->first_keys(block, first);
    order->second_keys(block, block.rows(), second);
    std::vector<KeyedRow> rows;
    rows.reserve(block.count());
    block.rows().each([&](std::size_t row) { rows.push_back({first[row], second[row], {&block, row}}); });
    std::ranges::sort(rows, by(*order));
    auto ordered = std::make_shared<OrderedRows>(order);
    ordered->rows.reserve(rows.size());
    ordered->marks.reserve(rows.size() / OrderedRows::kMarkStep + 1);
    for (const KeyedRow& row : rows) {
        if (ordered->rows.size() % OrderedRows::kMarkStep == 0) ordered->marks.push_back(order->mark(row.row));
        ordered->rows.push_back(static_cast<std::uint16_t>(row.row.row));
    }
    return ordered;
}

/// Finds the rows of blocks in order, and sorts a few blocks of which they are not kept.
class Sorter {
  public:
    explicit Sorter(const RowOrder& order) : order_(order) {}

    std::shared_ptr<const OrderedRows> rows_of(const Block& block) {
        auto ordered = block.orders().find(order_.name());
        if (ordered || sorts_ == kSortsOfPart) return ordered;
        if (sorts_++ == 0) kept_order_ = std::make_shared<const RowOrder>(order_);
        ordered = sorted(block, kept_order_);
        block.orders().keep(order_.name(), ordered);
        return ordered;
    }

  private:
    const RowOrder& order_;
    std::shared_ptr<const RowOrder> kept_order_;
    std::size_t sorts_ = 0;
};

void join(std::vector<Candidates>&& parts, Candidates& all) {
    for (Candidates& part : parts) {
        all.below += part.below;
        std::ranges::move(part.slices, std::back_inserter(all.slices));
        all.loose.insert(all.loose.end(), part.loose.begin(), part.loose.end());
    }
}

}  // namespace

std::size_t Candidates::size() const {
    std::size_t size = loose.size();
    for (const Slice& slice : slices) size += slice.size;
    return size;
}

std::vector<KeyedRow> sample_of(const std::vector<BlockRows>& blocks, const RowOrder& order, std::size_t count) {
    std::vector<KeyedRow> sample;
    for (const RowRef& row : spread(blocks, count, kSample)) sample.push_back(order.keyed(row));
    std::ranges::sort(sample, by(order));
    return sample;
}

std::vector<KeyedRow> sample_of(const Candidates& rows, const RowOrder& order) {
    // Not at even distances, which could meet the same place of every slice. What is not in the list is passed over.
    std::minstd_rand random;
    const std::size_t step = std::max<std::size_t>(1, rows.size() / kSample);
    std::size_t places_before = 0, step_begin = 0, next = random() % step;
    auto each_of = [&](std::size_t places, auto&& visit) {
        for (; next < places_before + places; next = (step_begin += step) + random() % step)
            visit(next - places_before);
        places_before += places;
    };
    std::vector<KeyedRow> sample;
    for (const Candidates::Slice& slice : rows.slices)
        each_of(slice.end - slice.begin, [&](std::size_t place) {
            const std::size_t row = slice.ordered->rows[slice.begin + place];
            if (slice.part->rows.has(row)) sample.push_back(order.keyed({slice.part->block, row}));
        });
    each_of(rows.loose.size(), [&](std::size_t place) { sample.push_back(rows.loose[place]); });
    std::ranges::sort(sample, by(order));
    return sample;
}

Candidates within(const std::vector<BlockRows>& blocks, const RowOrder& order, const Bounds& bounds) {
    std::vector<const BlockRows*> around;  // those that may have rows between the bounds
    Candidates found;
    for (const BlockRows& part : blocks) {
        if (part.count == 0) continue;
        if (bounds.most && order.compare_all(*part.block, bounds.most->row) > 0) continue;
        if (bounds.least && order.compare_all(*part.block, bounds.least->row) < 0)
            found.below += part.count;
        else
            around.push_back(&part);
    }
    join(in_parts(around.size(),
                  [&](std::size_t begin, std::size_t end) {
                      Candidates some;
                      Sorter sorter(order);
                      for (std::size_t i = begin; i < end; ++i) {
                          const BlockRows& part = *around[i];
                          if (auto ordered = sorter.rows_of(*part.block))
                              add_slice({&part, ordered, 0, ordered->rows.size()}, bounds, some);
                          else
                              add_loose(part, order, bounds, some);
                      }
                      return some;
                  }),
         found);
    return found;
}

Candidates within(const Candidates& rows, const Bounds& bounds) {
    Candidates found{.below = rows.below};
    join(in_parts(rows.slices.size(),
                  [&](std::size_t begin, std::size_t end) {
                      Candidates some;
                      for (std::size_t i = begin; i < end; ++i) add_slice(rows.slices[i], bounds, some);
                      return some;
                  }),
         found);
    found.loose = rows.loose;
    return found;
}

KeyedRows exactly_within(Candidates rows, const RowOrder& order, const Bounds& bounds) {
    KeyedRows found{.below = rows.below, .rows = std::move(rows.loose)};
    found.rows.reserve(rows.size());
    for (const Candidates::Slice& slice : rows.slices)
        for (std::size_t place = slice.begin; place < slice.end; ++place)
            if (const std::size_t row = slice.ordered->rows[place]; slice.part->rows.has(row))
                found.rows.push_back(order.keyed({slice.part->block, row}));
    std::erase_if(found.rows, [&](const KeyedRow& row) {
        const bool before = bounds.least && order.compare(row, *bounds.least) < 0;
        found.below += before;
        return before || (bounds.most && order.compare(row, *bounds.most) > 0);
    });
    return found;
}

}  // namespace spanreel::store
