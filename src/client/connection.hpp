// SPDX-License-Identifier: Apache-2.0
// The server that a command talks to, and with which key. A flag goes before a variable, a variable before the default.
#pragma once
#include <CLI/App.hpp>

#include <string>

#include "base/error.hpp"
#include "spanreel/livepeer/core.hpp"
#include "spanreel/orq/core.hpp"

namespace spanreel::client {

struct ConnectionOptions {
    std::string server;
    std::string key;
    std::string key_file;
    double timeout = 30;  ///< seconds
};

void add_connection_options(CLI::App& command, ConnectionOptions& options);

/// How a person names another server or key.
struct ServerHints {
    std::string_view server = "--server or SPANREEL_URL";
    std::string_view key = "set SPANREEL_KEY, or name a file with --key-file";
};

/// Both APIs of one server. Nothing is sent before the first call.
class Connection {
  public:
    /// `invalid` for what is no URL, and for a file of which no key can be read.
    static Result<Connection> open(const ConnectionOptions& options);

    const orq::OrqCore& orq() const { return orq_; }
    const livepeer::LivepeerCore& livepeer() const { return livepeer_; }

    /// To another server, with the same key or with none.
    Result<Connection> to(std::string_view url, ServerHints hints, bool with_key) const;

    /// Below which both APIs lie; no slash at its end, and no user or password.
    const std::string& server() const { return server_; }
    const std::string& livepeer_url() const { return livepeer_url_; }
    /// Empty when there is none.
    const std::string& key() const { return key_; }
    /// Where the key was taken from, for people; empty when there is none.
    const std::string& key_source() const { return key_source_; }
    const ServerHints& hints() const { return hints_; }
    /// A text of the server's, which may repeat the key, without it.
    std::string without_key(std::string text) const;
    std::chrono::milliseconds timeout() const { return timeout_; }

  private:
    Connection(std::string server, ServerHints hints, std::string key, std::string key_source,
               std::chrono::milliseconds timeout);
    static Result<Connection> make(std::string server, ServerHints hints, std::string key, std::string key_source,
                                   std::chrono::milliseconds timeout);

    std::string server_;
    ServerHints hints_;
    std::string livepeer_url_;
    std::string key_;
    std::string key_source_;
    std::chrono::milliseconds timeout_;
    orq::OrqCore orq_;
    livepeer::LivepeerCore livepeer_;
};

/// Of a URL, without the port.
std::string_view host_of(std::string_view server);
/// The server without what only one of the APIs has behind it, and without a user and password, which no API knows:
/// `https://user:password@host/api/` is `https://host`.
std::string server_root(std::string_view url);

}  // namespace spanreel::client
