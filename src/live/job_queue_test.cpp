// SPDX-License-Identifier: Apache-2.0
#include "live/job_queue.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <vector>

namespace spanreel::live {
namespace {

TEST(JobQueue, QueuesTakeTurnsOnAPool) {
    boost::asio::thread_pool pool(1);
    std::promise<void> begin;
    boost::asio::post(pool, [&] { begin.get_future().wait(); });
    const auto busy = std::make_shared<JobQueue>(pool);
    const auto other = std::make_shared<JobQueue>(pool);
    std::vector<std::string> order;
    for (const std::string name : {"busy 1", "busy 2", "busy 3"}) busy->post([&order, name] { order.push_back(name); });
    other->post([&] { order.push_back("other"); });
    begin.set_value();
    pool.join();
    EXPECT_THAT(order, testing::ElementsAre("busy 1", "other", "busy 2", "busy 3"));
}

TEST(JobQueue, RunsOneJobAtATimeInOrder) {
    boost::asio::thread_pool pool(4);
    const auto queue = std::make_shared<JobQueue>(pool);
    std::atomic<int> running{0};
    std::vector<int> order;
    for (int i = 0; i < 200; ++i)
        queue->post([&, i] {
            EXPECT_EQ(running.fetch_add(1), 0);
            order.push_back(i);
            if (i == 100) queue->post([&] { order.push_back(200); });
            running.fetch_sub(1);
        });
    pool.join();
    ASSERT_EQ(order.size(), 201u);
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

}  // namespace
}  // namespace spanreel::live
