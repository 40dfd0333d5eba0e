// SPDX-License-Identifier: Apache-2.0
#include "base/fair_pool.hpp"

#include "base/log.hpp"
#include "base/thread_name.hpp"

namespace spanreel {

FairPool::FairPool(std::size_t threads, const char* name) {
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this, name] {
            name_this_thread(name);
            work();
        });
}

FairPool::~FairPool() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void FairPool::run(const std::string& account, std::uint64_t cost, std::move_only_function<void()> job) {
    {
        std::lock_guard lock(mutex_);
        waiting_.push(account, cost, std::move(job));
    }
    wake_.notify_one();
}

void FairPool::work() {
    while (true) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        std::move_only_function<void()> job = waiting_.pop();
        lock.unlock();
        try {
            job();
        } catch (const std::exception& thrown) {
            log::error("job threw", {{"what", thrown.what()}});
        }
    }
}

}  // namespace spanreel
