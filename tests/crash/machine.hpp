// SPDX-License-Identifier: Apache-2.0
// What a server keeps running on its data directory, on a simulated disk: database, span store and recorder, opened in
// the server's order. Limits are so small that a few spans fill tape files, and the index is saved and its log
// checkpointed every few groups. Used by one thread; destroying it is a clean stop.
#pragma once
#include <memory>
#include <string>

#include "base/simulated_disk.hpp"
#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/embedded_span_store.hpp"
#include "store/embedded/sqlite_vfs.hpp"
#include "trace/recorder.hpp"

namespace spanreel::crash {

inline const Path kRoot = "/srv/spanreel";
inline const Path kTapeDirectory = kRoot / "spans";
inline const Path kDatabase = kRoot / "spanreel.db";

/// Most saves take several transactions.
inline constexpr std::size_t kSliceRows = 3;

class SyncSites;

/// An index made from a machine's tape alone, on a disk of its own.
struct DerivedIndex {
    DerivedIndex();
    SimulatedDisk disk;
    std::string name;
    store::SqliteVfs vfs;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::EmbeddedSpanStore> spans;
};

class Machine {
  public:
    /// `sites` is told when the tape is being recovered. `slice_rows`: of one transaction of an index save.
    explicit Machine(SimulatedDisk& disk, SyncSites* sites = nullptr, std::size_t slice_rows = kSliceRows);
    /// What `spanreel serve` does before it listens.
    Result<void> start();
    /// What `spanreel key create` does: only meta() is there.
    Result<void> start_database();

    store::EmbeddedMetaStore& meta() { return *meta_; }
    store::EmbeddedSpanStore& spans() { return *spans_; }
    trace::Recorder& recorder() { return *recorder_; }
    store::Database& database() { return *database_; }

    Result<std::unique_ptr<DerivedIndex>> derive_index();

    static store::TapeOptions tape_options();
    static trace::RecorderLimits recorder_limits();

  private:
    SimulatedDisk& disk_;
    SyncSites* sites_;
    std::size_t slice_rows_;
    std::string name_;
    store::SqliteVfs vfs_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::EmbeddedMetaStore> meta_;
    std::unique_ptr<store::EmbeddedSpanStore> spans_;
    std::unique_ptr<trace::Recorder> recorder_;
};

}  // namespace spanreel::crash
