// SPDX-License-Identifier: Apache-2.0
#include "client/connection.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace spanreel::client {

namespace {

constexpr std::string_view kDefaultServer = "http://127.0.0.1:8080";
constexpr std::string_view kLivepeerPath = "/api";
constexpr double kLongestTimeout = 3600;  // seconds
constexpr std::size_t kMostKeyBytes = 4096;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

struct Key {
    std::string text;
    std::string source;
};

/// What is in a wrong file or variable should not be sent.
Result<Key> key_from(std::string text, std::string source) {
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    const auto is_visible = [](char c) { return c > ' ' && c < 0x7f; };
    if (text.empty() || text.size() > kMostKeyBytes || !std::ranges::all_of(text, is_visible))
        return fail(Code::invalid, fmt::format("{}: holds no key, which is one word on one line", source));
    return Key{.text = std::move(text), .source = std::move(source)};
}

Result<Key> key_in(const std::string& path) {
    std::ifstream file(path);
    if (!file) return fail(Code::invalid, fmt::format("--key-file {}: {}", path, std::strerror(errno)));
    std::string text(kMostKeyBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return key_from(std::move(text), "--key-file " + path);
}

Result<Key> key_of(const ConnectionOptions& options) {
    if (!options.key.empty()) return key_from(options.key, "--key");
    if (!options.key_file.empty()) return key_in(options.key_file);
    std::string variable = environment("SPANREEL_KEY");
    if (variable.empty()) return Key{};
    return key_from(std::move(variable), "SPANREEL_KEY");
}

std::string server_of(const ConnectionOptions& options) {
    if (!options.server.empty()) return options.server;
    const std::string variable = environment("SPANREEL_URL");
    return variable.empty() ? std::string(kDefaultServer) : variable;
}

/// The client libraries send no user and password, so these shall not be taken for part of the server's name either.
std::string without_user(std::string_view url) {
    const auto scheme_end = url.find("://");
    const std::size_t authority = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", authority), url.size());
    const auto user_end = url.substr(0, end).rfind('@');
    if (user_end == std::string_view::npos) return std::string(url);
    return fmt::format("{}{}", url.substr(0, authority), url.substr(user_end + 1));
}

sdk::ClientOptions client_options(std::string url, std::string key, std::chrono::milliseconds timeout) {
    return {.api_key = std::move(key),
            .server_url = std::move(url),
            .timeout = timeout,
            .user_agent = "spanreel/" SPANREEL_VERSION};
}

}  // namespace

void add_connection_options(CLI::App& command, ConnectionOptions& options) {
    constexpr const char* kGroup = "Server";
    command
        .add_option("--server", options.server,
                    fmt::format("URL of the server (SPANREEL_URL, else {})", kDefaultServer))
        ->group(kGroup)
        ->type_name("URL");
    CLI::Option* key = command
                           .add_option("--key", options.key,
                                       "API key; other users of this machine can see it, so better use "
                                       "SPANREEL_KEY or a file")
                           ->group(kGroup)
                           ->type_name("KEY");
    command.add_option("--key-file", options.key_file, "File that holds the API key and nothing else")
        ->group(kGroup)
        ->type_name("FILE")
        ->excludes(key);
    command.add_option("--timeout", options.timeout, "Seconds to wait for an answer")
        ->group(kGroup)
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, kLongestTimeout))
        ->capture_default_str();
}

std::string server_root(std::string_view url) {
    std::string root = without_user(url);
    const auto trim = [&root] {
        while (root.ends_with('/')) root.pop_back();
    };
    trim();
    const auto scheme_end = root.find("://");
    const auto path = scheme_end == std::string::npos ? std::string::npos : root.find('/', scheme_end + 3);
    if (path != std::string::npos && root.ends_with(kLivepeerPath)) root.resize(root.size() - kLivepeerPath.size());
    trim();
    return root;
}

std::string_view host_of(std::string_view server) {
    if (const auto scheme = server.find("://"); scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
    server = server.substr(0, server.find('/'));
    server = server.substr(server.find('@') == std::string_view::npos ? 0 : server.find('@') + 1);
    if (server.starts_with('[')) return server.substr(0, server.find(']') + 1);
    return server.substr(0, server.find(':'));
}

Connection::Connection(std::string server, ServerHints hints, std::string key, std::string key_source,
                       std::chrono::milliseconds timeout)
    : server_(std::move(server)),
      hints_(hints),
      livepeer_url_(server_ + std::string(kLivepeerPath)),
      key_(std::move(key)),
      key_source_(std::move(key_source)),
      timeout_(timeout),
      orq_(client_options(server_, key_, timeout)),
      livepeer_(client_options(livepeer_url_, key_, timeout)) {}

std::string Connection::without_key(std::string text) const {
    constexpr std::string_view kInstead = "(the key)";
    if (key_.empty()) return text;
    for (std::size_t at = 0; (at = text.find(key_, at)) != std::string::npos; at += kInstead.size())
        text.replace(at, key_.size(), kInstead);
    return text;
}

Result<Connection> Connection::make(std::string server, ServerHints hints, std::string key, std::string key_source,
                                    std::chrono::milliseconds timeout) {
    try {
        if (server.find_first_of("?#") != std::string::npos) throw std::invalid_argument(server);
        return Connection(server, hints, std::move(key), std::move(key_source), timeout);
    } catch (const std::invalid_argument&) {
        return fail(Code::invalid,
                    fmt::format("\"{}\" is no URL of a server: write it like {}", server, kDefaultServer));
    }
}

Result<Connection> Connection::open(const ConnectionOptions& options) {
    SPANREEL_TRY(Key key, key_of(options));
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(options.timeout));
    return make(server_root(server_of(options)), {}, std::move(key.text), std::move(key.source), timeout);
}

Result<Connection> Connection::to(std::string_view url, ServerHints hints, bool with_key) const {
    return make(without_user(url), hints, with_key ? key_ : "", with_key ? key_source_ : "", timeout_);
}

}  // namespace spanreel::client
