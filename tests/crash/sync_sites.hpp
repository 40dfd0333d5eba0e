// SPDX-License-Identifier: Apache-2.0
// Every place in the program that syncs something spans depend on, told apart by what is synced and when, so that a
// test can take out one. Follows the calls of one disk after another.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/simulated_disk.hpp"

namespace spanreel::crash {

enum class SyncSite : std::uint8_t {
    data_directory,     ///< the parent of a new data directory (make_lasting_directory)
    tape_directory,     ///< the data directory, for the name of the tape's folder
    tape_file,          ///< the tape's folder, for the name of a new tape file
    tape_group,         ///< a group of spans and operations
    tape_recovered,     ///< a tape file that a killed program left open
    database_log,       ///< SQLite's log: commits, and before a checkpoint
    database_log_name,  ///< the data directory, for the names of the log and of the database
    database_file,      ///< the database after a checkpoint
    database_journal,   ///< SQLite's rollback journal: only the change of a new database to a log is written with it
    unknown,
};
inline constexpr std::size_t kSyncSites = static_cast<std::size_t>(SyncSite::unknown) + 1;
std::string_view to_string(SyncSite site);

class SyncSites {
  public:
    /// Counts the syncs of `disk` and ignores those of `without`. Must outlive the disk's use.
    void watch(SimulatedDisk& disk, std::optional<SyncSite> without);
    /// Syncs of tape files are those of a recovery while this is on.
    void recovering(bool on);
    std::uint64_t count(SyncSite site) const { return counts_[static_cast<std::size_t>(site)]; }

  private:
    SyncSite site_of(const SimulatedDisk::SyncCall& call) const;

    std::atomic<bool> recovering_ = false;
    std::array<std::atomic<std::uint64_t>, kSyncSites> counts_{};
};

}  // namespace spanreel::crash
