// SPDX-License-Identifier: Apache-2.0
// `spanreel-push` publishes a file to an RTMP address, for `spanreel push`, which finds out the address. It is a
// program of its own because it links libavformat and, behind it, some hundred libraries that the other commands do
// without.
#include <CLI/CLI.hpp>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "push/progress.hpp"
#include "push/publisher.hpp"

namespace spanreel::push {

namespace {

std::atomic<bool> stop = false;
static_assert(std::atomic<bool>::is_always_lock_free);

/// The first signal ends the publication in order, the second one the program.
void stop_soon(int) {
    if (stop.exchange(true)) ::_exit(130);
}

int failed(const Progress* progress, const Error& error) {
    if (progress) progress->clear();
    std::fprintf(stderr, "spanreel: %s\n", error.message.c_str());
    return exit_status(error.code);
}

struct Arguments {
    std::string file;
    bool json = false;
    PublishOptions publish;
};

int run(Arguments& arguments) {
    Result<MediaFile> file = MediaFile::open(arguments.file);
    if (!file) return failed(nullptr, file.error());
    using Style = Progress::Style;
    const Style style = arguments.json ? Style::json : ::isatty(STDERR_FILENO) != 0 ? Style::bar : Style::lines;
    Progress progress(style, arguments.publish.loop ? Micros(0) : file->length());
    const Publisher::Events events{
        .started = [&] { progress.started(); },
        .sent = [&](const Sent& sent) { progress.sent(sent); },
        .disconnected = [&](const Error& why, std::chrono::milliseconds wait) { progress.disconnected(why, wait); },
        .reconnected = [&] { progress.reconnected(); },
    };
    Publisher publisher(*file, arguments.publish, events, stop);
    const Result<void> done = publisher.run();
    if (publisher.sent().bytes > 0) progress.ended(publisher.sent(), stop);
    if (!done) return failed(&progress, done.error());
    return 0;
}

/// An argument could be read by every user of the machine; the stream key in the address is a secret.
std::string address() {
    constexpr const char* kVariable = "SPANREEL_PUSH_URL";
    const char* url = std::getenv(kVariable);
    std::string text = url ? url : "";
    ::unsetenv(kVariable);
    return text;
}

}  // namespace

}  // namespace spanreel::push

int main(int argc, char** argv) {
    namespace push = spanreel::push;
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGINT, push::stop_soon);
    std::signal(SIGTERM, push::stop_soon);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a publication does not outlive the command that began it
    push::Arguments arguments;
    arguments.publish.url = push::address();
    unsigned retry = 60;
    CLI::App app("Publishes FILE to the RTMP address in SPANREEL_PUSH_URL.", "spanreel-push");
    app.add_option("FILE", arguments.file)->required();
    app.add_flag("--loop", arguments.publish.loop);
    app.add_flag("--fast", arguments.publish.fast);
    app.add_option("--retry", retry);
    app.add_flag("--json", arguments.json);
    try {
        app.parse(argc, argv);
        arguments.publish.retry = std::chrono::seconds(retry);
        return push::run(arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_status(spanreel::Code::invalid);
    } catch (const std::exception& error) {
        return push::failed(nullptr, {spanreel::Code::internal, error.what()});
    }
}
