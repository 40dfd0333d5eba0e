// SPDX-License-Identifier: Apache-2.0
// Jobs that run one after the other on a thread pool. After each job whatever else waits for the pool has its turn, so
// a queue with much to do does not keep a thread from the others. Any thread may post; the pool outlives the jobs.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace boost::asio {
class thread_pool;
}  // namespace boost::asio

namespace spanreel::live {

class JobQueue : public std::enable_shared_from_this<JobQueue> {
  public:
    explicit JobQueue(boost::asio::thread_pool& pool) : pool_(pool) {}
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    void post(std::function<void()> job);

  private:
    void schedule();
    void run_one();

    boost::asio::thread_pool& pool_;
    std::mutex mutex_;
    std::deque<std::function<void()>> jobs_;  ///< the first one is running, or is scheduled
};

}  // namespace spanreel::live
