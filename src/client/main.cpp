// SPDX-License-Identifier: Apache-2.0
// `spanreel-client` serves the commands that talk to a server, for `spanreel`, which starts it under its own name. It
// is a program of its own because it links libcurl and, behind it, some forty libraries that no server needs.
#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>

#include "client/command.hpp"
#include "client/output.hpp"

int main(int argc, char** argv) {
    namespace client = spanreel::client;
    std::signal(SIGPIPE, SIG_IGN);  // a server that ends a TLS connection must not end this program
    CLI::App app("The part of spanreel that talks to a server.", "spanreel");
    app.require_subcommand(1);
    int status = 0;
    client::add_sessions(app, status);
    client::add_streams(app, status);
    client::add_recordings(app, status);
    client::add_clips(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_status(spanreel::Code::invalid);
    } catch (const std::exception& error) {
        return client::report({spanreel::Code::internal, error.what()});
    }
    return status;
}
