// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

#include "cli/commands.hpp"
#include "client/command_names.hpp"
#include "command_line/command_view.hpp"
#include "command_line/standard_output.hpp"

int main(int argc, char** argv) {
    spanreel::command_line::keep_standard_files();
    CLI::App app("Spanreel records sessions: traces of AI agents and live video on one time line.", "spanreel");
    app.formatter(spanreel::command_line::formatter());
    app.require_subcommand(1);
    app.set_version_flag("--version", "spanreel " SPANREEL_VERSION);
    if (argc > 1 && spanreel::client::is_command(argv[1])) return spanreel::cli::run_client(argv);
    int status = 0;
    spanreel::cli::add_serve(app, status);
    spanreel::cli::add_key(app, status);
    spanreel::cli::add_check(app, status);
    spanreel::cli::add_version(app);
    spanreel::cli::add_client_commands(app);
    spanreel::cli::add_documents(app, status, argv);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return spanreel::command_line::end_of(app, error);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "spanreel: %s\n", error.what());
        return 1;
    }
    return status;
}
