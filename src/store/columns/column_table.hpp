// SPDX-License-Identifier: Apache-2.0
// Rows of one noun in memory, by column, for lists: any filter, order and page of a million rows in milliseconds.
// Rows belong to partitions (workspaces); a query is about one of them. Any thread; a query works on the rows as they
// were when it began and delays nobody.
#pragma once
#include <boost/unordered/unordered_flat_set.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "store/columns/matcher.hpp"
#include "store/columns/rows_in_order.hpp"

namespace spanreel::store {

/// Filters that take longer are given up, so that no question keeps a processor.
inline constexpr std::chrono::seconds kMaxQueryTime{5};

struct RowQuery {
    Filter scope{};  ///< what the caller sees: a row to continue from must match it, but not the filter
    Filter filter{};
    std::vector<SortKey> sort{};  ///< ids break ties
    std::uint64_t offset = 0;
    std::uint64_t limit = 0;
    std::string after{};     ///< rows after this id in the order; takes precedence over offset
    std::string before{};    ///< the `limit` rows just before this id; takes precedence over after
    std::string above_id{};  ///< only ids greater than this, as another page
    bool count = false;      ///< says how many rows match, of all pages
};

class ColumnTable {
  public:
    /// The schema must outlive the table.
    explicit ColumnTable(Schema schema, std::chrono::nanoseconds most_time = kMaxQueryTime)
        : schema_(schema), most_time_(most_time), index_(0, IdHash{this}, IdEqual{this}) {}
    ColumnTable(const ColumnTable&) = delete;
    ColumnTable& operator=(const ColumnTable&) = delete;

    struct Row {
        std::string_view partition;
        std::span<const Cell> cells;  ///< one per column; the first is the id
    };
    /// Erases rows by id, then adds or replaces others, all at once for readers. A row stays in its partition.
    void change(std::span<const std::string> erased, std::span<const Row> put);
    void put(std::string_view partition, std::span<const Cell> cells) { change({}, {{Row{partition, cells}}}); }
    std::size_t size() const;

    /// The rows of a partition as they were. Keeps them; short-lived.
    class Snapshot {
      public:
        Snapshot(Snapshot&& other) noexcept;
        ~Snapshot();
        /// Every block with all its rows.
        std::vector<BlockRows> rows() const;
        /// Whether these, if there are any, differ from it in no more than kMostChanged rows.
        bool is_fresh(const std::shared_ptr<const SortedRows>& rows) const;
        /// Nothing when there is no such row.
        std::optional<RowRef> find(std::string_view id) const;

      private:
        friend class ColumnTable;
        explicit Snapshot(const ColumnTable& table) : table_(&table) {}

        const ColumnTable* table_;
        std::uint64_t number_ = 0;
        std::uint64_t change_ = 0;  ///< the last one before it
        std::vector<std::shared_ptr<const Block>> blocks_;
        std::shared_ptr<const SortedRows> sorted_;  ///< null if that order is not kept
    };
    Snapshot snapshot(std::string_view partition) const { return snapshot(partition, nullptr); }

    struct Page {
        Snapshot snapshot;  ///< holds the rows
        std::vector<RowRef> rows;
        bool has_more = false;  ///< a matching row follows the last one
        std::optional<std::uint64_t> total{};
    };
    /// `invalid` names a sort key that is none or a cursor that is no row; `unavailable` when it takes too long.
    Result<Page> query(std::string_view partition, const RowQuery& query) const;
    /// Matching rows, of all pages.
    Result<std::uint64_t> count(std::string_view partition, const Filter& scope, const Filter& filter) const;
    /// Distinct texts of a list column in matching rows, in byte order.
    Result<std::vector<std::string>> distinct(std::string_view partition, const Filter& scope,
                                              std::string_view path) const;

  private:
    struct Place {
        std::uint32_t partition = 0;
        std::uint32_t row = 0;  ///< in the partition: kBlockRows to a block
    };
    struct StoredBlock {
        std::shared_ptr<Block> block;
        std::uint64_t since = 0;  ///< the newest snapshot when it was made, so that later ones alone may have it
    };
    struct Partition {
        std::vector<StoredBlock> blocks;
        std::vector<std::uint32_t> free;  ///< rows that were erased
        std::uint32_t rows = 0;           ///< ever used
        mutable KeptOrders orders{};
    };
    // The index of ids keeps places only: an id is read where it lies.
    struct IdHash {
        using is_transparent = void;
        const ColumnTable* table;
        std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }
        std::size_t operator()(const Place& place) const { return (*this)(table->id_at(place)); }
    };
    struct IdEqual {
        using is_transparent = void;
        const ColumnTable* table;
        bool operator()(const Place& a, const Place& b) const { return a.partition == b.partition && a.row == b.row; }
        bool operator()(std::string_view id, const Place& place) const { return table->id_at(place) == id; }
        bool operator()(const Place& place, std::string_view id) const { return table->id_at(place) == id; }
    };

    std::string_view id_at(const Place& place) const {
        return partitions_[place.partition].blocks[place.row / kBlockRows].block->id(place.row % kBlockRows);
    }
    std::uint32_t partition_of(std::string_view name);
    /// The block to write to: a copy if a snapshot may read it. Caller holds mutex_.
    Block& writable(Place place);
    void put(const Row& row);
    void erase(std::string_view id);
    Snapshot snapshot(std::string_view partition, const RowOrder* order) const;
    /// Every row of the snapshot but a few that have changed since.
    std::shared_ptr<const SortedRows> sorted(std::string_view partition, const Snapshot& snapshot,
                                             const RowOrder& order) const;
    Result<RowOrder> order_of(const std::vector<SortKey>& sort) const;
    Result<std::vector<BlockRows>> matching(const Snapshot& snapshot, const Filter& scope, const Filter& filter) const;
    /// The page, when its order is kept and the first blocks that it meets have enough rows that match: one of rows
    /// that are frequent needs no more. `from`: the row of the cursor, or nothing.
    std::optional<RowsInOrder::Beyond> soon_found(const Snapshot& snapshot, const RowOrder& order,
                                                  const RowQuery& query, std::optional<RowRef> from) const;
    std::chrono::steady_clock::time_point deadline() const { return std::chrono::steady_clock::now() + most_time_; }
    Result<RowRef> cursor_of(const Snapshot& snapshot, const Filter& scope, const std::string& id) const;

    Schema schema_;
    std::chrono::nanoseconds most_time_;  ///< of a query
    mutable std::mutex sorting_;          ///< held while one query sorts, so that those beside it find what it keeps
    mutable std::mutex mutex_;            ///< of the rest
    std::unordered_map<std::string, std::uint32_t> partition_numbers_;
    std::deque<Partition> partitions_;
    boost::unordered_flat_set<Place, IdHash, IdEqual> index_;
    std::uint64_t last_change_ = 0;
    mutable std::uint64_t snapshots_begun_ = 0;
    mutable std::set<std::uint64_t> snapshots_;  ///< those that are in use
};

}  // namespace spanreel::store
