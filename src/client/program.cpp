// SPDX-License-Identifier: Apache-2.0
#include "client/program.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace spanreel::client {

namespace {

volatile std::sig_atomic_t child = 0;

void hand_on(int signal) {
    if (child > 0) ::kill(static_cast<pid_t>(child), signal);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
}

/// A group of its own, or a terminal's Ctrl-C would reach it twice.
int spawn(const std::string& program, const std::vector<std::string>& arguments,
          const std::vector<std::string>& variables, pid_t& pid) {
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    const int error = ::posix_spawn(&pid, program.c_str(), nullptr, &attributes, pointers(arguments).data(),
                                    pointers(variables).data());
    ::posix_spawnattr_destroy(&attributes);
    return error;
}

}  // namespace

Result<int> run_beside(const std::string& name, const std::vector<std::string>& arguments,
                       const std::string& variable) {
    std::error_code unreadable;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", unreadable).replace_filename(name);
    std::vector<std::string> words{name};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables{variable};
    for (char** one = environ; *one; ++one) variables.emplace_back(*one);

    std::signal(SIGINT, hand_on);
    std::signal(SIGTERM, hand_on);
    pid_t pid = 0;
    if (const int error = spawn(program, words, variables, pid); error != 0)
        return fail(Code::unavailable, fmt::format("the program {} cannot be started: {}. It is built and installed "
                                                   "together with spanreel; put it there again",
                                                   program, std::strerror(error)));
    child = pid;
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    child = 0;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace spanreel::client
