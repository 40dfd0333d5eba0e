// SPDX-License-Identifier: Apache-2.0
#include "command_line/command_view.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace spanreel::command_line {

namespace {

class Formatter : public CLI::Formatter {
  public:
    std::string make_option_opts(const CLI::Option* option) const override {
        const OptionView view = view_of(*option);
        std::string out;
        if (!view.choices.empty())
            out = fmt::format(" {}", fmt::join(view.choices, "|"));
        else if (!view.type.empty())
            out = " " + view.type;
        return view.repeated ? out + " ..." : out;
    }
    std::string make_option_desc(const CLI::Option* option) const override {
        const OptionView view = view_of(*option);
        std::vector<std::string> notes;
        if (view.required && !view.positional) notes.emplace_back("required");
        if (!view.default_text.empty()) notes.push_back("default: " + view.default_text);
        if (!view.variable.empty()) notes.push_back(view.variable);
        return notes.empty() ? view.help : fmt::format("{} ({})", view.help, fmt::join(notes, "; "));
    }
};

/// CLI11 says `TYPE:{a,b}` where values are held to a list.
std::vector<std::string> choices_in(const std::string& type) {
    const std::size_t open = type.find(":{");
    if (open == std::string::npos || !type.ends_with('}')) return {};
    return CLI::detail::split(type.substr(open + 2, type.size() - open - 3), ',');
}

}  // namespace

OptionView view_of(const CLI::Option& option) {
    OptionView view{.help = option.get_description(),
                    .default_text = option.get_default_str(),
                    .variable = option.get_envname(),
                    .positional = option.get_positional(),
                    .required = option.get_required()};
    for (const std::string& name : option.get_lnames()) view.names.push_back("--" + name);
    for (const std::string& name : option.get_snames()) view.names.push_back("-" + name);
    if (view.names.empty()) view.names.push_back(option.get_name());
    if (option.get_items_expected_max() == 0) return view;
    const std::string type = option.get_type_name();
    view.type = type.substr(0, type.find(':'));
    view.choices = choices_in(type);
    view.repeated = option.get_items_expected_max() > 1 && option.get_positional();
    return view;
}

CommandView view_of(const CLI::App& command, const std::string& parent_path) {
    CommandView view{.path = parent_path.empty() ? command.get_name() : parent_path + " " + command.get_name(),
                     .help = command.get_description()};
    for (const CLI::Option* option : command.get_options()) view.options.push_back(view_of(*option));
    for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
        if (!below->get_group().empty()) view.commands.push_back(view_of(*below, view.path));
    return view;
}

std::shared_ptr<CLI::Formatter> formatter() { return std::make_shared<Formatter>(); }

}  // namespace spanreel::command_line
