// SPDX-License-Identifier: Apache-2.0
#include "base/open_files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace spanreel {
namespace {

TEST(OpenFiles, TheLimitIsRaisedToWhatTheSystemAllows) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit low{64, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(raise_open_file_limit(), before.rlim_max);
    rlimit after{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(OpenFiles, ConnectionsLeaveRoomForFiles) {
    EXPECT_EQ(connections_within(1'048'576), 1'048'576 - kReservedFiles);
    EXPECT_EQ(connections_within(4096), 4096 - kReservedFiles);
    EXPECT_EQ(connections_within(256), 128u);
    EXPECT_EQ(connections_within(0), 0u);
}

}  // namespace
}  // namespace spanreel
