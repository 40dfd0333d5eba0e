// SPDX-License-Identifier: Apache-2.0
// The sub-commands of `spanreel`. Each adds itself to the parser; what it returns is the exit status
// (base/error.hpp, exit_status).
#pragma once
#include <CLI/App.hpp>

#include "base/error.hpp"

namespace spanreel::cli {

void add_serve(CLI::App& app, int& status);
void add_key(CLI::App& app, int& status);
void add_check(CLI::App& app, int& status);
void add_version(CLI::App& app);

/// The commands of `spanreel-client`, as far as --help shows them.
void add_client_commands(CLI::App& app);
/// `completion` and `man`; `argv` is the program's.
void add_documents(CLI::App& app, int& status, char** argv);
/// Becomes `spanreel-client`, which lies beside this program, with the same arguments. It comes back, with the exit
/// status, only when that cannot be started.
int run_client(char** argv);

/// Prints the message for a person; gives the exit status.
int report(const Error& error);

}  // namespace spanreel::cli
