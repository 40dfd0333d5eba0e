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
/// read, and gives a Result<void>, or the exit status as a Result<int>. `T` is or begins with Arguments.
template <class T, class Declare, class Run>
void fill_action(CLI::App& action, int* status, Declare declare, Run run) {
    auto arguments = std::make_shared<T>();
    declare(action, *arguments);
    add_arguments(action, *arguments);
    action.callback([arguments, run = std::move(run), status] {
        const Result<Context> context = open_context(*arguments);
        const auto done = context ? run(*context, *arguments) : std::unexpected(context.error());
        if constexpr (std::is_void_v<typename decltype(done)::value_type>)
            *status = done ? 0 : report(done.error());
        else
            *status = done ? *done : report(done.error());
    });
}

/// An action of a noun.
template <class T, class Declare, class Run>
void add_action(const Command& noun, const std::string& name, const std::string& help, Declare declare, Run run) {
    fill_action<T>(*noun.app->add_subcommand(name, help), noun.status, std::move(declare), std::move(run));
}

/// A command that is an action itself, as `push`.
template <class T, class Declare, class Run>
void add_verb(CLI::App& app, std::string_view name, int& status, Declare declare, Run run) {
    fill_action<T>(*add_command(app, name, status).app->require_subcommand(0), &status, std::move(declare),
                   std::move(run));
}

void add_clips(CLI::App& app, int& status);
void add_export(CLI::App& app, int& status);
void add_import(CLI::App& app, int& status);
void add_push(CLI::App& app, int& status);
void add_recordings(CLI::App& app, int& status);
void add_sessions(CLI::App& app, int& status);
void add_streams(CLI::App& app, int& status);

}  // namespace spanreel::client
