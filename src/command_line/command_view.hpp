// SPDX-License-Identifier: Apache-2.0
// A tree of CLI11's as completion, the manual and --help see it.
#pragma once
#include <CLI/App.hpp>
#include <CLI/Formatter.hpp>

#include <memory>
#include <string>
#include <vector>

namespace spanreel::command_line {

struct OptionView {
    std::vector<std::string> names;  ///< with dashes; of a positional its name alone
    std::string help;
    std::string type;                  ///< what it takes; empty for a flag
    std::vector<std::string> choices;  ///< the only values there are, if there is a list
    std::string default_text;
    std::string variable;  ///< of the environment
    bool positional = false;
    bool required = false;
    bool repeated = false;

    /// Whether it can be given by a name, which a positional can too.
    bool has_name() const { return names.front().starts_with('-'); }
};

struct CommandView {
    std::string path;  ///< "spanreel streams list"
    std::string help;
    std::vector<OptionView> options;
    std::vector<CommandView> commands;

    std::string name() const { return path.substr(path.rfind(' ') + 1); }
};

OptionView view_of(const CLI::Option& option);
/// The command and all below it, but those that are hidden.
CommandView view_of(const CLI::App& command, const std::string& parent_path);

/// --help that says of an option what it takes and what it is without it, and nothing of how CLI11 checks that.
std::shared_ptr<CLI::Formatter> formatter();

}  // namespace spanreel::command_line
