// SPDX-License-Identifier: Apache-2.0
#include "command_line/documents.hpp"

#include "cli/commands.hpp"
#include "client/command_names.hpp"
#include "command_line/standard_output.hpp"

namespace spanreel::cli {

using command_line::CommandView;

namespace {

/// The commands that this program serves itself.
std::vector<CommandView> own_commands(const CommandView& program) {
    std::vector<CommandView> own;
    for (const CommandView& command : program.commands)
        if (!client::is_command(command.name())) own.push_back(command);
    return own;
}

std::string script(const CLI::App& app, command_line::Shell shell) {
    const CommandView program = command_line::view_of(app, "");
    std::string out = completion_begin(shell) + completion_row(shell, program);
    for (const CommandView& command : own_commands(program)) out += completion_rows(shell, command);
    return out;
}

std::string page(const CLI::App& app) {
    std::string out = command_line::manual_begin(SPANREEL_VERSION);
    for (const CommandView& command : own_commands(command_line::view_of(app, ""))) out += manual_commands(command);
    return out;
}

}  // namespace

void add_documents(CLI::App& app, int& status, char** argv) {
    command_line::add_documents(
        app, [&app](command_line::Shell shell) { return script(app, shell); }, [&app] { return page(app); },
        [&status, argv](const std::string& text) {
            command_line::print(text);
            status = run_client(argv);
        });
}

}  // namespace spanreel::cli
