// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace spanreel {

namespace {

constexpr mode_t kFileMode = 0600;  // keys and conversations: the owner alone

class PosixFile final : public File {
  public:
    PosixFile(int descriptor, Path path) : descriptor_(descriptor), path_(std::move(path)) {}
    ~PosixFile() override { ::close(descriptor_); }
    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            ssize_t count = ::pread(descriptor_, into.data() + done, into.size() - done, position(offset + done));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return fail_errno(errno, "reading " + path_.string());
            if (count == 0) break;
            done += static_cast<std::size_t>(count);
        }
        return done;
    }

    Result<void> write_at(std::uint64_t offset, ByteView bytes) override {
        std::size_t done = 0;
        while (done < bytes.size()) {
            ssize_t count = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, position(offset + done));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return fail_errno(errno, "writing " + path_.string());
            done += static_cast<std::size_t>(count);
        }
        return {};
    }

    Result<std::uint64_t> size() override {
        struct stat info{};
        if (::fstat(descriptor_, &info) != 0) return fail_errno(errno, "size of " + path_.string());
        return static_cast<std::uint64_t>(info.st_size);
    }

    Result<void> truncate(std::uint64_t size) override {
        if (::ftruncate(descriptor_, position(size)) != 0) return fail_errno(errno, "truncating " + path_.string());
        return {};
    }

    Result<void> allocate(std::uint64_t size) override {
        int error = ::posix_fallocate(descriptor_, 0, position(size));
        if (error != 0) return fail_errno(error, "reserving space for " + path_.string());
        return {};
    }

    Result<void> sync() override {
        if (::fdatasync(descriptor_) != 0) return fail_errno(errno, "syncing " + path_.string());
        return {};
    }

  private:
    static off_t position(std::uint64_t offset) { return static_cast<off_t>(offset); }

    int descriptor_;
    Path path_;
};

int flags_of(OpenMode mode) {
    switch (mode) {
        case OpenMode::read: return O_RDONLY;
        case OpenMode::read_write: return O_RDWR;
        case OpenMode::create: return O_RDWR | O_CREAT;
        case OpenMode::create_new: break;
    }
    return O_RDWR | O_CREAT | O_EXCL;
}

class PosixFileSystem final : public FileSystem {
  public:
    Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) override {
        int descriptor = ::open(path.c_str(), flags_of(mode) | O_CLOEXEC, kFileMode);
        if (descriptor < 0 && errno == EEXIST) return fail(Code::conflict, path.string() + " exists already");
        if (descriptor < 0) return fail_errno(errno, "opening " + path.string());
        return std::make_unique<PosixFile>(descriptor, path);
    }

    Result<void> rename(const Path& from, const Path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) return fail_errno(errno, "renaming " + from.string());
        return {};
    }

    Result<void> remove(const Path& path) override {
        if (::remove(path.c_str()) != 0) return fail_errno(errno, "removing " + path.string());
        return {};
    }

    Result<void> create_directories(const Path& path) override {
        std::error_code error;
        std::filesystem::create_directories(path, error);
        if (error) return fail_errno(error.value(), "making directory " + path.string());
        return {};
    }

    Result<std::vector<std::string>> list(const Path& directory) override {
        std::error_code error;
        std::vector<std::string> names;
        std::filesystem::directory_iterator it(directory, error);
        for (; !error && it != std::filesystem::directory_iterator(); it.increment(error))
            names.push_back(it->path().filename().string());
        if (error) return fail_errno(error.value(), "listing " + directory.string());
        std::ranges::sort(names);
        return names;
    }

    bool exists(const Path& path) override { return ::access(path.c_str(), F_OK) == 0; }

    Result<void> sync_directory(const Path& directory) override {
        int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0 && errno == EACCES)
            return fail(Code::forbidden, fmt::format("this user may not list {}", directory.string()));
        if (descriptor < 0) return fail_errno(errno, "opening directory " + directory.string());
        int error = ::fsync(descriptor) == 0 ? 0 : errno;
        ::close(descriptor);
        if (error != 0) return fail_errno(error, "syncing directory " + directory.string());
        return {};
    }
};

}  // namespace

FileSystem& posix_file_system() {
    static PosixFileSystem instance;
    return instance;
}

Result<std::string> read_file(FileSystem& files, const Path& path, std::uint64_t limit) {
    SPANREEL_TRY(auto file, files.open(path, OpenMode::read));
    SPANREEL_TRY(std::uint64_t size, file->size());
    if (size > limit) return fail(Code::too_large, fmt::format("{} is larger than {} bytes", path.string(), limit));
    std::string out(size, '\0');
    SPANREEL_TRY(std::size_t count, file->read_at(0, {reinterpret_cast<std::uint8_t*>(out.data()), out.size()}));
    out.resize(count);
    return out;
}

Result<void> make_lasting_directory(FileSystem& files, const Path& path) {
    if (path.filename().empty() && path.has_relative_path()) return make_lasting_directory(files, path.parent_path());
    Path parent = path.parent_path();
    if (!parent.empty() && !files.exists(parent)) SPANREEL_CHECK(make_lasting_directory(files, parent));
    bool existed = files.exists(path);
    SPANREEL_CHECK(files.create_directories(path));
    // Also when it was there: who made it may have been killed before its sync.
    Result<void> synced = files.sync_directory(parent.empty() ? "." : parent);
    if (synced || synced.error().code != Code::forbidden) return synced;
    if (existed) return {};  // made by somebody with other rights, and not by a start that was killed
    return fail(Code::forbidden,
                fmt::format("making {} safe against power loss needs the right to read (list) {}: {}; give that right, "
                            "or run it again now that the directory is there",
                            path.string(), parent.empty() ? "." : parent.string(), synced.error().message));
}

Result<void> replace_file(FileSystem& files, const Path& path, ByteView bytes) {
    Path temporary = path;
    temporary += ".tmp";
    {
        SPANREEL_TRY(auto file, files.open(temporary, OpenMode::create));
        SPANREEL_CHECK(file->truncate(0));
        SPANREEL_CHECK(file->write_at(0, bytes));
        SPANREEL_CHECK(file->sync());
    }
    SPANREEL_CHECK(files.rename(temporary, path));
    return files.sync_directory(path.parent_path());
}

}  // namespace spanreel
