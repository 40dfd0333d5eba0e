// SPDX-License-Identifier: Apache-2.0
// Threads that run what takes long on behalf of accounts, in fair turns (base/fair_queue.hpp). Any thread.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fair_queue.hpp"

namespace spanreel {

class FairPool {
  public:
    /// `name`: of its threads.
    FairPool(std::size_t threads, const char* name);
    /// Runs what waits first.
    ~FairPool();
    FairPool(const FairPool&) = delete;
    FairPool& operator=(const FairPool&) = delete;

    /// An exception that leaves `job` is logged. `cost`: how long it takes, in any unit that all jobs share.
    void run(const std::string& account, std::uint64_t cost, std::move_only_function<void()> job);

  private:
    void work();

    std::mutex mutex_;
    std::condition_variable wake_;
    FairQueue<std::move_only_function<void()>> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace spanreel
