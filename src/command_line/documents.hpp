// SPDX-License-Identifier: Apache-2.0
// `spanreel completion SHELL` and `spanreel man`. Each of the two programs that make up the command line writes what it
// knows: first the one that is started, then the one it hands over to.
#pragma once
#include <CLI/App.hpp>

#include <functional>
#include <string>

#include "command_line/completion.hpp"
#include "command_line/manual.hpp"

namespace spanreel::command_line {

/// `script(shell)` and `page()` give what is printed.
void add_documents(CLI::App& app, std::function<std::string(Shell)> script, std::function<std::string()> page,
                   std::function<void(std::string)> print);

}  // namespace spanreel::command_line
