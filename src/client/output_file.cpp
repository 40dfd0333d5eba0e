// SPDX-License-Identifier: Apache-2.0
#include "client/output_file.hpp"

#include <climits>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

#include "command_line/standard_output.hpp"

namespace spanreel::client {

namespace {

constexpr int kMostLinks = 40;  // as many as Linux follows
constexpr mode_t kPermissions = 0777;

std::optional<struct stat> status_of(const std::filesystem::path& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return status;
}

/// Also where a link leads to what is not there yet.
std::filesystem::path behind_links(std::filesystem::path path) {
    std::error_code none;
    for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(path, none); ++links)
        path = path.parent_path() / std::filesystem::read_symlink(path, none);
    return path;
}

/// What the umask leaves, which cannot be asked for without being set.
mode_t mode_of_new_files() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

/// The file that a signal must not leave behind.
char left_behind[PATH_MAX];

extern "C" void remove_and_end(int signal) {
    ::unlink(left_behind);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void remove_on_signals(const std::string& path) {
    left_behind[path.copy(left_behind, sizeof(left_behind) - 1)] = '\0';
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        if (std::signal(signal, path.empty() ? SIG_DFL : remove_and_end) == SIG_IGN) std::signal(signal, SIG_IGN);
}

}  // namespace

Result<OutputFile> OutputFile::create_beside(const std::filesystem::path& target, mode_t mode) {
    std::string partial = target.string() + ".XXXXXX";
    const int file = ::mkostemp(partial.data(), O_CLOEXEC);
    if (file < 0) return fail_errno(errno, target.string());
    remove_on_signals(partial);
    OutputFile made(file, target, std::move(partial));
    if (::fchmod(file, mode) != 0) return fail_errno(errno, made.partial_);
    return made;
}

Result<OutputFile> OutputFile::create(const std::string& name) {
    const std::optional<struct stat> there = status_of(name);
    if (!there && errno != ENOENT) return fail_errno(errno, name);
    if (!there) return create_beside(behind_links(name), mode_of_new_files());
    if (S_ISREG(there->st_mode)) return create_beside(behind_links(name), there->st_mode & kPermissions);
    const int file = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0) return fail_errno(errno, name);
    return OutputFile(file, name, "");
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), target_(std::move(other.target_)), partial_(std::move(other.partial_)) {}

OutputFile::~OutputFile() {
    if (file_ < 0) return;
    ::close(file_);
    if (partial_.empty()) return;
    ::unlink(partial_.c_str());
    remove_on_signals("");
}

Result<void> OutputFile::write(std::string_view piece) {
    if (const int error = command_line::write_all(file_, piece); error != 0) return fail_errno(error, target_.string());
    return {};
}

Result<void> OutputFile::finish() {
    if (!partial_.empty()) {
        if (::fsync(file_) != 0) return fail_errno(errno, target_.string());
        if (::rename(partial_.c_str(), target_.c_str()) != 0) return fail_errno(errno, target_.string());
        remove_on_signals("");
        partial_.clear();
    }
    if (::close(std::exchange(file_, -1)) != 0) return fail_errno(errno, target_.string());
    return {};
}

bool is_standard_output(const std::string& name) {
    struct stat standard{};
    if (::fstat(STDOUT_FILENO, &standard) != 0) return false;
    const std::optional<struct stat> named = status_of(name);
    return named && named->st_dev == standard.st_dev && named->st_ino == standard.st_ino;
}

}  // namespace spanreel::client
