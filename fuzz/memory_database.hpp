// SPDX-License-Identifier: Apache-2.0
// The database of a target: on a disk in memory, for as long as the program runs.
#pragma once
#include "base/simulated_disk.hpp"
#include "store/embedded/database.hpp"
#include "store/embedded/sqlite_vfs.hpp"

namespace spanreel {

inline SimulatedDisk& memory_disk() {
    static auto* disk = new SimulatedDisk;
    return *disk;
}

/// Never closed: what uses it may live as long as it likes.
inline store::Database& memory_database() {
    static auto* vfs = new store::SqliteVfs(memory_disk(), "memory");
    static auto* database = [] {
        (void)vfs;
        return store::Database::open("/spanreel.db", {.vfs = "memory"}).value().release();
    }();
    return *database;
}

}  // namespace spanreel
