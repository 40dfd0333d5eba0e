// SPDX-License-Identifier: Apache-2.0
// What shells need to complete a command line, made from the commands themselves. A script is a beginning, rows for any
// number of commands, and an end, so that two programs can write one together.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "command_line/command_view.hpp"

namespace spanreel::command_line {

enum class Shell { bash, zsh, fish };
constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};  // in the order of the enumerators

std::string completion_begin(Shell shell);
/// Of one command and its options, without those below it.
std::string completion_row(Shell shell, const CommandView& command);
std::string completion_rows(Shell shell, const CommandView& command);
std::string completion_end(Shell shell);

}  // namespace spanreel::command_line
