// SPDX-License-Identifier: Apache-2.0
#include "sync_sites.hpp"

#include "machine.hpp"

namespace spanreel::crash {

namespace {

/// What this thread synced last: SQLite syncs a new journal's directory right after the journal.
thread_local Path last_synced;

bool is_journal(const std::string& path) { return path.ends_with("-wal") || path.ends_with("-journal"); }

}  // namespace

std::string_view to_string(SyncSite site) {
    switch (site) {
        case SyncSite::data_directory: return "the name of the data directory";
        case SyncSite::tape_directory: return "the name of the tape's folder";
        case SyncSite::tape_file: return "the name of a tape file";
        case SyncSite::tape_group: return "a group on the tape";
        case SyncSite::tape_recovered: return "a recovered tape file";
        case SyncSite::database_log: return "the database's log";
        case SyncSite::database_log_name: return "the name of the database's log";
        case SyncSite::database_file: return "the database file";
        case SyncSite::database_journal: return "the database's rollback journal";
        case SyncSite::unknown: break;
    }
    return "an unknown place";
}

SyncSite SyncSites::site_of(const SimulatedDisk::SyncCall& call) const {
    std::string path = call.path.string();
    if (call.directory) {
        if (call.path == kTapeDirectory) return SyncSite::tape_file;
        if (call.path == kRoot)
            return is_journal(last_synced.string()) ? SyncSite::database_log_name : SyncSite::tape_directory;
        if (kRoot.string().starts_with(path)) return SyncSite::data_directory;
        return SyncSite::unknown;
    }
    if (path.ends_with(".tape")) return recovering_ ? SyncSite::tape_recovered : SyncSite::tape_group;
    if (path.ends_with("-wal")) return SyncSite::database_log;
    if (path.ends_with("-journal")) return SyncSite::database_journal;
    return call.path == kDatabase ? SyncSite::database_file : SyncSite::unknown;
}

void SyncSites::recovering(bool on) {
    recovering_ = on;
    last_synced.clear();
}

void SyncSites::watch(SimulatedDisk& disk, std::optional<SyncSite> without) {
    disk.ignore_syncs([this, without](const SimulatedDisk::SyncCall& call) {
        SyncSite site = site_of(call);
        last_synced = call.path;
        ++counts_[static_cast<std::size_t>(site)];
        return site == without;
    });
}

}  // namespace spanreel::crash
