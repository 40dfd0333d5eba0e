// SPDX-License-Identifier: Apache-2.0
// MediaStore in a folder of the data directory: <root>/<directory>/<file>.
#pragma once
#include "base/files.hpp"
#include "store/media_store.hpp"

namespace spanreel::store {

class EmbeddedMediaStore final : public MediaStore {
  public:
    /// Makes the root when it is absent; the file system outlives the store.
    static Result<std::unique_ptr<EmbeddedMediaStore>> open(FileSystem& files, Path root);

    Result<void> create_directory(std::string_view directory) override;
    Result<std::vector<std::string>> list_directories() override;
    Result<void> remove_directory(std::string_view directory) override;
    Result<std::unique_ptr<MediaFile>> append_to(std::string_view directory, std::string_view name) override;
    Result<void> write(std::string_view directory, std::string_view name, ByteView bytes) override;
    Result<void> remove(std::string_view directory, std::string_view name) override;
    Result<std::vector<std::string>> list(std::string_view directory) override;
    Result<std::uint64_t> size(std::string_view directory, std::string_view name) override;
    Result<std::string> read(std::string_view directory, std::string_view name, std::uint64_t offset,
                             std::size_t length) override;
    Result<std::string> read_all(std::string_view directory, std::string_view name, std::uint64_t limit) override;
    Result<void> copy(std::string_view directory, std::string_view name, std::uint64_t offset, std::uint64_t length,
                      MediaFile& to) override;

  private:
    EmbeddedMediaStore(FileSystem& files, Path root) : files_(files), root_(std::move(root)) {}
    Result<Path> path_of(std::string_view directory) const;
    Result<Path> path_of(std::string_view directory, std::string_view name) const;

    FileSystem& files_;
    const Path root_;
};

}  // namespace spanreel::store
