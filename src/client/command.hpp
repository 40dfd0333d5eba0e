// SPDX-License-Identifier: Apache-2.0
// How commands are put together: a noun such as `streams` has actions such as `list`. Each action has arguments of its
// own, which begin with what all of them take.
#pragma once
#include <CLI/App.hpp>

#include <memory>
#include <string>
#include <string_view>

#include "client/connection.hpp"
#include "client/output.hpp"

namespace spanreel::client {

struct Arguments {
    ConnectionOptions connection;
    bool json = false;
};

/// What an action works with.
struct Context {
    Connection connection;
    Output output;
};
Result<Context> open_context(const Arguments& arguments);

/// A command of kCommands, with the help from there.
struct Command {
    CLI::App* app;
    int* status;  ///< of the program
};
Command add_command(CLI::App& app, std::string_view name, int& status);

void add_arguments(CLI::App& action, Arguments& arguments);

/// `declare(action, arguments)` adds the action's own options; `run(context, arguments)` does the work once all are
/// read, and gives a Result<void>. `T` is or begins with Arguments.
template <class T, class Declare, class Run>
void add_action(const Command& noun, const std::string& name, const std::string& help, Declare declare, Run run) {
    CLI::App* action = noun.app->add_subcommand(name, help);
    auto arguments = std::make_shared<T>();
    declare(*action, *arguments);
    add_arguments(*action, *arguments);
    action->callback([arguments, run = std::move(run), status = noun.status] {
        const Result<Context> context = open_context(*arguments);
        const Result<void> done = context ? run(*context, *arguments) : std::unexpected(context.error());
        *status = done ? 0 : report(done.error());
    });
}

void add_clips(CLI::App& app, int& status);
void add_recordings(CLI::App& app, int& status);
void add_sessions(CLI::App& app, int& status);
void add_streams(CLI::App& app, int& status);

}  // namespace spanreel::client
