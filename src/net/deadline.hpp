// SPDX-License-Identifier: Apache-2.0
// One moving deadline for a chain of operations. Moving it later costs nothing: the timer is armed again only when it
// fires too early. All calls on the strand of its owner.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace spanreel::net {

class Deadline {
  public:
    using Clock = std::chrono::steady_clock;

    /// `on_expiry` runs on the strand, once for each deadline that passes.
    Deadline(const boost::asio::any_io_executor& strand, std::function<void()> on_expiry)
        : timer_(strand), on_expiry_(std::move(on_expiry)) {}

    /// Before the first deadline: while the timer runs it looks here whether this object still exists.
    void set_owner(std::weak_ptr<void> owner) { owner_ = std::move(owner); }

    void at(Clock::time_point when);
    void after(Clock::duration duration) { at(Clock::now() + duration); }
    void clear() { when_ = Clock::time_point::max(); }
    /// Lets the timer go.
    void stop();

  private:
    void wait();

    boost::asio::steady_timer timer_;
    std::function<void()> on_expiry_;
    std::weak_ptr<void> owner_;
    Clock::time_point when_ = Clock::time_point::max();
    bool waiting_ = false;
};

}  // namespace spanreel::net
