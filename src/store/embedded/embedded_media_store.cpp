// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/embedded_media_store.hpp"

#include <algorithm>

namespace spanreel::store {

namespace {

constexpr std::size_t kMaxNameBytes = 128;
constexpr std::size_t kCopyBytes = 1 << 20;  // held in memory at once

bool is_name(std::string_view name) {
    auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.';
    };
    return !name.empty() && name.size() <= kMaxNameBytes && name.front() != '.' && std::ranges::all_of(name, allowed);
}

Result<void> absent_is_fine(Result<void> result) {
    if (!result && result.error().code == Code::not_found) return {};
    return result;
}

class EmbeddedMediaFile final : public MediaFile {
  public:
    EmbeddedMediaFile(FileSystem& files, Path path, std::unique_ptr<File> file, std::uint64_t size)
        : files_(files), path_(std::move(path)), file_(std::move(file)), size_(size) {}

    Result<void> append(ByteView bytes) override {
        SPANREEL_CHECK(file_->write_at(size_, bytes));
        size_ += bytes.size();
        return {};
    }

    Result<void> truncate(std::uint64_t size) override {
        SPANREEL_CHECK(file_->truncate(size));
        size_ = size;
        return {};
    }

    std::uint64_t size() const override { return size_; }

    Result<void> sync() override {
        SPANREEL_CHECK(file_->sync());
        if (name_is_safe_) return {};
        SPANREEL_CHECK(files_.sync_directory(path_.parent_path()));
        name_is_safe_ = true;
        return {};
    }

    Result<void> seal(std::string_view name) override {
        if (!is_name(name)) return fail(Code::invalid, fmt::format("\"{}\" is not a media file's name", name));
        // Content before name: after power loss the final name never stands for half a file.
        SPANREEL_CHECK(file_->sync());
        Path sealed = path_.parent_path() / name;
        SPANREEL_CHECK(files_.rename(path_, sealed));
        path_ = std::move(sealed);
        return files_.sync_directory(path_.parent_path());
    }

  private:
    FileSystem& files_;
    Path path_;
    std::unique_ptr<File> file_;
    std::uint64_t size_;
    bool name_is_safe_ = false;  // also an existing file's may not be: its maker may have crashed before the sync
};

}  // namespace

Result<std::unique_ptr<EmbeddedMediaStore>> EmbeddedMediaStore::open(FileSystem& files, Path root) {
    SPANREEL_CHECK(files.create_directories(root));
    SPANREEL_CHECK(files.sync_directory(root.parent_path()));
    return std::unique_ptr<EmbeddedMediaStore>(new EmbeddedMediaStore(files, std::move(root)));
}

Result<Path> EmbeddedMediaStore::path_of(std::string_view directory) const {
    if (!is_name(directory)) return fail(Code::not_found, "no such media directory");
    return root_ / directory;
}

Result<Path> EmbeddedMediaStore::path_of(std::string_view directory, std::string_view name) const {
    if (!is_name(name)) return fail(Code::not_found, "no such media file");
    SPANREEL_TRY(Path path, path_of(directory));
    return path / name;
}

Result<void> EmbeddedMediaStore::create_directory(std::string_view directory) {
    SPANREEL_TRY(Path path, path_of(directory));
    SPANREEL_CHECK(files_.create_directories(path));
    return files_.sync_directory(root_);
}

Result<std::vector<std::string>> EmbeddedMediaStore::list_directories() { return files_.list(root_); }

Result<void> EmbeddedMediaStore::remove_directory(std::string_view directory) {
    SPANREEL_TRY(Path path, path_of(directory));
    SPANREEL_TRY(std::vector<std::string> names, list(directory));
    for (const std::string& name : names) SPANREEL_CHECK(absent_is_fine(files_.remove(path / name)));
    SPANREEL_CHECK(absent_is_fine(files_.remove(path)));
    return files_.sync_directory(root_);
}

Result<std::unique_ptr<MediaFile>> EmbeddedMediaStore::append_to(std::string_view directory, std::string_view name) {
    SPANREEL_TRY(Path path, path_of(directory, name));
    SPANREEL_TRY(std::unique_ptr<File> file, files_.open(path, OpenMode::create));
    SPANREEL_TRY(std::uint64_t size, file->size());
    return std::make_unique<EmbeddedMediaFile>(files_, std::move(path), std::move(file), size);
}

Result<void> EmbeddedMediaStore::write(std::string_view directory, std::string_view name, ByteView bytes) {
    SPANREEL_TRY(Path path, path_of(directory, name));
    return replace_file(files_, path, bytes);
}

Result<void> EmbeddedMediaStore::remove(std::string_view directory, std::string_view name) {
    SPANREEL_TRY(Path path, path_of(directory, name));
    return absent_is_fine(files_.remove(path));
}

Result<std::vector<std::string>> EmbeddedMediaStore::list(std::string_view directory) {
    SPANREEL_TRY(Path path, path_of(directory));
    auto names = files_.list(path);
    if (!names && names.error().code == Code::not_found) return std::vector<std::string>{};
    return names;
}

Result<std::uint64_t> EmbeddedMediaStore::size(std::string_view directory, std::string_view name) {
    SPANREEL_TRY(Path path, path_of(directory, name));
    SPANREEL_TRY(std::unique_ptr<File> file, files_.open(path, OpenMode::read));
    return file->size();
}

Result<std::string> EmbeddedMediaStore::read(std::string_view directory, std::string_view name, std::uint64_t offset,
                                             std::size_t length) {
    SPANREEL_TRY(Path path, path_of(directory, name));
    SPANREEL_TRY(std::unique_ptr<File> file, files_.open(path, OpenMode::read));
    std::string bytes(length, '\0');
    SPANREEL_TRY(std::size_t count,
                 file->read_at(offset, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}));
    bytes.resize(count);
    return bytes;
}

Result<std::string> EmbeddedMediaStore::read_all(std::string_view directory, std::string_view name,
                                                 std::uint64_t limit) {
    SPANREEL_TRY(Path path, path_of(directory, name));
    return read_file(files_, path, limit);
}

Result<void> EmbeddedMediaStore::copy(std::string_view directory, std::string_view name, std::uint64_t offset,
                                      std::uint64_t length, MediaFile& to) {
    SPANREEL_TRY(Path path, path_of(directory, name));
    SPANREEL_TRY(std::unique_ptr<File> file, files_.open(path, OpenMode::read));
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(length, kCopyBytes)), '\0');
    while (length > 0) {
        std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, bytes.size()));
        SPANREEL_TRY(std::size_t count, file->read_at(offset, {reinterpret_cast<std::uint8_t*>(bytes.data()), wanted}));
        if (count < wanted)
            return fail(Code::corrupt, fmt::format("{} ends at byte {}", path.string(), offset + count));
        SPANREEL_CHECK(to.append(as_bytes(bytes).first(count)));
        offset += count;
        length -= count;
    }
    return {};
}

}  // namespace spanreel::store
