// SPDX-License-Identifier: Apache-2.0
#include "command_line/documents.hpp"

#include <CLI/CLI.hpp>

namespace spanreel::command_line {

void add_documents(CLI::App& app, std::function<std::string(Shell)> script, std::function<std::string()> page,
                   std::function<void(std::string)> print) {
    CLI::App* completion = app.add_subcommand("completion", "Print what makes a shell complete these commands");
    auto word = std::make_shared<std::string>();
    completion->add_option("shell", *word, "bash, zsh or fish")
        ->required()
        ->type_name("SHELL")
        ->check(CLI::IsMember(std::vector<std::string>(kShells.begin(), kShells.end())));
    completion->callback([word, script = std::move(script), print] {
        print(script(static_cast<Shell>(std::ranges::find(kShells, *word) - kShells.begin())));
    });
    app.add_subcommand("man", "Print the manual page: spanreel man | man -l -")
        ->callback([page = std::move(page), print] { print(page()); });
}

}  // namespace spanreel::command_line
