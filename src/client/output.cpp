// SPDX-License-Identifier: Apache-2.0
#include "client/output.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "client/terminal_text.hpp"

namespace spanreel::client {

namespace {

[[noreturn]] void end_for_unwritable(int error_number) {
    if (error_number == EPIPE) {
        // main() ignores it for the sake of sockets; here it is how a program in a pipe ends.
        std::signal(SIGPIPE, SIG_DFL);
        std::raise(SIGPIPE);
    }
    std::_Exit(report(fail_errno(error_number, "standard output").error()));
}

}  // namespace

void print(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) end_for_unwritable(errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void remark(std::string_view text) {
    const std::string line = printable_lines(text) + "\n";
    std::fputs(line.c_str(), stderr);
}

int report(const Error& error) {
    remark("spanreel: " + error.message);
    return exit_status(error.code);
}

std::optional<Screen> screen() {
    constexpr Screen kUnknown{.width = 80, .height = 24};
    if (!::isatty(STDOUT_FILENO)) return std::nullopt;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUnknown;
    return Screen{.width = size.ws_col, .height = size.ws_row == 0 ? kUnknown.height : size.ws_row};
}

void Output::one(const std::vector<Heading>& headings, const Record& record) const {
    print(json_ ? record.json + "\n" : details(headings, record.texts));
}

Result<bool> confirmed(std::string_view question) {
    if (!::isatty(STDIN_FILENO) || !::isatty(STDERR_FILENO))
        return fail(Code::invalid, "there is no terminal to ask on: say --yes to delete without being asked");
    std::fputs((printable(question) + " [y/N] ").c_str(), stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace spanreel::client
