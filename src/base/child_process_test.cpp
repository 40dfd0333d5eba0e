// SPDX-License-Identifier: Apache-2.0
#include "base/child_process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace spanreel {
namespace {

using namespace std::chrono_literals;
using How = ChildEnd::How;

const ChildLimits kLimits{.time = 20s, .output_bytes = 1 << 20};

ChildInput once(std::string text) {
    return [text = std::move(text)]() mutable -> Result<std::string> { return std::exchange(text, ""); };
}

/// What a shell does with a script.
ChildEnd shell(const std::string& script, ChildLimits limits = kLimits) {
    return run_child("/bin/sh", once(script), limits).value();
}

TEST(ChildProcess, GivesInputAndTakesOutputAtOnce) {
    // More than the socket holds: who first writes all and then reads would wait for ever.
    std::string all;
    int pieces = 0;
    const auto input = [&]() -> Result<std::string> {
        if (pieces == 64) return "";
        std::string piece(64 << 10, static_cast<char>('a' + pieces++ % 26));
        all += piece;
        return piece;
    };
    const ChildEnd end = run_child("/bin/cat", input, {.time = 20s, .output_bytes = 8 << 20}).value();
    EXPECT_EQ(end.how, How::exited);
    EXPECT_EQ(end.number, 0);
    EXPECT_EQ(end.output.size(), 64u * (64 << 10));
    EXPECT_TRUE(end.output == all);
}

TEST(ChildProcess, TellsHowItEnded) {
    EXPECT_EQ(shell("exit 7").number, 7);
    const ChildEnd crashed = shell("echo half; kill -SEGV $$");
    EXPECT_EQ(crashed.how, How::crashed);
    EXPECT_EQ(crashed.number, SIGSEGV);
    EXPECT_EQ(crashed.output, "half\n");
}

TEST(ChildProcess, EndsOneThatTakesTooLongOrSaysTooMuch) {
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(shell("while :; do :; done", {.time = 200ms, .output_bytes = 10}).how, How::out_of_time);
    // Also when it has closed its output, or takes no input.
    EXPECT_EQ(shell("exec <&- >&-; while :; do :; done", {.time = 200ms, .output_bytes = 10}).how, How::out_of_time);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    EXPECT_EQ(run_child("/usr/bin/yes", once(""), {.time = 20s, .output_bytes = 1000}).value().how,
              How::too_much_output);
}

TEST(ChildProcess, EndsWhenAskedToStop) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(shell("sleep 20", {.time = 20s, .output_bytes = 10, .stop = stop.get_token()}).how, How::stopped);
}

TEST(ChildProcess, InheritsNothing) {
    ASSERT_EQ(::setenv("SPANREEL_TEST_SECRET", "secret", 1), 0);
    EXPECT_EQ(run_child("/usr/bin/env", once(""), kLimits).value().output, "");
    constexpr int kOpen = 50;
    ASSERT_EQ(::dup2(STDERR_FILENO, kOpen), kOpen);  // as many libraries open files: not close-on-exec
    EXPECT_EQ(shell("for fd in 0 1 2 50; do [ -e /proc/$$/fd/$fd ] && echo $fd; done").output, "0\n1\n2\n");
    ::close(kOpen);
}

TEST(ChildProcess, TellsThatItCannotStartAndThatItsInputFails) {
    const ChildEnd missing = run_child("/no/such/program", once(""), kLimits).value();
    EXPECT_EQ(missing.how, How::not_started);
    EXPECT_EQ(missing.number, ENOENT);
    const auto broken = []() -> Result<std::string> { return fail(Code::corrupt, "broken"); };
    EXPECT_EQ(run_child("/bin/cat", broken, kLimits).error().message, "broken");
    EXPECT_EQ(run_child("/bin/true", once(std::string(8 << 20, 'x')), kLimits).value().number, 0);
}

}  // namespace
}  // namespace spanreel
