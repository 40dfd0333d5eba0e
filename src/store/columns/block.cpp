// SPDX-License-Identifier: Apache-2.0
#include "store/columns/block.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

#include "store/columns/shown_numbers.hpp"

namespace spanreel::store {

namespace {

/// Lists that repeat do so within the first few.
constexpr std::uint32_t kSearchedLists = 48;

/// Each text once, and none that no row has any more.
class Once {
  public:
    explicit Once(TextDictionary& texts) : texts_(texts) {}
    /// `text` must outlive this.
    std::uint32_t add(std::string_view text) {
        auto [known, made] = known_.try_emplace(text);
        if (made) known->second = texts_.append(text);
        return known->second;
    }

  private:
    TextDictionary& texts_;
    std::unordered_map<std::string_view, std::uint32_t> known_;
};

TextColumn compacted(const TextColumn& column, const RowMask& rows) {
    TextColumn fresh;
    Once texts(fresh.texts);
    rows.each([&](std::size_t row) { fresh.entries[row] = column.entries[row] == 0 ? 0 : texts.add(column[row]); });
    fresh.growth.set(fresh.texts.size(), fresh.texts.bytes());
    return fresh;
}

std::uint32_t add_list(ListColumn& column, std::span<const std::string_view> texts) {
    const auto begin = static_cast<std::ptrdiff_t>(column.items.size());
    for (std::string_view text : texts) column.items.push_back(column.texts.add(text));
    const std::span added(column.items.begin() + begin, column.items.end());
    const auto searched = static_cast<std::uint32_t>(std::min<std::size_t>(column.ends.size(), kSearchedLists));
    for (std::uint32_t entry = 0; entry < searched; ++entry)
        if (std::ranges::equal(column.list(entry), added)) {
            column.items.resize(static_cast<std::size_t>(begin));
            return entry;
        }
    column.ends.push_back(static_cast<std::uint32_t>(column.items.size()));
    return static_cast<std::uint32_t>(column.ends.size() - 1);
}

std::vector<std::string_view> texts_of(const ListColumn& column, std::size_t row) {
    std::vector<std::string_view> texts;
    for (std::uint32_t item : column.list(column.entries[row])) texts.push_back(column.texts[item]);
    return texts;
}

ListColumn compacted(const ListColumn& column, const RowMask& rows) {
    ListColumn fresh;
    Once texts(fresh.texts);
    std::map<std::vector<std::uint32_t>, std::uint32_t> known{{{}, 0}};
    rows.each([&](std::size_t row) {
        std::vector<std::uint32_t> list;
        for (std::uint32_t item : column.list(column.entries[row])) list.push_back(texts.add(column.texts[item]));
        auto [found, made] = known.try_emplace(std::move(list), static_cast<std::uint32_t>(fresh.ends.size()));
        if (made) {
            fresh.items.insert(fresh.items.end(), found->first.begin(), found->first.end());
            fresh.ends.push_back(static_cast<std::uint32_t>(fresh.items.size()));
        }
        fresh.entries[row] = found->second;
    });
    fresh.growth.set(fresh.items.size() + fresh.ends.size(), fresh.texts.bytes());
    return fresh;
}

}  // namespace

Block::Block(Schema schema) : schema_(schema) {
    for (const Column& column : schema) {
        if (column.type == ColumnType::text) {
            places_.push_back(static_cast<std::uint32_t>(texts_.size()));
            texts_.emplace_back();
        } else if (column.type == ColumnType::list) {
            places_.push_back(static_cast<std::uint32_t>(lists_.size()));
            lists_.emplace_back();
        } else {
            places_.push_back(static_cast<std::uint32_t>(numbers_.size()));
            numbers_.emplace_back();
        }
    }
}

void Block::put(std::size_t row, std::span<const Cell> cells, std::uint64_t change) {
    bool changed = !rows_.has(row);
    for (std::size_t i = 0; i < schema_.size(); ++i) {
        switch (schema_[i].type) {
            case ColumnType::text: changed |= put_text(texts_[places_[i]], row, cells[i].text); break;
            case ColumnType::list: put_list(lists_[places_[i]], row, *cells[i].list); break;
            case ColumnType::number:
            case ColumnType::date: changed |= put_number(numbers_[places_[i]], row, cells[i].number); break;
        }
    }
    rows_.set(row);
    count_ = rows_.count();
    if (changed) changes_[row] = last_change_ = change;
}

void Block::erase(std::size_t row, std::uint64_t change) {
    rows_.clear(row);
    count_ = rows_.count();
    changes_[row] = last_change_ = change;
}

RowMask Block::changed_since(std::uint64_t change) const {
    if (last_change_ <= change) return {};
    RowFlags flags;
    for (std::size_t row = 0; row < kBlockRows; ++row) flags[row] = changes_[row] > change;
    return RowMask(flags);
}

void Block::compact() {
    for (TextColumn& column : texts_) column = compacted(column, rows_);
    for (ListColumn& column : lists_) column = compacted(column, rows_);
}

bool Block::put_text(TextColumn& column, std::size_t row, std::string_view text) {
    if (column[row] == text) return false;
    if (column.growth.passed(column.texts.size(), column.texts.bytes())) column = compacted(column, rows_);
    column.entries[row] = column.texts.add(text);
    return true;
}

void Block::put_list(ListColumn& column, std::size_t row, const std::vector<std::string>& list) {
    if (std::ranges::equal(texts_of(column, row), list)) return;
    if (column.growth.passed(column.items.size() + column.ends.size(), column.texts.bytes()))
        column = compacted(column, rows_);
    std::vector<std::string_view> texts(list.begin(), list.end());
    column.entries[row] = add_list(column, texts);
}

bool Block::put_number(NumberColumn& column, std::size_t row, double number) {
    bool first = rows_.empty();
    column.least = first ? number : std::min(column.least, number);
    column.most = first ? number : std::max(column.most, number);
    if (std::bit_cast<std::uint64_t>(column.values[row]) == std::bit_cast<std::uint64_t>(number))  // -0 shows
        return false;
    column.shown.forget();
    column.values[row] = number;
    return true;
}

void ShownNumbersOnce::forget() { delete made_.exchange(nullptr, std::memory_order_relaxed); }

const ShownNumbers& ShownNumbersOnce::keep(std::unique_ptr<const ShownNumbers> made) const {
    const ShownNumbers* other = nullptr;
    if (!made_.compare_exchange_strong(other, made.get(), std::memory_order_acq_rel, std::memory_order_acquire))
        return *other;
    return *made.release();
}

}  // namespace spanreel::store
