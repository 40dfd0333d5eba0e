// SPDX-License-Identifier: Apache-2.0
// Where media bytes live: directories (one per stream session or clip) of named files that are appended to, sealed
// and then never changed. What the files hold is the business of media/. Methods block; any thread, but one thread at
// a time per MediaFile. Offsets and sizes are bytes.
//
// After power loss a directory that was created is there; of a file, what sync() or seal() covered; anything else may
// be gone, partly there or garbage. After a crash of the process alone everything appended is there.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spanreel::store {

/// A file being written, always at its end.
class MediaFile {
  public:
    virtual ~MediaFile() = default;

    /// After an error the end may hold part of the bytes: truncate to a known size or give the file up.
    virtual Result<void> append(ByteView bytes) = 0;
    virtual Result<void> truncate(std::uint64_t size) = 0;
    virtual std::uint64_t size() const = 0;
    /// On return what was appended, and the file's name, survives power loss. A failure is final.
    virtual Result<void> sync() = 0;
    /// Syncs and gives the file its final name, over any file that has it. Nothing more may be appended.
    virtual Result<void> seal(std::string_view name) = 0;
};

class MediaStore {
  public:
    virtual ~MediaStore() = default;

    /// Names of directories and files are letters, digits, '-', '_' and '.', and do not begin with '.'; another name is
    /// `not_found` (they come from URLs).

    /// No error when it exists.
    virtual Result<void> create_directory(std::string_view directory) = 0;
    virtual Result<std::vector<std::string>> list_directories() = 0;
    /// With its files. No error when it is absent.
    virtual Result<void> remove_directory(std::string_view directory) = 0;

    /// Opens for appending; made when absent.
    virtual Result<std::unique_ptr<MediaFile>> append_to(std::string_view directory, std::string_view name) = 0;
    /// A whole file at once: after a crash it has the old content or the new.
    virtual Result<void> write(std::string_view directory, std::string_view name, ByteView bytes) = 0;
    /// No error when it is absent.
    virtual Result<void> remove(std::string_view directory, std::string_view name) = 0;
    /// Sorted; empty for a directory that is absent.
    virtual Result<std::vector<std::string>> list(std::string_view directory) = 0;

    virtual Result<std::uint64_t> size(std::string_view directory, std::string_view name) = 0;
    /// Fewer bytes than asked for only at the end of the file.
    virtual Result<std::string> read(std::string_view directory, std::string_view name, std::uint64_t offset,
                                     std::size_t length) = 0;
    /// `too_large` above the limit.
    virtual Result<std::string> read_all(std::string_view directory, std::string_view name, std::uint64_t limit) = 0;
    /// Appends a range of a file to another; `corrupt` when the range is not all there.
    virtual Result<void> copy(std::string_view directory, std::string_view name, std::uint64_t offset,
                              std::uint64_t length, MediaFile& to) = 0;
};

}  // namespace spanreel::store
