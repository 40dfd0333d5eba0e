// SPDX-License-Identifier: Apache-2.0
#include "base/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/descriptor.hpp"

namespace spanreel {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 64 << 10;
/// Between looks at whether to stop.
constexpr int kStopMillis = 100;
/// Between looks at a child that has closed its output and is about to end.
constexpr int kEndingMillis = 1;

/// Gives errno.
int spawn(const Path& program, int socket, pid_t& pid) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = program.string();
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    const int error = posix_spawn(&pid, name.c_str(), &actions, &attributes, arguments.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/// A started child; killed when it goes out of scope before it has ended.
class Child {
  public:
    Child(pid_t pid, int socket, const ChildLimits& limits)
        : pid_(pid), socket_(socket), limits_(limits), deadline_(Clock::now() + limits.time) {}
    ~Child() {
        if (pid_ > 0) kill();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    Result<ChildEnd> run(const ChildInput& input);

  private:
    enum class Reading { more, closed, too_much };

    Result<void> write_some(const ChildInput& input);
    Reading read_some();
    ChildEnd wait();
    void kill();
    ChildEnd killed(ChildEnd::How how) {
        kill();
        return {.how = how, .number = SIGKILL, .output = std::move(output_)};
    }
    std::optional<ChildEnd::How> time_is_over() const {
        if (limits_.stop.stop_requested()) return ChildEnd::How::stopped;
        if (millis_left() == 0) return ChildEnd::How::out_of_time;
        return std::nullopt;
    }
    int millis_left() const {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
        return static_cast<int>(std::max<std::int64_t>(0, left.count()));
    }

    pid_t pid_;
    const int socket_;
    const ChildLimits limits_;
    const Clock::time_point deadline_;
    bool writing_ = true;
    std::string pending_;  ///< of the input, from written_ on
    std::size_t written_ = 0;
    std::string output_;
};

Result<ChildEnd> Child::run(const ChildInput& input) {
    while (true) {
        pollfd waited{.fd = socket_, .events = static_cast<short>(POLLIN | (writing_ ? POLLOUT : 0)), .revents = 0};
        if (const auto over = time_is_over()) return killed(*over);
        if (::poll(&waited, 1, std::min(millis_left(), kStopMillis)) < 0 && errno != EINTR)
            return fail_errno(errno, "waiting for a child");
        if (waited.revents & (POLLIN | POLLHUP | POLLERR)) {
            const Reading reading = read_some();
            if (reading == Reading::too_much) return killed(ChildEnd::How::too_much_output);
            if (reading == Reading::closed) return wait();
        }
        if (waited.revents & POLLOUT) SPANREEL_CHECK(write_some(input));
    }
}

Result<void> Child::write_some(const ChildInput& input) {
    if (written_ == pending_.size()) {
        written_ = 0;
        SPANREEL_TRY(pending_, input());
    }
    if (pending_.empty()) {
        writing_ = false;
        ::shutdown(socket_, SHUT_WR);
        return {};
    }
    const ssize_t count =
        ::send(socket_, pending_.data() + written_, pending_.size() - written_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) written_ += static_cast<std::size_t>(count);
    if (count < 0 && errno != EAGAIN && errno != EINTR) writing_ = false;  // it wants no more, and may still answer
    return {};
}

Child::Reading Child::read_some() {
    std::array<char, kReadBytes> buffer;
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? Reading::more : Reading::closed;
    if (count == 0) return Reading::closed;
    const auto bytes = static_cast<std::size_t>(count);
    if (bytes > limits_.output_bytes - output_.size()) return Reading::too_much;
    output_.append(buffer.data(), bytes);
    return Reading::more;
}

/// What closed its output should end by itself: its status tells whether the output is good.
ChildEnd Child::wait() {
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
        if (const auto over = time_is_over()) return killed(*over);
        ::poll(nullptr, 0, kEndingMillis);
    }
    pid_ = 0;
    if (WIFEXITED(status)) return {.number = WEXITSTATUS(status), .output = std::move(output_)};
    return {.how = ChildEnd::How::crashed, .number = WTERMSIG(status), .output = std::move(output_)};
}

void Child::kill() {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
}

}  // namespace

std::string_view to_string(ChildEnd::How how) {
    switch (how) {
        case ChildEnd::How::not_started: return "not started";
        case ChildEnd::How::exited: return "exited";
        case ChildEnd::How::crashed: return "killed by a signal";
        case ChildEnd::How::out_of_time: return "took too long";
        case ChildEnd::How::too_much_output: return "said too much";
        case ChildEnd::How::stopped: return "stopped";
    }
    return "";
}

Result<ChildEnd> run_child(const Path& program, const ChildInput& input, const ChildLimits& limits) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return ChildEnd{.how = ChildEnd::How::not_started, .number = errno};
    Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);
    pid_t pid = 0;
    if (const int error = spawn(program, theirs.number(), pid); error != 0)
        return ChildEnd{.how = ChildEnd::How::not_started, .number = error};
    theirs.close();
    return Child(pid, ours.number(), limits).run(input);
}

}  // namespace spanreel
