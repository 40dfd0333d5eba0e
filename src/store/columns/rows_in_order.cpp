// SPDX-License-Identifier: Apache-2.0
#include "store/columns/rows_in_order.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "store/columns/in_parts.hpp"

namespace spanreel::store {

namespace {

/// Counts the places that `is_counted` says.
template <class IsCounted>
class CountsByPlace {
  public:
    CountsByPlace(std::size_t places, IsCounted is_counted) : is_counted_(is_counted) {
        const auto parts = in_parts(places / kGroup + 1, [&](std::size_t begin, std::size_t end) {
            std::vector<std::size_t> counts;
            for (std::size_t group = begin; group < end; ++group)
                counts.push_back(counted(group * kGroup, std::min(places, (group + 1) * kGroup)));
            return counts;
        });
        std::size_t before = 0;
        for (std::size_t count : parts | std::views::join) before_.push_back(std::exchange(before, before + count));
    }

    std::size_t before(std::size_t place) const {
        return before_[place / kGroup] + counted(place / kGroup * kGroup, place);
    }
    /// The first place that has so many before it; there is one.
    std::size_t place_with(std::size_t count) const {
        const auto group = std::ranges::lower_bound(before_, count);  // begins with as many or more
        if (group == before_.begin()) return 0;
        std::size_t place = static_cast<std::size_t>(group - before_.begin() - 1) * kGroup;
        for (std::size_t left = count - *(group - 1); left > 0; ++place) left -= is_counted_(place);
        return place;
    }

  private:
    static constexpr std::size_t kGroup = 512;

    std::size_t counted(std::size_t begin, std::size_t end) const {
        std::size_t count = 0;
        for (std::size_t place = begin; place < end; ++place) count += is_counted_(place);
        return count;
    }

    IsCounted is_counted_;
    std::vector<std::size_t> before_;  ///< each group of places
};

}  // namespace

RowsInOrder::RowsInOrder(std::vector<BlockRows> blocks, const RowOrder& order, std::shared_ptr<const SortedRows> sorted)
    : blocks_(std::move(blocks)), order_(order), sorted_(std::move(sorted)), moved_(blocks_.size()) {
    if (!sorted_) sorted_ = std::make_shared<const SortedRows>();
    for (std::uint32_t number = 0; number < blocks_.size(); ++number) {
        BlockRows& part = blocks_[number];
        moved_[number] = sorted_->change == 0 ? part.rows : part.block->changed_since(sorted_->change);
        if (moved_[number].empty()) continue;
        RowMask changed = part.rows, unchanged = part.rows;
        changed &= moved_[number];
        unchanged -= moved_[number];
        part.keep(unchanged);
        changed.each(
            [&](std::size_t row) { changed_.push_back(static_cast<std::uint32_t>(number * kBlockRows + row)); });
    }
    sort_rows(changed_, blocks_, order_);
}

std::size_t RowsInOrder::place_of(const RowRef& wanted, bool or_is) const {
    const std::vector<std::uint32_t>& numbers = sorted_->numbers;
    std::size_t low = 0, high = numbers.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        std::size_t place = middle;  // or, as one that has moved tells nothing, the next that has not
        while (place < high && moved_[numbers[place] / kBlockRows].has(numbers[place] % kBlockRows)) ++place;
        const auto order = place < high ? order_.compare(row(numbers[place]), wanted) : std::strong_ordering::greater;
        if (order < 0 || (or_is && order == 0))
            low = place + 1;
        else
            high = middle;
    }
    return low;
}

RowsInOrder::Position RowsInOrder::position_of(const RowRef& wanted, bool or_is) const {
    const auto changed = std::ranges::partition_point(changed_, [&](std::uint32_t number) {
        const auto order = order_.compare(row(number), wanted);
        return order < 0 || (or_is && order == 0);
    });
    return {place_of(wanted, or_is), static_cast<std::size_t>(changed - changed_.begin())};
}

RowsInOrder::Position RowsInOrder::position_of(std::size_t rank) const {
    if (rank == 0) return {};
    const CountsByPlace counts(sorted_->numbers.size(),
                               [&](std::size_t place) { return is_unchanged(sorted_->numbers[place]); });
    const std::size_t changed = *std::ranges::partition_point(
        std::views::iota(std::size_t{0}, changed_.size()),
        [&](std::size_t i) { return i + counts.before(place_of(row(changed_[i]))) < rank; });
    return {counts.place_with(rank - changed), changed};
}

template <class Visit>
void RowsInOrder::forward(Position from, std::size_t count, Visit&& visit) const {
    const std::vector<std::uint32_t>& numbers = sorted_->numbers;
    auto look_at = [&](std::uint32_t number) {
        if (is_looked_for(number)) visit(number), --count;
    };
    std::size_t place = from.place;
    for (std::size_t changed = from.changed; count > 0; ++changed) {
        const std::size_t end = changed < changed_.size() ? place_of(row(changed_[changed])) : numbers.size();
        for (; place < end && count > 0; ++place)
            if (is_unchanged(numbers[place])) look_at(numbers[place]);
        if (count == 0 || changed == changed_.size()) return;
        look_at(changed_[changed]);
    }
}

template <class Visit>
void RowsInOrder::backward(Position from, std::size_t count, Visit&& visit) const {
    const std::vector<std::uint32_t>& numbers = sorted_->numbers;
    auto look_at = [&](std::uint32_t number) {
        if (is_looked_for(number)) visit(number), --count;
    };
    std::size_t place = from.place;
    for (std::size_t changed = from.changed; count > 0;) {
        const std::size_t end = changed > 0 ? place_of(row(changed_[changed - 1])) : 0;
        for (; place > end && count > 0; --place)
            if (is_unchanged(numbers[place - 1])) look_at(numbers[place - 1]);
        if (count == 0 || changed == 0) return;
        look_at(changed_[--changed]);
    }
}

std::vector<RowRef> RowsInOrder::rows_from(Position from, std::size_t count) const {
    std::vector<RowRef> rows;
    forward(from, count, [&](std::uint32_t number) { rows.push_back(row(number)); });
    return rows;
}

std::vector<RowRef> RowsInOrder::at(std::size_t from, std::size_t to) const {
    if (from >= to) return {};
    return rows_from(position_of(from), to - from);
}

RowsInOrder::Beyond RowsInOrder::page_from(Position from, std::size_t count) const {
    Beyond found{.rows = rows_from(from, count + 1)};
    found.more = found.rows.size() > count;
    if (found.more) found.rows.pop_back();
    return found;
}

RowsInOrder::Beyond RowsInOrder::first(std::size_t offset, std::size_t count) const {
    Beyond found = page_from({}, offset + count);
    found.rows.erase(found.rows.begin(),
                     found.rows.begin() + static_cast<std::ptrdiff_t>(std::min(offset, found.rows.size())));
    return found;
}

RowsInOrder::Beyond RowsInOrder::after(const RowRef& cursor, std::size_t count) const {
    return page_from(position_of(cursor, true), count);
}

RowsInOrder::Beyond RowsInOrder::before(const RowRef& cursor, std::size_t count) const {
    const Position end = position_of(cursor, false);
    Beyond found{.more = !rows_from(end, 1).empty()};
    backward(end, count, [&](std::uint32_t number) { found.rows.push_back(row(number)); });
    std::ranges::reverse(found.rows);
    return found;
}

std::vector<std::uint32_t> RowsInOrder::numbers() const {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(sorted_->numbers.size() + changed_.size());
    forward({}, SIZE_MAX, [&](std::uint32_t number) { numbers.push_back(number); });
    return numbers;
}

}  // namespace spanreel::store
