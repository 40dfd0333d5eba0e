// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <memory>

#include "access/scopes.hpp"
#include "cli/commands.hpp"
#include "command_line/standard_output.hpp"
#include "command_line/terminal_text.hpp"
#include "server/data_directory.hpp"

namespace spanreel::cli {

namespace {

struct KeyArguments {
    std::string data_dir = "data";
    std::string workspace = "default";
    std::string project;
    std::string name;
    std::string id;
    std::vector<std::string> scopes;
    std::vector<std::string> allowed_origins;
    bool full_access = false;
    std::string expires;
    bool quiet = false;
};

Result<access::KeySpec> spec_of(const KeyArguments& arguments) {
    access::KeySpec spec{.name = arguments.name,
                         .project = arguments.project,
                         .cors = {.allowed_origins = arguments.allowed_origins, .full_access = arguments.full_access}};
    if (!arguments.scopes.empty()) {
        SPANREEL_TRY(spec.scopes, access::scopes_from(arguments.scopes));
    }
    if (!arguments.expires.empty()) {
        const Result<Time> end = from_day_or_time(arguments.expires);
        if (!end) return fail(Code::invalid, "--expires " + end.error().message);
        spec.expires_at = std::chrono::floor<Millis>(*end);
    }
    return spec;
}

/// Of a key that exists, which is not so in a directory without data: most often the name is mistyped.
Result<std::unique_ptr<server::DataDirectory>> open_existing(const Path& data_dir) {
    if (!server::DataDirectory::exists(data_dir))
        return fail(Code::not_found,
                    fmt::format("{} holds no Spanreel data. Name the directory of the server with --data-dir or "
                                "SPANREEL_DATA_DIR",
                                std::filesystem::absolute(data_dir).string()));
    return server::DataDirectory::open(data_dir, server::Ownership::shared);
}

/// A key that nobody has seen is of no use, and nobody would think of revoking it.
Result<void> show(server::DataDirectory& data, const access::NewKey& made, const std::string& text) {
    const int error = command_line::write_all(STDOUT_FILENO, text);
    if (error == 0) return {};
    const Error unwritten = fail_errno(error, "standard output").error();
    const Result<void> revoked = data.keys().revoke(made.key.workspace, made.key.id);
    const std::string fate =
        revoked ? fmt::format("Key {} could not be shown and is revoked", made.key.id)
                : fmt::format("Key {} could not be shown and is valid still: revoke it. That failed here: {}",
                              made.key.id, revoked.error().message);
    return fail(unwritten.code, fmt::format("{}. {}", unwritten.message, fate));
}

Result<void> create(const KeyArguments& arguments) {
    SPANREEL_TRY(access::KeySpec spec, spec_of(arguments));
    bool existed = server::DataDirectory::exists(arguments.data_dir);
    SPANREEL_TRY(auto data, server::DataDirectory::open(arguments.data_dir, server::Ownership::shared));
    if (!existed)
        fmt::print(stderr, "Made a new data directory, as there was no Spanreel data: {}\n", data->root().string());
    SPANREEL_TRY(Workspace workspace, data->keys().open_workspace(arguments.workspace));
    SPANREEL_TRY(access::NewKey made, data->keys().create_key(workspace.id, std::move(spec)));
    return show(*data, made,
                arguments.quiet ? made.secret + "\n"
                                : fmt::format("Key {} of workspace {}. It is shown only now:\n\n  {}\n", made.key.id,
                                              workspace.name, made.secret));
}

/// The workspace by name; unlike creating a key, looking at keys makes none.
Result<Workspace> find_workspace(server::DataDirectory& data, const std::string& name) {
    auto found = data.meta().workspace_by_name(name);
    if (found || found.error().code != Code::not_found) return found;
    return fail(Code::not_found, fmt::format("there is no workspace \"{}\"", name));
}

std::string_view state_of(const ApiKey& key) {
    if (key.revoked_at) return "revoked";
    return key.expires_at && *key.expires_at <= now() ? "expired" : "valid";
}

Result<void> list(const KeyArguments& arguments) {
    SPANREEL_TRY(auto data, open_existing(arguments.data_dir));
    SPANREEL_TRY(Workspace workspace, find_workspace(*data, arguments.workspace));
    SPANREEL_TRY(auto keys, data->keys().list(workspace.id));
    constexpr std::string_view kLine = "{:<26}  {:<24}  {:<8}  {:<24}  {:<20}  {}\n";
    std::string table = fmt::format(kLine, "id", "created", "state", "scopes", "project", "name");
    for (const ApiKey& key : keys) {
        const std::string scopes = fmt::format("{}", fmt::join(access::words_of(key.scopes), ","));
        table += fmt::format(kLine, key.id, to_iso_millis(key.created_at), state_of(key), scopes,
                             key.project.empty() ? "-" : command_line::printable(key.project),
                             command_line::printable(key.name));
    }
    command_line::print(table);
    return {};
}

Result<void> revoke(const KeyArguments& arguments) {
    SPANREEL_TRY(auto data, open_existing(arguments.data_dir));
    SPANREEL_TRY(Workspace workspace, find_workspace(*data, arguments.workspace));
    SPANREEL_CHECK(data->keys().revoke(workspace.id, arguments.id));
    if (!arguments.quiet) command_line::print(fmt::format("Key {} is revoked.\n", arguments.id));
    return {};
}

using Action = Result<void> (*)(const KeyArguments&);

struct KeyAction {
    CLI::App* command;
    std::shared_ptr<KeyArguments> arguments;  ///< its own, as CLI11 reads the variables of all commands, used or not
};

KeyAction add_action(CLI::App& key, int& status, const std::string& name, const std::string& help, Action action) {
    CLI::App* command = key.add_subcommand(name, help);
    auto arguments = std::make_shared<KeyArguments>();
    command->add_option("--data-dir", arguments->data_dir, "Directory that holds everything")
        ->type_name("DIRECTORY")
        ->capture_default_str()
        ->envname("SPANREEL_DATA_DIR");
    command->add_option("--workspace", arguments->workspace, "Name of the workspace")->capture_default_str();
    command->callback([arguments, action, &status] {
        if (Result<void> done = action(*arguments); !done) status = report(done.error());
    });
    return {command, arguments};
}

}  // namespace

void add_key(CLI::App& app, int& status) {
    CLI::App* key = app.add_subcommand("key", "API keys; also while a server runs on the directory");
    key->require_subcommand(1);
    const auto [creating, arguments] = add_action(*key, status, "create", "Make a key (and its workspace)", create);
    creating->add_option("--name", arguments->name, "What the key is for")->required();
    creating->add_option("--project", arguments->project, "Bind the key to one project");
    creating->add_option("--scopes", arguments->scopes, "What it is for: read,write,ingest,admin (all but admin)")
        ->delimiter(',');
    creating->add_option("--allowed-origin", arguments->allowed_origins, "Web pages that may use it; may be repeated");
    creating->add_flag("--full-access", arguments->full_access, "Let web pages do all that its scopes allow");
    creating->add_option("--expires", arguments->expires, "When it ends: 2027-01-31 or 2027-01-31T08:30:00Z");
    creating->add_flag("--quiet", arguments->quiet, "Print nothing but the key");
    add_action(*key, status, "list", "Show the keys of a workspace", list);
    const auto [revoking, revoked] = add_action(*key, status, "revoke", "End a key at once", revoke);
    revoking->add_option("id,--id", revoked->id, "Id of the key, as `key list` shows it")->required();
    revoking->add_flag("--quiet", revoked->quiet, "Print nothing");
}

}  // namespace spanreel::cli
