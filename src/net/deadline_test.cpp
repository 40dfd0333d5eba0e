// SPDX-License-Identifier: Apache-2.0
#include "net/deadline.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace spanreel::net {
namespace {

using namespace std::chrono_literals;

class DeadlineTest : public testing::Test {
  protected:
    DeadlineTest() { deadline_.set_owner(owner_); }

    boost::asio::io_context io_;
    int expired_ = 0;
    std::shared_ptr<int> owner_ = std::make_shared<int>();
    Deadline deadline_{io_.get_executor(), [this] { ++expired_; }};
};

TEST_F(DeadlineTest, PassesOnce) {
    deadline_.after(1ms);
    io_.run();
    EXPECT_EQ(expired_, 1);
}

TEST_F(DeadlineTest, MovesEarlierAndLater) {
    deadline_.after(1h);
    deadline_.after(1ms);
    io_.run_for(5s);
    EXPECT_EQ(expired_, 1);
    deadline_.after(1ms);
    deadline_.after(100ms);
    io_.restart();
    io_.run_for(30ms);
    EXPECT_EQ(expired_, 1);
    io_.run_for(5s);
    EXPECT_EQ(expired_, 2);
}

TEST_F(DeadlineTest, CanBeTakenBackAndSetAgain) {
    deadline_.after(1ms);
    deadline_.clear();
    io_.run();
    EXPECT_EQ(expired_, 0);
    deadline_.after(1ms);
    io_.restart();
    io_.run();
    EXPECT_EQ(expired_, 1);
}

TEST_F(DeadlineTest, LetsGoWhenStoppedOrOrphaned) {
    deadline_.after(1h);
    deadline_.stop();
    io_.run();
    deadline_.after(1ms);
    owner_.reset();
    io_.restart();
    io_.run();
    EXPECT_EQ(expired_, 0);
}

}  // namespace
}  // namespace spanreel::net
