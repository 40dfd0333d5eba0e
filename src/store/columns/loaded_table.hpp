// SPDX-License-Identifier: Apache-2.0
// A ColumnTable that is filled from elsewhere while it is in use already. What is put or erased meanwhile is newer than
// what is loaded. Any thread.
#pragma once
#include <functional>
#include <future>
#include <thread>
#include <unordered_set>

#include "store/columns/column_table.hpp"

namespace spanreel::store {

class LoadedTable {
  public:
    /// Gives a row to the table; fails when loading shall end.
    using Give = std::function<Result<void>(std::string_view partition, std::span<const Cell> cells)>;
    using Load = std::function<Result<void>(const Give& give)>;

    explicit LoadedTable(Schema schema) : table_(schema), loaded_(loading_.get_future().share()) {}

    /// Begins to load, once, in a thread of its own.
    void start(Load load);
    bool started() const;

    void put(std::string_view partition, std::span<const Cell> cells);
    void erase(std::string_view id);
    /// The table with all its rows: waits until they are loaded, or fails as loading did.
    Result<const ColumnTable*> whole() const;

  private:
    Result<void> give(std::string_view partition, std::span<const Cell> cells);

    ColumnTable table_;
    mutable std::mutex mutex_;
    bool started_ = false;
    bool ended_ = false;
    std::unordered_set<std::string> erased_;  ///< while loading
    std::promise<Result<void>> loading_;
    std::shared_future<Result<void>> loaded_;
    std::jthread loader_;
};

}  // namespace spanreel::store
