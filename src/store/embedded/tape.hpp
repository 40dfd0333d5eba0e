// SPDX-License-Identifier: Apache-2.0
// The append-only span tape: numbered files in one directory, written by one thread, read by any.
// Opening it repairs what a crash left: a torn tail is cut off, the file is closed, and the next append begins a new
// one. docs/format-tape.md describes the bytes.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "store/embedded/tape_format.hpp"

namespace spanreel::store {

struct TapeScan;

struct TapeOptions {
    std::uint64_t file_size = 256ull << 20;     ///< a new file begins when this would be passed
    std::uint64_t allocate_step = 16ull << 20;  ///< disk space is reserved in such steps
    std::uint64_t reserve = 1ull << 20;         ///< reserved space that only operations may use: deletes on a full disk
    std::uint32_t node = 0;
    std::uint32_t epoch = 1;
};

class Tape {
  public:
    static Result<std::unique_ptr<Tape>> open(FileSystem& files, Path directory, TapeOptions options);
    ~Tape();
    Tape(const Tape&) = delete;
    Tape& operator=(const Tape&) = delete;

    /// See SpanStore::append.
    Result<Appended> append(const std::vector<Entry>& entries, Time at);
    Result<std::string> read(const FrameRef& where);
    Result<void> replay(Lsn after, const std::function<Result<void>(const StoredEntry&)>& visit);
    /// Positions up to `lsn` are taken, whether or not the tape still has them.
    void advance_to(Lsn lsn);
    Lsn last_lsn() const { return next_lsn_ - 1; }
    std::vector<std::string> damage() const;
    Result<void> healthy() const;
    /// Ends the current file with its footer. The next append begins a new one.
    void close();

  private:
    struct Current;
    Tape(FileSystem& files, Path directory, TapeOptions options);

    Path path_of(std::uint32_t number) const;
    TapeHeader header_of(std::uint32_t number, Lsn first_lsn) const;
    Result<void> recover(std::uint32_t number);
    Result<void> set_aside(std::uint32_t number, std::unique_ptr<File> file, const TapeScan& scan);
    Result<void> make_room(std::uint64_t size, bool operations_only);
    Result<std::unique_ptr<Current>> begin_file();
    Result<void> fail_for_good(Error error);
    void note_damage(std::uint32_t number, const std::vector<std::string>& found);
    Result<std::shared_ptr<File>> file_of(std::uint32_t number);

    FileSystem& files_;
    Path directory_;
    TapeOptions options_;
    Lsn next_lsn_ = 1;
    std::uint32_t next_number_ = 1;
    std::unique_ptr<Current> current_;
    std::map<std::uint32_t, Lsn> last_lsn_of_;  ///< of closed files

    std::atomic<bool> failed_ = false;
    mutable std::mutex mutex_;  ///< guards what readers share: failure_, damage_, open_files_
    std::string failure_;
    std::vector<std::string> damage_;
    std::map<std::uint32_t, std::shared_ptr<File>> open_files_;
};

}  // namespace spanreel::store
