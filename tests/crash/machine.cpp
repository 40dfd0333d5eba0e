// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

#include "sync_sites.hpp"

namespace spanreel::crash {

namespace {

std::string next_name() {
    static int count = 0;
    return fmt::format("crash-machine-{}", ++count);
}

Result<std::unique_ptr<store::Database>> open_database(const Path& path, const std::string& vfs) {
    SPANREEL_TRY(auto database, store::Database::open(path, {.vfs = vfs}));
    SPANREEL_CHECK(database->write([](store::Connection& connection) -> Result<void> {
        connection.execute("PRAGMA wal_autocheckpoint = 20");
        return {};
    }));
    return database;
}

}  // namespace

DerivedIndex::DerivedIndex() : name(next_name()), vfs(disk, name) {}

Machine::Machine(SimulatedDisk& disk, SyncSites* sites, std::size_t slice_rows)
    : disk_(disk), sites_(sites), slice_rows_(slice_rows), name_(next_name()), vfs_(disk, name_) {}

store::TapeOptions Machine::tape_options() { return {.file_size = 12'288, .allocate_step = 4096, .reserve = 1024}; }

trace::RecorderLimits Machine::recorder_limits() {
    // Saves depend on what was done, not on the clock. More may wait than a disk that is full still takes: beyond, only
    // a save by the clock lets spans in again.
    return {.save_interval = std::chrono::hours(1), .save_spans = 12, .unsaved_spans = 600};
}

Result<void> Machine::start_database() {
    SPANREEL_CHECK(make_lasting_directory(disk_, kRoot));
    SPANREEL_TRY(database_, open_database(kDatabase, name_));
    meta_ = std::make_unique<store::EmbeddedMetaStore>(*database_);
    return {};
}

Result<void> Machine::start() {
    SPANREEL_CHECK(start_database());
    if (sites_) sites_->recovering(true);
    auto spans = store::EmbeddedSpanStore::open(disk_, kTapeDirectory, *database_, tape_options(), slice_rows_);
    if (sites_) sites_->recovering(false);
    if (!spans) return fail(std::move(spans));
    spans_ = std::move(*spans);
    SPANREEL_TRY(recorder_, trace::Recorder::start(*spans_, recorder_limits()));
    return {};
}

Result<std::unique_ptr<DerivedIndex>> Machine::derive_index() {
    auto derived = std::make_unique<DerivedIndex>();
    SPANREEL_TRY(derived->database, open_database("/derived.db", derived->name));
    SPANREEL_TRY(derived->spans,
                 store::EmbeddedSpanStore::open(disk_, kTapeDirectory, *derived->database, tape_options()));
    SPANREEL_TRY(auto recorder, trace::Recorder::start(*derived->spans, recorder_limits()));
    return derived;
}

}  // namespace spanreel::crash
