// SPDX-License-Identifier: Apache-2.0
#include "worker/sandbox.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace spanreel::worker {
namespace {

constexpr int kNotEntered = 100;

/// What `attempt` gives within the sandbox, in a process of its own: 0 to 99.
template <class Attempt>
int within(Attempt attempt) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(enter_sandbox() ? attempt() : kNotEntered);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// errno of a system call, called as a stranger's code would.
template <class... Argument>
int refusal_of(long number, Argument... arguments) {
    return within([=] { return ::syscall(number, arguments...) < 0 ? errno : 0; });
}

TEST(Sandbox, LeavesWhatDecodingNeeds) {
    EXPECT_EQ(within([] {
                  void* const memory =
                      ::mmap(nullptr, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                  if (memory == MAP_FAILED) return 1;
                  timespec time{};
                  if (::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time) != 0) return 2;
                  return ::munmap(memory, 64 << 20) == 0 ? 0 : 3;
              }),
              0);
}

TEST(Sandbox, RefusesWhatReachesOut) {
    EXPECT_EQ(refusal_of(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY), EPERM);
    EXPECT_EQ(refusal_of(SYS_socket, 1, 1, 0), EPERM);
    EXPECT_EQ(refusal_of(SYS_clone, SIGCHLD, 0, 0, 0, 0), EPERM);
    EXPECT_EQ(refusal_of(SYS_execve, "/bin/true", nullptr, nullptr), EPERM);
    EXPECT_EQ(refusal_of(SYS_kill, ::getpid(), 0), EPERM);
    EXPECT_EQ(refusal_of(SYS_tgkill, ::getpid(), ::getpid(), 0), EPERM);
    EXPECT_EQ(refusal_of(SYS_ptrace, 0, 0, 0, 0), EPERM);
    EXPECT_EQ(refusal_of(SYS_unlinkat, AT_FDCWD, "/tmp/none", 0), EPERM);
    EXPECT_EQ(refusal_of(SYS_prlimit64, 0, 0, nullptr, nullptr), EPERM);
    EXPECT_EQ(refusal_of(SYS_dup, 0), EPERM);
}

}  // namespace
}  // namespace spanreel::worker
