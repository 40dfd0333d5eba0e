// SPDX-License-Identifier: Apache-2.0
// Standard output of both programs: whoever prints there learns when it cannot be written. One thread.
#pragma once
#include <CLI/App.hpp>

#include <string_view>

namespace spanreel::command_line {

/// Call it first. A file or socket that is opened later must not be taken for a standard file that was closed, and a
/// reader that left must not end the program in the middle of its work.
void keep_standard_files();

/// All of it, also where the file is a pipe or a terminal that does not block; 0, or the errno that ended it.
[[nodiscard]] int write_all(int file, std::string_view text);
/// To standard output, at once. A pipe whose reader left ends the program quietly, as SIGPIPE would; what else keeps it
/// from being written ends it with a message.
void print(std::string_view text);

/// What CLI11 has to say of a command line, --help among it; gives the exit status.
int end_of(const CLI::App& app, const CLI::ParseError& error);

}  // namespace spanreel::command_line
