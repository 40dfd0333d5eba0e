// SPDX-License-Identifier: Apache-2.0
// A disk in memory that loses power on request: tests put it in the place of posix_file_system(). It must outlive the
// files opened on it; all methods may be called by any thread.
//
// What crash() leaves, after the promises of POSIX and no more than those:
// - What File::sync covered is there. A write or truncate after it is kept, lost, or a write is torn: each of its
//   512-byte sectors is new, old, zero or garbage on its own. Later writes may last while earlier ones are lost, but
//   no sector goes back behind a kept later write. Bytes outside the range written are never damaged.
// - Creations, renames and removals last when the directory they happened in was synced. Others are lost as if the
//   last ones in time never happened (what a journal does) or in any combination; a rename is never half done.
// - Syncing a file does not make its name last, nor does syncing a directory make the directory's own name last.
// - What a failed sync should have covered stays unsafe for ever: a second sync reports success and changes nothing.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "base/files.hpp"

namespace spanreel {

enum class DiskOperation : std::uint8_t {
    open,
    read,
    write,
    truncate,
    allocate,
    sync,
    rename,
    remove,
    create_directories,
    list,
    sync_directory,
};

class SimulatedDisk final : public FileSystem {
  public:
    SimulatedDisk();
    ~SimulatedDisk() override;

    Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) override;
    Result<void> rename(const Path& from, const Path& to) override;
    Result<void> remove(const Path& path) override;
    Result<void> create_directories(const Path& path) override;
    Result<std::vector<std::string>> list(const Path& directory) override;
    bool exists(const Path& path) override;
    Result<void> sync_directory(const Path& directory) override;

    /// The disk as the next start finds it if power fails now. This one and its files go on undisturbed. One seed
    /// and one history give one outcome.
    std::unique_ptr<SimulatedDisk> crash(std::uint64_t seed) const;
    /// From now on `count` operations work (reads not counted); then all fail, until crash() makes a new disk.
    void power_off_after(std::uint64_t count);
    /// After the power was off, as if only the program had been killed: operations work again, nothing was lost, and
    /// nothing became safe.
    void resume();
    /// Operations so far, reads not counted.
    std::uint64_t operation_count() const;

    /// After `skip` more calls of this kind, one fails with the error number (EIO, ENOSPC ...). A write that fails
    /// may have changed any part of its range.
    void fail_next(DiskOperation operation, std::uint64_t skip, int error_number);
    /// Files together may hold (or reserve) this many bytes; more is ENOSPC.
    void set_capacity(std::uint64_t bytes);
    /// What they hold or reserve now.
    std::uint64_t used() const;

    struct SyncCall {
        std::uint64_t index = 0;  ///< 0 for the first sync of the disk, files and directories together
        Path path;
        bool directory = false;
    };
    /// Syncs for which this is true report success and do nothing: shows that a test notices a missing sync.
    void ignore_syncs(std::function<bool(const SyncCall&)> ignored);
    std::uint64_t sync_count() const;

    struct State;

  private:
    explicit SimulatedDisk(std::unique_ptr<State> state);

    mutable std::mutex mutex_;
    std::unique_ptr<State> state_;
};

}  // namespace spanreel
