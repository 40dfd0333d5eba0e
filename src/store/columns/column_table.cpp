// SPDX-License-Identifier: Apache-2.0
#include "store/columns/column_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <unordered_set>

#include "store/columns/in_parts.hpp"

namespace spanreel::store {

namespace {

/// So many are sorted without a kept order.
constexpr std::size_t kFewRows = 8192;

/// So many are looked through for a page before all are, by several threads.
constexpr std::size_t kFewBlocks = 32;

constexpr std::string_view kTooLong = "the list takes too long: ask with fewer filters or values";

bool is_everything(const Filter& filter) { return filter.kind == Filter::Kind::all && filter.children.empty(); }

void keep_above(std::vector<BlockRows>& blocks, std::string_view id) {
    in_parts(blocks.size(), [&](std::size_t begin, std::size_t end) {
        for (BlockRows& part : std::span(blocks).subspan(begin, end - begin)) {
            RowMask kept;
            part.rows.each([&](std::size_t row) {
                if (part.block->id(row) > id) kept.set(row);
            });
            part.keep(kept);
        }
        return end;
    });
}

}  // namespace

void ColumnTable::change(std::span<const std::string> erased, std::span<const Row> put_rows) {
    std::lock_guard lock(mutex_);
    for (const std::string& id : erased) erase(id);
    for (const Row& row : put_rows) put(row);
}

void ColumnTable::erase(std::string_view id) {
    auto known = index_.find(id);
    if (known == index_.end()) return;
    const Place place = *known;
    index_.erase(known);  // while the id can still be read
    writable(place).erase(place.row % kBlockRows, ++last_change_);
    partitions_[place.partition].free.push_back(place.row);
}

void ColumnTable::put(const Row& row) {
    if (auto known = index_.find(row.cells.front().text); known != index_.end())
        return writable(*known).put(known->row % kBlockRows, row.cells, ++last_change_);
    Place place{partition_of(row.partition), 0};
    Partition& rows = partitions_[place.partition];
    if (rows.free.empty()) {
        place.row = rows.rows++;
        if (place.row > 0 && place.row % kBlockRows == 0) writable({place.partition, place.row - 1}).compact();
        if (place.row % kBlockRows == 0) rows.blocks.push_back({std::make_shared<Block>(schema_), snapshots_begun_});
    } else {
        place.row = rows.free.back();
        rows.free.pop_back();
    }
    writable(place).put(place.row % kBlockRows, row.cells, ++last_change_);
    index_.insert(place);
}

std::size_t ColumnTable::size() const {
    std::lock_guard lock(mutex_);
    return index_.size();
}

std::uint32_t ColumnTable::partition_of(std::string_view name) {
    auto [known, made] = partition_numbers_.try_emplace(std::string(name), partitions_.size());
    if (made) partitions_.emplace_back();
    return known->second;
}

Block& ColumnTable::writable(Place place) {
    StoredBlock& stored = partitions_[place.partition].blocks[place.row / kBlockRows];
    if (!snapshots_.empty() && *snapshots_.rbegin() > stored.since)
        stored = {std::make_shared<Block>(*stored.block), snapshots_begun_};
    return *stored.block;
}

ColumnTable::Snapshot ColumnTable::snapshot(std::string_view partition, const RowOrder* order) const {
    Snapshot snapshot(*this);
    std::lock_guard lock(mutex_);
    auto known = partition_numbers_.find(std::string(partition));
    if (known == partition_numbers_.end()) return snapshot;
    const Partition& rows = partitions_[known->second];
    for (const StoredBlock& stored : rows.blocks) snapshot.blocks_.push_back(stored.block);
    snapshot.change_ = last_change_;
    if (order) snapshot.sorted_ = rows.orders.find(order->name());
    snapshot.number_ = ++snapshots_begun_;
    snapshots_.insert(snapshot.number_);
    return snapshot;
}

ColumnTable::Snapshot::Snapshot(Snapshot&& other) noexcept
    : table_(other.table_),
      number_(std::exchange(other.number_, 0)),
      change_(other.change_),
      blocks_(std::move(other.blocks_)),
      sorted_(std::move(other.sorted_)) {}

ColumnTable::Snapshot::~Snapshot() {
    if (number_ == 0) return;
    blocks_.clear();
    std::lock_guard lock(table_->mutex_);
    table_->snapshots_.erase(number_);
}

std::vector<BlockRows> ColumnTable::Snapshot::rows() const {
    std::vector<BlockRows> rows;
    rows.reserve(blocks_.size());
    for (const auto& block : blocks_) rows.push_back({block.get(), block->rows(), block->count()});
    return rows;
}

bool ColumnTable::Snapshot::is_fresh(const std::shared_ptr<const SortedRows>& rows) const {
    if (!rows) return false;
    std::size_t changed = 0;
    for (const auto& block : blocks_) changed += block->changed_since(rows->change).count();
    return changed <= kMostChanged;
}

std::optional<RowRef> ColumnTable::Snapshot::find(std::string_view id) const {
    std::optional<Place> place;
    {
        std::lock_guard lock(table_->mutex_);
        if (auto known = table_->index_.find(id); known != table_->index_.end()) place = *known;
    }
    if (!place || place->row / kBlockRows >= blocks_.size()) return std::nullopt;
    const Block& block = *blocks_[place->row / kBlockRows];
    const std::size_t row = place->row % kBlockRows;
    // The index is newer than the snapshot, and may speak of another partition.
    if (!block.rows().has(row) || block.id(row) != id) return std::nullopt;
    return RowRef{&block, row};
}

Result<RowOrder> ColumnTable::order_of(const std::vector<SortKey>& sort) const {
    std::vector<RowOrder::Key> keys;
    for (const SortKey& key : sort) {
        const auto number = find_column(schema_, key.path);
        if (!number || schema_[*number].type == ColumnType::list)
            return fail(Code::invalid, fmt::format("cannot sort by \"{}\"", key.path), key.path);
        const Column& column = schema_[*number];
        if (std::ranges::find(keys, *number, &RowOrder::Key::column) == keys.end())  // again it would decide nothing
            keys.push_back({*number, column.type, key.descending, column.empty_is_value});
    }
    return RowOrder(std::move(keys));
}

Result<std::vector<BlockRows>> ColumnTable::matching(const Snapshot& snapshot, const Filter& scope,
                                                     const Filter& filter) const {
    std::vector<BlockRows> blocks = snapshot.rows();
    if (is_everything(scope) && is_everything(filter)) return blocks;
    const Filter both{.children = {scope, filter}};
    const auto until = deadline();
    const std::vector<std::uint8_t> done = in_parts(blocks.size(), [&](std::size_t begin, std::size_t end) {
        Matcher matcher(schema_, both, until);
        for (std::size_t i = begin; i < end && !matcher.gave_up(); ++i)
            blocks[i].keep(matcher.match(*blocks[i].block, blocks[i].rows));
        return std::uint8_t{!matcher.gave_up()};
    });
    if (!std::ranges::all_of(done, std::identity())) return fail(Code::unavailable, std::string(kTooLong));
    return blocks;
}

Result<RowRef> ColumnTable::cursor_of(const Snapshot& snapshot, const Filter& scope, const std::string& id) const {
    const std::optional<RowRef> found = snapshot.find(id);
    RowMask row;
    if (found) row.set(found->row);
    Matcher matcher(schema_, scope, deadline());
    const bool visible = found && !matcher.match(*found->block, row).empty();
    if (matcher.gave_up()) return fail(Code::unavailable, std::string(kTooLong));
    if (!visible) return fail(Code::invalid, fmt::format("no session \"{}\" to continue from", id), "pagination");
    return *found;
}

std::shared_ptr<const SortedRows> ColumnTable::sorted(std::string_view partition, const Snapshot& snapshot,
                                                      const RowOrder& order) const {
    auto rows = snapshot.sorted_;
    if (snapshot.is_fresh(rows)) return rows;
    std::lock_guard one_at_a_time(sorting_);
    KeptOrders* orders = nullptr;
    {
        std::lock_guard lock(mutex_);
        orders = &partitions_[partition_numbers_.at(std::string(partition))].orders;
        const auto kept = orders->find(order.name());
        if (kept && kept->change <= snapshot.change_) rows = kept;
    }
    if (snapshot.is_fresh(rows)) return rows;
    rows = sorted_rows(snapshot.rows(), order, snapshot.change_, rows.get());
    std::lock_guard lock(mutex_);
    orders->keep(order.name(), rows);
    return rows;
}

std::optional<RowsInOrder::Beyond> ColumnTable::soon_found(const Snapshot& snapshot, const RowOrder& order,
                                                           const RowQuery& query, std::optional<RowRef> from) const {
    if (std::max(query.offset, query.limit) > kFewRows || !snapshot.is_fresh(snapshot.sorted_)) return std::nullopt;
    const Filter both{.children = {query.scope, query.filter}};
    Matcher matcher(schema_, both, deadline());
    std::unordered_map<std::uint32_t, RowMask> matching;
    bool is_late = false;
    auto matches = [&](std::uint32_t number) {
        auto [known, met] = matching.try_emplace(number / kBlockRows);
        if (met) {
            is_late |= matching.size() > kFewBlocks;
            const Block& block = *snapshot.blocks_[known->first];
            if (!is_late) known->second = matcher.match(block, block.rows());
        }
        return is_late || known->second.has(number % kBlockRows);  // to end soon
    };
    RowsInOrder rows(snapshot.rows(), order, snapshot.sorted_);
    if (!is_everything(query.scope) || !is_everything(query.filter)) rows.look_for(matches);
    RowsInOrder::Beyond page = !from                  ? rows.first(query.offset, query.limit)
                               : query.before.empty() ? rows.after(*from, query.limit)
                                                      : rows.before(*from, query.limit);
    if (is_late || matcher.gave_up()) return std::nullopt;
    return page;
}

Result<ColumnTable::Page> ColumnTable::query(std::string_view partition, const RowQuery& query) const {
    SPANREEL_TRY(const RowOrder order, order_of(query.sort));
    Page page{.snapshot = snapshot(partition, &order), .rows = {}};
    const bool backwards = !query.before.empty();
    const std::string& cursor = backwards ? query.before : query.after;
    std::optional<RowRef> from;
    if (!cursor.empty()) {
        SPANREEL_TRY(from, cursor_of(page.snapshot, query.scope, cursor));
    }
    auto finish = [&](RowsInOrder::Beyond found) {
        page.rows = std::move(found.rows);
        page.has_more = found.more;
        return std::move(page);
    };
    if (!query.count && query.above_id.empty())
        if (auto found = soon_found(page.snapshot, order, query, from)) return finish(*std::move(found));
    SPANREEL_TRY(std::vector<BlockRows> blocks, matching(page.snapshot, query.scope, query.filter));
    if (query.count) page.total = count_of(blocks);
    if (!query.above_id.empty()) keep_above(blocks, query.above_id);
    const std::size_t count = count_of(blocks);
    const RowsInOrder rows(std::move(blocks), order,
                           count > kFewRows ? sorted(partition, page.snapshot, order) : nullptr);
    const std::size_t limit = std::min(query.limit, count);
    if (from) return finish(backwards ? rows.before(*from, limit) : rows.after(*from, limit));
    const std::uint64_t begin = std::min(count, query.offset), end = begin + std::min(count - begin, limit);
    return finish({.rows = rows.at(begin, end), .more = count > end});
}

Result<std::uint64_t> ColumnTable::count(std::string_view partition, const Filter& scope, const Filter& filter) const {
    const Snapshot rows = snapshot(partition);
    SPANREEL_TRY(const std::vector<BlockRows> blocks, matching(rows, scope, filter));
    return count_of(blocks);
}

Result<std::vector<std::string>> ColumnTable::distinct(std::string_view partition, const Filter& scope,
                                                       std::string_view path) const {
    const std::size_t column = find_column(schema_, path).value();
    const Snapshot rows = snapshot(partition);
    SPANREEL_TRY(const std::vector<BlockRows> blocks, matching(rows, scope, {}));
    using Texts = std::unordered_set<std::string_view>;
    std::vector<Texts> parts = in_parts(blocks.size(), [&](std::size_t begin, std::size_t end) {
        Texts texts;
        for (std::size_t i = begin; i < end; ++i) {
            const ListColumn& lists = blocks[i].block->list(column);
            EntryFlags lists_seen(lists.ends.size()), texts_seen(lists.texts.size());
            blocks[i].rows.each([&](std::size_t row) { lists_seen[lists.entries[row]] = 1; });
            for (std::uint32_t list = 0; list < lists_seen.size(); ++list)
                if (lists_seen[list])
                    for (std::uint32_t item : lists.list(list)) texts_seen[item] = 1;
            for (std::uint32_t text = 0; text < texts_seen.size(); ++text)
                if (texts_seen[text]) texts.insert(lists.texts[text]);
        }
        return texts;
    });
    Texts& texts = parts.front();
    for (Texts& part : parts | std::views::drop(1)) texts.merge(part);
    std::vector<std::string> sorted(texts.begin(), texts.end());
    std::ranges::sort(sorted);
    return sorted;
}

}  // namespace spanreel::store
