// SPDX-License-Identifier: Apache-2.0
// The one way to the disk. Everything that must survive a crash is written through FileSystem, so that tests can put
// a simulated disk in its place which drops, reorders and tears what was not synced (base/simulated_disk.hpp).
// A path is relative to nothing: callers pass whole paths. Offsets and sizes are bytes.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spanreel {

using Path = std::filesystem::path;

/// An open file. Reads and writes at different offsets may run on several threads at once.
class File {
  public:
    virtual ~File() = default;

    /// Fewer bytes than asked for only at the end of the file.
    virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) = 0;
    /// All bytes or an error; after an error the range may hold any mixture of old and new.
    virtual Result<void> write_at(std::uint64_t offset, ByteView bytes) = 0;
    virtual Result<std::uint64_t> size() = 0;
    virtual Result<void> truncate(std::uint64_t size) = 0;
    /// Reserves disk blocks up to `size` (fallocate), so that later writes there cannot meet a full disk.
    virtual Result<void> allocate(std::uint64_t size) = 0;
    /// fdatasync: on return what was written survives power loss. A failure is final: never call it again.
    virtual Result<void> sync() = 0;
};

enum class OpenMode {
    read,        ///< must exist
    read_write,  ///< must exist
    create,      ///< read and write; made when absent
    create_new,  ///< read and write; `conflict` when it exists
};

class FileSystem {
  public:
    virtual ~FileSystem() = default;

    virtual Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) = 0;
    virtual Result<void> rename(const Path& from, const Path& to) = 0;
    virtual Result<void> remove(const Path& path) = 0;
    /// Also its parents; no error when it is there.
    virtual Result<void> create_directories(const Path& path) = 0;
    /// File and directory names, sorted.
    virtual Result<std::vector<std::string>> list(const Path& directory) = 0;
    virtual bool exists(const Path& path) = 0;
    /// Makes creations, renames and removals in the directory survive power loss. `forbidden` when this user may not
    /// list it.
    virtual Result<void> sync_directory(const Path& directory) = 0;
};

/// The operating system's files.
FileSystem& posix_file_system();

/// The whole file, at most `limit` bytes (`too_large` above).
Result<std::string> read_file(FileSystem& files, const Path& path, std::uint64_t limit);
/// The directory and those above it that were missing, so that they survive power loss from the start. One that was
/// there may lie in a directory which this user may enter and not list.
Result<void> make_lasting_directory(FileSystem& files, const Path& path);
/// Writes beside the target, syncs, renames over it and syncs the directory: readers see the old or the new content.
Result<void> replace_file(FileSystem& files, const Path& path, ByteView bytes);

}  // namespace spanreel
