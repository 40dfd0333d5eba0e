// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/commands.hpp"
#include "client/command_names.hpp"

namespace spanreel::cli {

void add_client_commands(CLI::App& app) {
    for (const client::CommandName& command : client::kCommands)
        app.add_subcommand(std::string(command.name), std::string(command.help));
}

int run_client(char** argv) {
    std::error_code unreadable;
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe", unreadable).replace_filename("spanreel-client");
    ::execv(program.c_str(), argv);
    return report({Code::unavailable,
                   fmt::format("`{}` needs the program {}, which cannot be started: {}. It is built and installed "
                               "together with spanreel; put it there again",
                               argv[1], program.string(), std::strerror(errno))});
}

}  // namespace spanreel::cli
