// SPDX-License-Identifier: Apache-2.0
// Lets SQLite work on a spanreel::FileSystem, so that tests can put a SimulatedDisk under a database; production uses
// SQLite's own unix VFS, which this one follows in when it syncs files and directories. Locks and the WAL index live
// in this process alone. (sqlite.org/vfs.html)
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/files.hpp"
#include "store/embedded/sqlite_locks.hpp"

struct sqlite3_vfs;

namespace spanreel::store {

class SqliteVfs {
  public:
    /// Registers itself under `name`. Both it and `files` outlive every connection that uses it.
    SqliteVfs(FileSystem& files, std::string name);
    ~SqliteVfs();
    SqliteVfs(const SqliteVfs&) = delete;
    SqliteVfs& operator=(const SqliteVfs&) = delete;

    FileSystem& files() { return files_; }
    std::shared_ptr<SqliteLocks> locks_of(const std::string& path);
    std::string temporary_name();

  private:
    FileSystem& files_;
    const std::string name_;
    std::unique_ptr<sqlite3_vfs> vfs_;

    std::mutex mutex_;
    std::map<std::string, std::weak_ptr<SqliteLocks>> locks_;
    std::uint64_t temporary_files_ = 0;
};

}  // namespace spanreel::store
