// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cli/commands.hpp"
#include "command_line/standard_output.hpp"

namespace spanreel::cli {

int report(const Error& error) {
    std::fprintf(stderr, "spanreel: %s\n", error.message.c_str());
    return exit_status(error.code);
}

void add_version(CLI::App& app) {
    app.add_subcommand("version", "Print the version")->callback([] {
        command_line::print("spanreel " SPANREEL_VERSION "\n");
    });
}

}  // namespace spanreel::cli
