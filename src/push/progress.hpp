// SPDX-License-Identifier: Apache-2.0
// What a publisher tells of its work: a bar on a terminal, a line every few seconds elsewhere, or JSON lines for
// programs (docs/push.md lists them). One thread.
#pragma once
#include <chrono>
#include <string>

#include "push/publisher.hpp"

namespace spanreel::push {

class Progress {
  public:
    enum class Style : std::uint8_t { bar, lines, json };

    /// `length` is zero when nobody knows it.
    Progress(Style style, Micros length) : style_(style), length_(length) {}

    void started();
    void sent(const Sent& sent);
    void disconnected(const Error& why, std::chrono::milliseconds until_next_try);
    void reconnected();
    void ended(const Sent& sent, bool stopped);
    /// Makes way for a line of somebody else's.
    void clear() const;

  private:
    using Clock = std::chrono::steady_clock;

    void show(const Sent& sent);
    void say(const std::string& line) const;

    Style style_;
    Micros length_;
    Clock::time_point begun_ = Clock::now();
    Clock::time_point shown_ = begun_;
    Clock::time_point measured_ = begun_;  ///< since when `before_` counts
    Sent before_;
    double bits_per_second_ = 0;
    double pictures_per_second_ = 0;
};

/// `1:02:03` or `02:03`.
std::string clock_text(Micros time);
/// One line of at most `columns` characters: the bar takes what the numbers leave.
std::string bar_text(const Sent& sent, Micros length, double bits_per_second, double pictures_per_second,
                     std::size_t columns);

}  // namespace spanreel::push
