// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>

#include "cli/commands.hpp"
#include "command_line/standard_output.hpp"
#include "server/check.hpp"

namespace spanreel::cli {

namespace {

int check(const std::string& data_dir) {
    auto found = server::check_data_directory(data_dir);
    if (!found) return report(found.error());
    for (const std::string& problem : found->problems) command_line::print(problem + "\n");
    command_line::print(fmt::format("{} spans, {} traces, {} sessions; {} problems\n", found->spans, found->traces,
                                    found->sessions, found->problems.size()));
    return found->problems.empty() ? 0 : exit_status(Code::corrupt);
}

}  // namespace

void add_check(CLI::App& app, int& status) {
    CLI::App* command = app.add_subcommand(
        "check",
        "Verify a data directory no server runs on. Like a start of the server it first recovers what a crash "
        "left: it closes tape files, replays the tape and saves the index; then it compares the index with the tape");
    auto data_dir = std::make_shared<std::string>("data");
    command->add_option("--data-dir", *data_dir, "Directory that holds everything")
        ->type_name("DIRECTORY")
        ->capture_default_str()
        ->envname("SPANREEL_DATA_DIR");
    command->callback([data_dir, &status] { status = check(*data_dir); });
}

}  // namespace spanreel::cli
