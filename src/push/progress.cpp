// SPDX-License-Identifier: Apache-2.0
#include "push/progress.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "command_line/terminal_text.hpp"

namespace spanreel::push {

namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr auto kBarEvery = 200ms;
constexpr auto kJsonEvery = 1s;
constexpr auto kLineEvery = 5s;
constexpr auto kMeasuredOver = 1s;
constexpr std::size_t kWidestBar = 40;
constexpr std::size_t kNarrowestBar = 10;

double seconds(Micros time) { return std::chrono::duration<double>(time).count(); }

std::int64_t millis(Micros time) { return std::chrono::round<std::chrono::milliseconds>(time).count(); }

std::size_t columns() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

json::object json_of(std::string_view event, const Sent& sent) {
    return {{"event", event},
            {"position_ms", millis(sent.position)},
            {"pictures", sent.pictures},
            {"bytes", sent.bytes},
            {"reconnects", sent.reconnects}};
}

void print(const json::object& object) {
    std::fputs((command_line::printable_json(json::serialize(object)) + "\n").c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace

std::string clock_text(Micros time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time).count();
    if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

std::string bar_text(const Sent& sent, Micros length, double bits_per_second, double pictures_per_second,
                     std::size_t columns) {
    const std::string begin = clock_text(sent.position);
    std::string end = fmt::format(" {:.0f} kb/s", bits_per_second / 1000);
    if (sent.pictures > 0) end += fmt::format(", {:.0f} fps", pictures_per_second);
    if (sent.reconnects > 0) end += fmt::format(", {} reconnect{}", sent.reconnects, sent.reconnects == 1 ? "" : "s");
    if (length <= Micros(0)) return (begin + end).substr(0, columns);
    end = " " + clock_text(length) + end;
    const std::size_t numbers = begin.size() + end.size() + 3;
    if (numbers + kNarrowestBar > columns) return (begin + " /" + end).substr(0, columns);
    const std::size_t width = std::min(kWidestBar, columns - numbers);
    const double done = std::clamp(seconds(sent.position) / seconds(length), 0.0, 1.0);
    const auto filled = static_cast<std::size_t>(done * static_cast<double>(width));
    return fmt::format("{} [{:=>{}}{:{}}]{}", begin, "", filled, "", width - filled, end);
}

void Progress::started() {
    begun_ = shown_ = measured_ = Clock::now();
    if (style_ == Style::json) return print({{"event", "started"}, {"length_ms", millis(length_)}});
    say(length_ > Micros(0) ? fmt::format("publishing {}; Ctrl-C ends it", clock_text(length_))
                            : "publishing; Ctrl-C ends it");
}

void Progress::sent(const Sent& sent) {
    const Clock::time_point now = Clock::now();
    const auto every = style_ == Style::bar    ? Clock::duration(kBarEvery)
                       : style_ == Style::json ? Clock::duration(kJsonEvery)
                                               : Clock::duration(kLineEvery);
    if (const std::chrono::duration<double> past = now - measured_; past >= kMeasuredOver) {
        bits_per_second_ = static_cast<double>(sent.bytes - before_.bytes) * 8 / past.count();
        pictures_per_second_ = static_cast<double>(sent.pictures - before_.pictures) / past.count();
        before_ = sent;
        measured_ = now;
    }
    if (now - shown_ < every) return;
    shown_ = now;
    show(sent);
}

void Progress::show(const Sent& sent) {
    if (style_ == Style::json) {
        json::object line = json_of("progress", sent);
        line["bits_per_second"] = std::llround(bits_per_second_);
        line["pictures_per_second"] = std::llround(pictures_per_second_);
        return print(line);
    }
    const std::size_t width = style_ == Style::bar ? columns() - 1 : 80;
    const std::string line = bar_text(sent, length_, bits_per_second_, pictures_per_second_, width);
    if (style_ == Style::lines) return say(line);
    std::fputs(("\r" + line + "\x1b[K").c_str(), stderr);
}

void Progress::disconnected(const Error& why, std::chrono::milliseconds until_next_try) {
    if (style_ == Style::json)
        return print({{"event", "disconnected"}, {"reason", why.message}, {"next_try_in_ms", until_next_try.count()}});
    say(fmt::format("connection lost ({}); next try in {} s", why.message, seconds(until_next_try)));
}

void Progress::reconnected() {
    if (style_ == Style::json) return print({{"event", "reconnected"}});
    say("connected again, from the last key frame on");
}

void Progress::ended(const Sent& sent, bool stopped) {
    if (style_ == Style::json) {
        json::object line = json_of("ended", sent);
        line["stopped"] = stopped;
        return print(line);
    }
    const double past = std::chrono::duration<double>(Clock::now() - begun_).count();
    say(fmt::format("sent {} ({} pictures, {:.1f} MB) in {:.1f} s{}{}", clock_text(sent.position), sent.pictures,
                    static_cast<double>(sent.bytes) / 1e6, past,
                    sent.reconnects > 0 ? fmt::format(", {} times connected again", sent.reconnects) : "",
                    stopped ? ", then stopped" : ""));
}

void Progress::clear() const {
    if (style_ == Style::bar) std::fputs("\r\x1b[K", stderr);
}

void Progress::say(const std::string& line) const {
    clear();
    std::fputs((command_line::printable(line) + "\n").c_str(), stderr);
}

}  // namespace spanreel::push
