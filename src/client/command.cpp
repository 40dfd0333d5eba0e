// SPDX-License-Identifier: Apache-2.0
#include "client/command.hpp"

#include "client/command_names.hpp"

namespace spanreel::client {

Result<Context> open_context(const Arguments& arguments) {
    SPANREEL_TRY(Connection connection, Connection::open(arguments.connection));
    return Context{.connection = std::move(connection), .output = Output(arguments.json)};
}

Command add_command(CLI::App& app, std::string_view name, int& status) {
    const auto known = std::ranges::find(kCommands, name, &CommandName::name);
    CLI::App* command = app.add_subcommand(std::string(name), std::string(known->help));
    command->require_subcommand(1);
    return {.app = command, .status = &status};
}

void add_arguments(CLI::App& action, Arguments& arguments) {
    // "$ID" that was never set: the path of an API without its id is that of another call, a list without it has all.
    for (CLI::Option* option : action.get_options())
        if (option->get_type_name() == "ID")
            option->check([](const std::string& id) { return id.empty() ? "an id is empty" : std::string(); });
    action.add_flag("--json", arguments.json, "Print each object as a line of JSON, as the API has it");
    add_connection_options(action, arguments.connection);
}

}  // namespace spanreel::client
