// SPDX-License-Identifier: Apache-2.0
// `spanreel-client` serves the commands that talk to a server, for `spanreel`, which starts it under its own name. It
// is a program of its own because it links libcurl and, behind it, some forty libraries that no server needs.
#include <CLI/CLI.hpp>

#include <exception>

#include "client/command.hpp"
#include "client/command_names.hpp"
#include "client/output.hpp"
#include "command_line/documents.hpp"
#include "command_line/standard_output.hpp"

namespace {

using namespace spanreel;

/// The second part of what `spanreel` begins.
void add_documents(CLI::App& app) {
    command_line::add_documents(
        app,
        [&app](command_line::Shell shell) {
            std::string rows;
            for (const command_line::CommandView& command : command_line::view_of(app, "").commands)
                if (client::is_command(command.name())) rows += completion_rows(shell, command);
            return rows + completion_end(shell);
        },
        [&app] {
            std::string commands;
            for (const command_line::CommandView& command : command_line::view_of(app, "").commands)
                if (client::is_command(command.name())) commands += manual_commands(command);
            return commands + command_line::manual_end();
        },
        client::print);
}

}  // namespace

int main(int argc, char** argv) {
    namespace client = spanreel::client;
    spanreel::command_line::keep_standard_files();
    CLI::App app("The part of spanreel that talks to a server.", "spanreel");
    app.formatter(spanreel::command_line::formatter());
    app.require_subcommand(1);
    int status = 0;
    client::add_sessions(app, status);
    client::add_streams(app, status);
    client::add_recordings(app, status);
    client::add_clips(app, status);
    client::add_push(app, status);
    client::add_import(app, status);
    client::add_export(app, status);
    add_documents(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return spanreel::command_line::end_of(app, error);
    } catch (const std::exception& error) {
        return client::report({spanreel::Code::internal, error.what()});
    }
    return status;
}
