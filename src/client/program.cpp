// SPDX-License-Identifier: Apache-2.0
#include "client/program.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/descriptor.hpp"

namespace spanreel::client {

namespace {

/// In the program that is run.
constexpr int kAskOn = 3;
constexpr std::array kEndingSignals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t child = 0;

/// What a terminal sends (si_code above 0), the whole process group has got already.
void hand_on(int signal, siginfo_t* info, void*) {
    if (child > 0 && info->si_code <= 0) ::kill(static_cast<pid_t>(child), signal);
}

/// Hands signals on while it lives; those that are ignored stay ignored.
class HandedOn {
  public:
    explicit HandedOn(pid_t pid) {
        child = pid;
        struct sigaction action = {};
        action.sa_sigaction = hand_on;
        action.sa_flags = SA_SIGINFO;
        for (std::size_t i = 0; i < kEndingSignals.size(); ++i) {
            ::sigaction(kEndingSignals[i], nullptr, &before_[i]);
            if (before_[i].sa_handler != SIG_IGN) ::sigaction(kEndingSignals[i], &action, nullptr);
        }
    }
    ~HandedOn() {
        for (std::size_t i = 0; i < kEndingSignals.size(); ++i) ::sigaction(kEndingSignals[i], &before_[i], nullptr);
        child = 0;
    }
    HandedOn(const HandedOn&) = delete;
    HandedOn& operator=(const HandedOn&) = delete;

  private:
    std::array<struct sigaction, kEndingSignals.size()> before_{};
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

int spawn(const std::string& program, const std::vector<std::string>& words, int asked_on, pid_t& pid) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, asked_on, kAskOn);
    const int error = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, pointers(words).data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    return error;
}

bool is_asked(const Descriptor& socket) {
    char byte = 0;
    ssize_t got = 0;
    while ((got = ::read(socket.number(), &byte, 1)) < 0 && errno == EINTR) {
    }
    return got == 1;
}

/// To a program that has ended meanwhile nothing is said; its status tells.
void say(Descriptor& socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) break;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    socket.close();
}

/// The id stays the child's until it is reaped, and a signal is handed on to nobody else.
void wait_for_end(pid_t pid) {
    siginfo_t info;
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
}

int reap(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<int> run_beside(const std::string& name, const std::vector<std::string>& arguments, const Answer& answer) {
    std::error_code unreadable;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", unreadable).replace_filename(name);
    std::vector<std::string> words{name, "--ask-on", std::to_string(kAskOn)};
    words.insert(words.end(), arguments.begin(), arguments.end());

    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return fail_errno(errno, "a pair of sockets");
    Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);
    pid_t pid = 0;
    if (const int error = spawn(program, words, theirs.number(), pid); error != 0)
        return fail(Code::unavailable, fmt::format("the program {} cannot be started: {}. It is built and installed "
                                                   "together with spanreel; put it there again",
                                                   program, std::strerror(error)));
    theirs.close();
    if (!is_asked(ours)) return reap(pid);
    const Result<std::string> told = answer();
    if (!told) {
        ours.close();
        reap(pid);
        return std::unexpected(told.error());
    }
    {
        const HandedOn handed_on(pid);
        say(ours, *told);
        wait_for_end(pid);
    }
    return reap(pid);
}

}  // namespace spanreel::client
