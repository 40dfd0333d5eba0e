// SPDX-License-Identifier: Apache-2.0
#include "store/columns/loaded_table.hpp"

#include "base/log.hpp"

namespace spanreel::store {

void LoadedTable::start(Load load) {
    std::lock_guard lock(mutex_);
    if (started_) return;
    started_ = true;
    loader_ = std::jthread([this, load = std::move(load)](const std::stop_token& stop) {
        Result<void> loaded = load([&](std::string_view partition, std::span<const Cell> cells) -> Result<void> {
            if (stop.stop_requested()) return fail(Code::unavailable, "shutting down");
            return give(partition, cells);
        });
        if (!loaded && !stop.stop_requested())
            log::error("what lists show could not be read", {{"error", loaded.error().message}});
        {
            std::lock_guard end(mutex_);
            ended_ = true;
            erased_.clear();
        }
        loading_.set_value(std::move(loaded));
    });
}

bool LoadedTable::started() const {
    std::lock_guard lock(mutex_);
    return started_;
}

Result<void> LoadedTable::give(std::string_view partition, std::span<const Cell> cells) {
    std::lock_guard lock(mutex_);
    if (!erased_.contains(std::string(cells.front().text))) table_.add(partition, cells);
    return {};
}

void LoadedTable::put(std::string_view partition, std::span<const Cell> cells) {
    std::lock_guard lock(mutex_);
    table_.put(partition, cells);
}

void LoadedTable::erase(std::string_view id) {
    std::lock_guard lock(mutex_);
    if (!ended_) erased_.insert(std::string(id));
    table_.erase(id);
}

Result<const ColumnTable*> LoadedTable::whole() const {
    SPANREEL_CHECK(loaded_.get());
    return &table_;
}

}  // namespace spanreel::store
