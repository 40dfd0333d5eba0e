// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <memory>

#include "cli/commands.hpp"
#include "cli/settings_file.hpp"
#include "server/server.hpp"

namespace spanreel::cli {

namespace {

using server::ListenAddress;
using server::Settings;

/// A setting by its name in the settings file, which is the flag's.
struct Setting {
    CLI::Option* option = nullptr;
    std::function<Result<void>(const std::string&)> take;
};
using SettingTable = std::map<std::string, Setting>;

/// `--http-listen` is also SPANREEL_HTTP_LISTEN.
std::string variable_of(std::string name) {
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return "SPANREEL_" + name;
}

/// Adds the options of `serve` and remembers them for the file.
class SettingOptions {
  public:
    SettingOptions(CLI::App& command, SettingTable& table) : command_(command), table_(table) {}

    void add(const std::string& name, const std::string& help, std::string default_text,
             const std::function<Result<void>(const std::string&)>& take, const std::string& type = "TEXT") {
        CLI::Option* option = command_.add_option_function<std::string>(
            "--" + name,
            [take](const std::string& text) {
                if (Result<void> taken = take(text); !taken) throw CLI::ValidationError(taken.error().message);
            },
            help);
        option->type_name(type)->default_str(std::move(default_text))->envname(variable_of(name));
        table_[name] = {option, take};
    }

    void add_listen(const std::string& name, const std::string& help, std::optional<ListenAddress>& into) {
        add(name, help + ": host:port, or off", into ? to_string(*into) : "off",
            [&into](const std::string& text) -> Result<void> {
                SPANREEL_TRY(into, server::parse_listen(text));
                return {};
            });
    }

    template <class Number>
    void add_number(const std::string& name, const std::string& help, Number& into, server::Range range,
                    Result<std::uint64_t> (&parse)(std::string_view, server::Range), std::string default_text) {
        add(name, help, std::move(default_text), [&into, range, &parse](const std::string& text) -> Result<void> {
            SPANREEL_TRY(const std::uint64_t number, parse(text, range));
            into = static_cast<Number>(number);
            return {};
        });
    }
    template <class Number>
    void add_bytes(const std::string& name, const std::string& help, Number& into, server::Range range) {
        add_number(name, help, into, range, server::parse_bytes, server::bytes_text(into));
    }
    template <class Number>
    void add_count(const std::string& name, const std::string& help, Number& into, server::Range range) {
        add_number(name, help, into, range, server::parse_number, std::to_string(into));
    }

    void add_path(const std::string& name, const std::string& help, Path& into) {
        add(
            name, help, into.string(),
            [&into](const std::string& text) -> Result<void> {
                into = text;
                return {};
            },
            "FILE");
    }

  private:
    CLI::App& command_;
    SettingTable& table_;
};

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

void add_settings(SettingOptions options, Settings& settings) {
    options.add_path("data-dir", "Directory that holds everything", settings.data_dir);
    options.add_listen("http-listen", "Both APIs, OTLP, playback and the console", settings.http_listen);
    options.add_listen("https-listen", "The same over TLS", settings.https_listen);
    options.add_path("tls-certificate",
                     "PEM file with the certificate of https-listen and those that lead to its issuer",
                     settings.tls_certificate);
    options.add_path("tls-key", "PEM file with its private key", settings.tls_key);
    options.add_listen("otlp-http-listen", "OTLP over HTTP at its standard port", settings.otlp_http_listen);
    options.add_listen("otlp-grpc-listen", "OTLP over gRPC at its standard port", settings.otlp_grpc_listen);
    options.add_listen("rtmp-listen", "RTMP publishers", settings.rtmp_listen);
    options.add("public-url", "How clients reach the HTTP port, put in front of URLs in answers",
                "as the request named the server", [&](const std::string& text) -> Result<void> {
                    SPANREEL_TRY(settings.public_url, server::parse_public_url(text));
                    return {};
                });
    options.add("reconnect-window", "Seconds in which a publisher that comes back continues its session, 0 to 1800",
                std::to_string(settings.reconnect_window.count()), [&](const std::string& text) -> Result<void> {
                    SPANREEL_TRY(settings.reconnect_window, parse_seconds(text, std::chrono::seconds(1800)));
                    return {};
                });
    options.add_bytes("ingest-memory",
                      "Memory for all that arrives and is not in the index yet (docs/limits.md), 16MiB to 1TiB",
                      settings.ingest_memory, {16u << 20, 1ull << 40});
    options.add_bytes("ingest-rate-bytes", "Bytes of spans a second that each key may send; 0: any number",
                      settings.ingest_rates.bytes, {});
    options.add_count("ingest-rate-spans", "Spans a second that each key may send; 0: any number",
                      settings.ingest_rates.spans, {});
    options.add_bytes("otlp-max-body", "An OTLP request, decompressed, 1KiB to 1GiB", settings.otlp_max_body,
                      {1u << 10, 1u << 30});
    options.add_count("otlp-max-spans", "Spans of an OTLP request, 1 to 1000000", settings.otlp_limits.spans,
                      {1, 1'000'000});
    options.add_bytes("otlp-max-value", "An attribute's value; what is longer is cut, 64 to 64MiB",
                      settings.otlp_limits.attribute_bytes, {64, 64u << 20});
    options.add_count("otlp-max-attributes", "Attributes of a span; more are left out, 1 to 65536",
                      settings.otlp_limits.attributes, {1, 65'536});
    options.add_count("otlp-max-nesting", "Arrays and maps in each other; deeper ones are left out, 1 to 64",
                      settings.otlp_limits.nesting, {1, 64});
    options.add_bytes("json-max-body", "A JSON request to the sessions and traces APIs, 1KiB to 64MiB",
                      settings.json_max_body, {1u << 10, 64u << 20});
    options.add(
        "price-file", "JSON file with prices of models of your own (docs/prices.md)", "none",
        [&](const std::string& text) -> Result<void> {
            settings.price_file = text;
            return {};
        },
        "FILE");
    options.add(
        "jwt-secret-file", "File with the secret that signs the users' tokens of /api", "no tokens are taken",
        [&](const std::string& text) -> Result<void> {
            settings.jwt_secret_file = text;
            return {};
        },
        "FILE");
    options.add("jwt-audience", "What these tokens name as their aud", "none",
                [&](const std::string& text) -> Result<void> {
                    settings.jwt_audience = text;
                    return {};
                });
    options.add("jwt-allowed-origins", "Origins of web pages that may send these tokens, between commas; * for any",
                "none", [&](const std::string& text) -> Result<void> {
                    SPANREEL_TRY(settings.jwt_allowed_origins, server::parse_origins(text));
                    return {};
                });
    options.add("log-level", "debug, info, warning or error", "info", [&](const std::string& text) -> Result<void> {
        SPANREEL_TRY(settings.log_level, parse_level(text));
        return {};
    });
}

/// A flag and a variable go before the file.
Result<void> take_file(const std::string& path, const SettingTable& table) {
    SPANREEL_TRY(auto file, read_settings_file(path));
    for (const FileSetting& setting : file) {
        auto known = table.find(setting.name);
        if (known == table.end())
            return fail(Code::invalid, fmt::format("settings file {}: there is no setting \"{}\"; "
                                                   "`spanreel serve --help` lists them",
                                                   path, setting.name));
        if (known->second.option->count() > 0) continue;
        if (Result<void> taken = known->second.take(setting.value); !taken)
            return fail(taken.error().code,
                        fmt::format("settings file {}: {}: {}", path, setting.name, taken.error().message));
    }
    return {};
}

Result<void> check_settings(const Settings& settings) {
    if (!settings.http_listen && !settings.https_listen && !settings.otlp_http_listen && !settings.otlp_grpc_listen &&
        !settings.rtmp_listen)
        return fail(Code::invalid, "every listener is off, so nothing could be recorded");
    if (settings.https_listen && settings.tls_certificate.empty())
        return fail(Code::invalid, "https-listen needs tls-certificate, a PEM file");
    if (settings.https_listen && settings.tls_key.empty())
        return fail(Code::invalid, "https-listen needs tls-key, the PEM file with the certificate's private key");
    return {};
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
    struct Arguments {
        Settings settings;
        SettingTable table;
        std::string file;
    };
    CLI::App* command = app.add_subcommand("serve", "Run the server");
    auto arguments = std::make_shared<Arguments>();
    add_settings({*command, arguments->table}, arguments->settings);
    command->add_option("--config", arguments->file, "TOML file with the same names; flags and variables go before it")
        ->type_name("FILE")
        ->envname("SPANREEL_CONFIG");
    command->callback([arguments, &status] {
        Result<void> ready{};
        if (!arguments->file.empty()) ready = take_file(arguments->file, arguments->table);
        if (ready) ready = check_settings(arguments->settings);
        status = ready ? serve(arguments->settings) : report(ready.error());
    });
}

}  // namespace spanreel::cli
