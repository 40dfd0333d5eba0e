// SPDX-License-Identifier: Apache-2.0
#include "command_line/standard_output.hpp"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <expected>
#include <iostream>
#include <sstream>

#include "base/error.hpp"

namespace spanreel::command_line {

namespace {

/// Bytes that were taken, or an errno.
std::expected<std::size_t, int> write_some(int file, std::string_view text) {
    for (;;) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written >= 0) return static_cast<std::size_t>(written);
        if (errno != EINTR && errno != EAGAIN) return std::unexpected(errno);
        pollfd room{.fd = file, .events = POLLOUT, .revents = 0};
        if (errno == EAGAIN && ::poll(&room, 1, -1) < 0 && errno != EINTR) return std::unexpected(errno);
    }
}

}  // namespace

void keep_standard_files() {
    // The wrong way round: where there was no file, using it fails as it should.
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(file, F_GETFD) < 0) ::open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    std::signal(SIGPIPE, SIG_IGN);
}

int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const auto written = write_some(file, text);
        if (!written) return written.error();
        text.remove_prefix(*written);
    }
    return 0;
}

void print(std::string_view text) {
    const int error = write_all(STDOUT_FILENO, text);
    if (error == 0) return;
    if (error == EPIPE) {
        std::signal(SIGPIPE, SIG_DFL);
        std::raise(SIGPIPE);
    }
    const Error failure = fail_errno(error, "standard output").error();
    std::cerr << "spanreel: " << failure.message << std::endl;
    std::_Exit(exit_status(failure.code));
}

int end_of(const CLI::App& app, const CLI::ParseError& error) {
    std::ostringstream asked_for;
    const bool was_asked_for = app.exit(error, asked_for, std::cerr) == 0;
    print(asked_for.str());
    return was_asked_for ? 0 : exit_status(Code::invalid);
}

}  // namespace spanreel::command_line
