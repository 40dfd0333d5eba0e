// SPDX-License-Identifier: Apache-2.0
// `spanreel-push` publishes a file to an RTMP address, for `spanreel push`, which finds out the address. It is a
// program of its own because it links libavformat and, behind it, some hundred libraries that the other commands do
// without.
#include <CLI/CLI.hpp>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "command_line/terminal_text.hpp"
#include "push/progress.hpp"
#include "push/publisher.hpp"

namespace spanreel::push {

namespace {

using Clock = std::chrono::steady_clock;

/// A signal to the process group reaches this program, and the command that began it hands the same one on.
constexpr std::chrono::milliseconds kSameSignal{500};
constexpr int kStopped = 130;

std::atomic<bool> stop = false;
std::atomic<Clock::rep> stopped_at = 0;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<Clock::rep>::is_always_lock_free);

/// The first signal ends the publication in order, the second one the program.
void stop_soon(int) {
    const Clock::duration now = Clock::now().time_since_epoch();
    if (!stop.exchange(true)) stopped_at = now.count();
    if (now - Clock::duration(stopped_at) > kSameSignal) ::_exit(kStopped);
}

/// Unlike std::signal: a read that waits is interrupted, and a signal that is ignored stays so.
void stop_at_signals() {
    struct sigaction action = {};
    action.sa_handler = stop_soon;
    ::sigfillset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before = {};
        ::sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
    }
}

int failed(const Progress* progress, const Error& error) {
    if (progress) progress->clear();
    std::fprintf(stderr, "spanreel: %s\n", command_line::printable_lines(error.message).c_str());
    return exit_status(error.code);
}

struct Arguments {
    std::string file;
    bool json = false;
    int ask_on = -1;
    PublishOptions publish;
};

/// The address comes from the command that began this, over a socket, as the stream key in it is a secret: every user
/// of the machine can read arguments. Empty when there is none, or a signal came.
std::string asked_address(int socket) {
    std::string address;
    char bytes[4096];
    ssize_t got = ::write(socket, "?", 1);
    while (got > 0 && !stop) {
        got = ::read(socket, bytes, sizeof bytes);
        if (got > 0) address.append(bytes, static_cast<std::size_t>(got));
    }
    ::close(socket);
    return got == 0 ? address : "";
}

int run(Arguments& arguments) {
    Result<MediaFile> file = MediaFile::open(arguments.file, stop);
    if (stop) return kStopped;
    if (!file) return failed(nullptr, file.error());
    arguments.publish.url = asked_address(arguments.ask_on);
    if (arguments.publish.url.empty()) return kStopped;
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
    if (publisher.sent().bytes > 0)
        progress.ended(publisher.sent(), stop);
    else if (stop)
        return kStopped;
    if (!done) return failed(&progress, done.error());
    return 0;
}

}  // namespace

}  // namespace spanreel::push

int main(int argc, char** argv) {
    namespace push = spanreel::push;
    std::signal(SIGPIPE, SIG_IGN);
    push::stop_at_signals();
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a publication does not outlive the command that began it
    push::Arguments arguments;
    unsigned retry = 60;
    CLI::App app("Publishes FILE to the RTMP address that it asks for on a socket.", "spanreel-push");
    app.add_option("FILE", arguments.file)->required();
    app.add_flag("--loop", arguments.publish.loop);
    app.add_flag("--fast", arguments.publish.fast);
    app.add_option("--retry", retry);
    app.add_flag("--json", arguments.json);
    app.add_option("--ask-on", arguments.ask_on, "The socket's descriptor")->required();
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
