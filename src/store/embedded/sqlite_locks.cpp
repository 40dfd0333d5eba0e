// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/sqlite_locks.hpp"

#include <sqlite3.h>

namespace spanreel::store {

namespace {

bool is_free(SqliteLocks::Owner holder, SqliteLocks::Owner asker) { return holder == nullptr || holder == asker; }

}  // namespace

bool SqliteLocks::lock(Owner owner, int level) {
    std::lock_guard lock(mutex_);
    if (level == SQLITE_LOCK_SHARED) {
        if (!is_free(pending_, owner) || !is_free(exclusive_, owner)) return false;
        shared_.insert(owner);
        return true;
    }
    if (!is_free(reserved_, owner) || !is_free(pending_, owner) || !is_free(exclusive_, owner)) return false;
    if (level == SQLITE_LOCK_RESERVED) {
        reserved_ = owner;
        return true;
    }
    pending_ = owner;  // keeps new readers out while the present ones finish
    if (level == SQLITE_LOCK_PENDING) return true;
    if (shared_.size() > (shared_.contains(owner) ? 1u : 0u)) return false;
    exclusive_ = owner;
    return true;
}

void SqliteLocks::unlock(Owner owner, int level) {
    std::lock_guard lock(mutex_);
    for (Owner* holder : {&reserved_, &pending_, &exclusive_})
        if (*holder == owner) *holder = nullptr;
    if (level == SQLITE_LOCK_NONE) shared_.erase(owner);
}

bool SqliteLocks::is_reserved() {
    std::lock_guard lock(mutex_);
    return reserved_ != nullptr;
}

void* SqliteLocks::map(Owner owner, std::size_t region, std::size_t size, bool extend) {
    std::lock_guard lock(mutex_);
    mapped_.insert(owner);
    while (extend && regions_.size() <= region) regions_.push_back(std::make_unique<std::byte[]>(size));
    return region < regions_.size() ? regions_[region].get() : nullptr;
}

void SqliteLocks::unmap(Owner owner) {
    std::lock_guard lock(mutex_);
    mapped_.erase(owner);
    if (mapped_.empty()) regions_.clear();
}

bool SqliteLocks::lock_slots(Owner owner, int first, int count, bool exclusive) {
    std::lock_guard lock(mutex_);
    auto begin = slots_.begin() + first, end = begin + count;
    for (auto slot = begin; slot != end; ++slot) {
        if (!is_free(slot->exclusive, owner)) return false;
        if (exclusive && slot->shared.size() > (slot->shared.contains(owner) ? 1u : 0u)) return false;
    }
    for (auto slot = begin; slot != end; ++slot) {
        if (exclusive)
            slot->exclusive = owner;
        else
            slot->shared.insert(owner);
    }
    return true;
}

void SqliteLocks::unlock_slots(Owner owner, int first, int count) {
    std::lock_guard lock(mutex_);
    for (auto slot = slots_.begin() + first; slot != slots_.begin() + first + count; ++slot) {
        if (slot->exclusive == owner) slot->exclusive = nullptr;
        slot->shared.erase(owner);
    }
}

}  // namespace spanreel::store
