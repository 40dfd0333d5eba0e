// SPDX-License-Identifier: Apache-2.0
// The locks and the WAL index of one database file, shared by its connections in this process: what SQLite's unix VFS
// keeps in fcntl locks and in the -shm file (sqlite.org/lockingv3.html, sqlite.org/walformat.html section 2). Any
// thread. An owner is a connection's file handle.
#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace spanreel::store {

class SqliteLocks {
  public:
    using Owner = const void*;

    /// Rollback-journal locks: SQLITE_LOCK_SHARED to EXCLUSIVE. False: busy.
    bool lock(Owner owner, int level);
    void unlock(Owner owner, int level);
    bool is_reserved();

    /// The region, made zero when `extend` and absent; null when absent.
    void* map(Owner owner, std::size_t region, std::size_t size, bool extend);
    /// The index is forgotten with its last user.
    void unmap(Owner owner);
    /// Takes or releases `count` slots from `first`, all or none. False: busy.
    bool lock_slots(Owner owner, int first, int count, bool exclusive);
    void unlock_slots(Owner owner, int first, int count);

  private:
    static constexpr std::size_t kSlots = 8;  // SQLITE_SHM_NLOCK

    struct Slot {
        Owner exclusive = nullptr;
        std::set<Owner> shared;
    };

    std::mutex mutex_;
    std::set<Owner> shared_;
    Owner reserved_ = nullptr;
    Owner pending_ = nullptr;
    Owner exclusive_ = nullptr;

    std::set<Owner> mapped_;
    std::vector<std::unique_ptr<std::byte[]>> regions_;
    std::array<Slot, kSlots> slots_;
};

}  // namespace spanreel::store
