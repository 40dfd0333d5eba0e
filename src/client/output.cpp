// SPDX-License-Identifier: Apache-2.0
#include "client/output.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "command_line/terminal_text.hpp"

namespace spanreel::client {

void remark(std::string_view text) {
    // Where messages cannot be written there is nobody to tell.
    (void)command_line::write_all(STDERR_FILENO, command_line::printable_lines(text) + "\n");
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
    std::fputs((command_line::printable(question) + " [y/N] ").c_str(), stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace spanreel::client
