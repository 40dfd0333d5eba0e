// SPDX-License-Identifier: Apache-2.0
#include "net/deadline.hpp"

namespace spanreel::net {

void Deadline::at(Clock::time_point when) {
    when_ = when;
    if (!waiting_ || timer_.expiry() > when_) wait();
}

void Deadline::stop() {
    clear();
    timer_.cancel();
}

void Deadline::wait() {
    waiting_ = true;
    timer_.expires_at(when_);
    timer_.async_wait([this, owner = owner_](boost::system::error_code error) {
        auto alive = owner.lock();
        if (!alive || error) return;  // an aborted wait was replaced by another, or stopped
        waiting_ = false;
        if (when_ == Clock::time_point::max()) return;
        if (Clock::now() < when_) return wait();
        clear();
        on_expiry_();
    });
}

}  // namespace spanreel::net
