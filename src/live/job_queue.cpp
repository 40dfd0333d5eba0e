// SPDX-License-Identifier: Apache-2.0
#include "live/job_queue.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <utility>

namespace spanreel::live {

void JobQueue::post(std::function<void()> job) {
    {
        std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
        if (jobs_.size() > 1) return;
    }
    schedule();
}

void JobQueue::schedule() {
    boost::asio::post(pool_, [self = shared_from_this()] { self->run_one(); });
}

void JobQueue::run_one() {
    std::function<void()> job;
    {
        std::lock_guard lock(mutex_);
        job = std::exchange(jobs_.front(), nullptr);
    }
    job();
    // What it holds may be the last owner of things that use this queue: let go before the next one begins.
    job = nullptr;
    {
        std::lock_guard lock(mutex_);
        jobs_.pop_front();
        if (jobs_.empty()) return;
    }
    schedule();
}

}  // namespace spanreel::live
