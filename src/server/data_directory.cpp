// SPDX-License-Identifier: Apache-2.0
#include "server/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace spanreel::server {

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const Path& root, Ownership ownership) {
    std::error_code error;
    Path absolute = std::filesystem::absolute(root, error);
    std::unique_ptr<DataDirectory> directory(new DataDirectory(absolute.lexically_normal()));
    SPANREEL_CHECK(make_lasting_directory(posix_file_system(), directory->root_));
    if (ownership == Ownership::exclusive) SPANREEL_CHECK(directory->lock());
    SPANREEL_TRY(directory->database_, store::Database::open(directory->root_ / "spanreel.db"));
    directory->meta_ = std::make_unique<store::EmbeddedMetaStore>(*directory->database_);
    directory->keys_ = std::make_unique<access::KeyRing>(*directory->meta_);
    return directory;
}

bool DataDirectory::exists(const Path& root) { return posix_file_system().exists(root / "spanreel.db"); }

DataDirectory::~DataDirectory() {
    keys_.reset();
    meta_.reset();
    database_.reset();
    if (lock_ >= 0) ::close(lock_);
}

Result<void> DataDirectory::lock() {
    Path path = root_ / "lock";
    lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0) return fail_errno(errno, "opening " + path.string());
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno != EWOULDBLOCK) return fail_errno(errno, "locking " + path.string());
    return fail(Code::conflict, fmt::format("another server is running on {}", root_.string()));
}

}  // namespace spanreel::server
