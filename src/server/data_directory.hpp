// SPDX-License-Identifier: Apache-2.0
// The one directory that holds everything. A server owns it by a lock; the command line's key commands only share the
// database with it.
#pragma once
#include <memory>

#include "access/key_ring.hpp"
#include "base/files.hpp"
#include "store/embedded/database.hpp"
#include "store/embedded/embedded_meta_store.hpp"

namespace spanreel::server {

enum class Ownership {
    shared,     ///< beside a running server
    exclusive,  ///< `conflict` while another process owns it
};

class DataDirectory {
  public:
    /// Whether there is Spanreel data.
    static bool exists(const Path& root);
    /// Makes the directory when it is absent.
    static Result<std::unique_ptr<DataDirectory>> open(const Path& root, Ownership ownership);
    ~DataDirectory();
    DataDirectory(const DataDirectory&) = delete;
    DataDirectory& operator=(const DataDirectory&) = delete;

    const Path& root() const { return root_; }
    Path tape_directory() const { return root_ / "spans"; }
    Path media_directory() const { return root_ / "media"; }
    store::Database& database() { return *database_; }
    store::EmbeddedMetaStore& meta() { return *meta_; }
    access::KeyRing& keys() { return *keys_; }

  private:
    explicit DataDirectory(Path root) : root_(std::move(root)) {}
    Result<void> lock();

    Path root_;
    int lock_ = -1;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::EmbeddedMetaStore> meta_;
    std::unique_ptr<access::KeyRing> keys_;
};

}  // namespace spanreel::server
