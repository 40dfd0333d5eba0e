// SPDX-License-Identifier: Apache-2.0
// The manual page spanreel(1), in the macros of man(7), made from the commands themselves; a beginning, commands and an
// end, as completion.hpp has them.
#pragma once
#include <string>
#include <string_view>

#include "command_line/command_view.hpp"

namespace spanreel::command_line {

std::string manual_begin(std::string_view version);
/// A command and those below it.
std::string manual_commands(const CommandView& command);
std::string manual_end();

}  // namespace spanreel::command_line
