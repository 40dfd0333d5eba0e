// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/commands.hpp"
#include "server/server.hpp"

namespace spanreel::cli {

namespace {

using server::ListenAddress;
using server::Settings;

/// `--http-listen` is also SPANREEL_HTTP_LISTEN and, in the file, http-listen.
std::string variable_of(std::string name) {
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return "SPANREEL_" + name;
}

CLI::Option* add_setting(CLI::App& command, const std::string& name, const std::string& help, std::string default_text,
                         const std::function<Result<void>(const std::string&)>& take) {
    return command
        .add_option_function<std::string>(
            "--" + name,
            [take](const std::string& text) {
                if (Result<void> taken = take(text); !taken) throw CLI::ValidationError(taken.error().message);
            },
            help)
        ->default_str(std::move(default_text))
        ->envname(variable_of(name));
}

void add_listen(CLI::App& command, const std::string& name, const std::string& help,
                std::optional<ListenAddress>& into) {
    add_setting(command, name, help + ": host:port, or off", to_string(*into),
                [&into](const std::string& text) -> Result<void> {
                    SPANREEL_TRY(into, server::parse_listen(text));
                    return {};
                });
}

Result<std::chrono::seconds> parse_seconds(const std::string& text, std::chrono::seconds most) {
    std::size_t used = 0;
    long value = -1;
    try {
        value = std::stol(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used == 0 || used != text.size() || value < 0 || value > most.count())
        return fail(Code::invalid, fmt::format("\"{}\" is not a number of seconds from 0 to {}", text, most.count()));
    return std::chrono::seconds(value);
}

Result<log::Level> parse_level(const std::string& text) {
    if (text == "debug") return log::Level::debug;
    if (text == "info") return log::Level::info;
    if (text == "warning") return log::Level::warning;
    if (text == "error") return log::Level::error;
    return fail(Code::invalid, fmt::format("\"{}\" is not a log level: debug, info, warning or error", text));
}

void add_settings(CLI::App& command, Settings& settings) {
    add_setting(command, "data-dir", "Directory that holds everything", settings.data_dir.string(),
                [&](const std::string& text) -> Result<void> {
                    settings.data_dir = text;
                    return {};
                });
    add_listen(command, "http-listen", "Both APIs, OTLP, playback and the console", settings.http_listen);
    add_listen(command, "otlp-http-listen", "OTLP over HTTP at its standard port", settings.otlp_http_listen);
    add_listen(command, "rtmp-listen", "RTMP publishers", settings.rtmp_listen);
    add_setting(command, "public-url", "How clients reach the HTTP port, put in front of URLs in answers",
                "as the request named the server", [&](const std::string& text) -> Result<void> {
                    settings.public_url = text;
                    while (settings.public_url.ends_with('/')) settings.public_url.pop_back();
                    return {};
                });
    add_setting(command, "reconnect-window",
                "Seconds in which a publisher that comes back continues its session, 0 to 1800",
                std::to_string(settings.reconnect_window.count()), [&](const std::string& text) -> Result<void> {
                    SPANREEL_TRY(settings.reconnect_window, parse_seconds(text, std::chrono::seconds(1800)));
                    return {};
                });
    add_setting(command, "log-level", "debug, info, warning or error", "info",
                [&](const std::string& text) -> Result<void> {
                    SPANREEL_TRY(settings.log_level, parse_level(text));
                    return {};
                });
}

int serve(const Settings& settings) {
    log::set_level(settings.log_level);
    auto running = server::Server::start(settings);
    if (!running) return report(running.error());
    (*running)->run();
    return 0;
}

}  // namespace

void add_serve(CLI::App& app, int& status) {
    CLI::App* command = app.add_subcommand("serve", "Run the server");
    auto settings = std::make_shared<Settings>();
    add_settings(*command, *settings);
    command->set_config("--config", "", "TOML file with the same names")->envname("SPANREEL_CONFIG");
    command->allow_config_extras(CLI::config_extras_mode::error);
    command->callback([settings, &status] { status = serve(*settings); });
}

}  // namespace spanreel::cli
