// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace spanreel::media::rtmp {
namespace {

TEST(TimestampUnwrapper, GoesOnAfterTheWrapOf32Bits) {
    TimestampUnwrapper clock;
    EXPECT_EQ(clock.unwrap(0xFFFFFFF0), 0xFFFFFFF0);
    EXPECT_EQ(clock.unwrap(0xFFFFFFFF), 0xFFFFFFFF);
    EXPECT_EQ(clock.unwrap(16), 0x100000010);
    EXPECT_EQ(clock.unwrap(0xFFFFFFFE), 0xFFFFFFFE) << "the other track, still before the wrap";
    EXPECT_EQ(clock.unwrap(40), 0x100000028);
}

TEST(TimestampUnwrapper, GoesOnAfterTheWrapOf31BitsOfFlv) {
    TimestampUnwrapper clock;
    EXPECT_EQ(clock.unwrap(0x7FFFFFF0), 0x7FFFFFF0);
    EXPECT_EQ(clock.unwrap(16), 0x80000010);
    EXPECT_EQ(clock.unwrap(0x7FFFFFFF), 0x7FFFFFFF);
    EXPECT_EQ(clock.unwrap(40), 0x80000028);
}

TEST(TimestampUnwrapper, StepsBackAreNoWraps) {
    TimestampUnwrapper clock;
    EXPECT_EQ(clock.unwrap(100'000), 100'000);
    EXPECT_EQ(clock.unwrap(99'000), 99'000);
    EXPECT_EQ(clock.unwrap(0), 0);
    EXPECT_EQ(clock.unwrap(0xFFFFFFFF), -1) << "before zero";
}

TEST(TimestampUnwrapper, StaysWhereSamplesCanBeCounted) {
    TimestampUnwrapper clock;
    std::int64_t highest = 0;
    std::uint32_t timestamp = 0;
    for (int i = 0; i < 10'000; ++i) highest = std::max(highest, clock.unwrap(timestamp += 0x3FFFFFFF));
    EXPECT_LE(highest, kMaxUnwrappedMillis);
    EXPECT_GT(highest, kMaxUnwrappedMillis / 2);
    EXPECT_LT(clock.unwrap(timestamp), highest);
}

TEST(VideoClock, CountsIn90Kilohertz) {
    VideoClock clock;
    EXPECT_EQ(clock.advance(0), 0);
    EXPECT_EQ(clock.advance(33), 2'970);
    EXPECT_EQ(clock.advance(std::int64_t{1} << 33), (std::int64_t{1} << 33) * 90);
}

TEST(VideoClock, AlwaysAdvancesWithinTheTolerance) {
    VideoClock clock;
    EXPECT_EQ(clock.advance(1'000), 90'000);
    EXPECT_EQ(clock.advance(1'000), 90'001);
    EXPECT_EQ(clock.advance(990), 90'002);
    EXPECT_EQ(clock.advance(1'001), 90'090);
    const std::int64_t jump = 1'001 - kClockTolerance.count() - 1;
    EXPECT_EQ(clock.advance(jump), jump * 90) << "a jump of the publisher's clock";
}

TEST(AudioClock, CountsFramesThroughRoundedMilliseconds) {
    AudioClock clock(44'100, 1024);
    std::int64_t expected = 0;
    for (std::int64_t frame = 0; frame < 10'000; ++frame, expected += 1024) {
        ASSERT_EQ(clock.advance(frame * 1024 * 1000 / 44'100), expected);
    }
}

TEST(AudioClock, FollowsGapsAndJumpsBeyondTheTolerance) {
    AudioClock clock(48'000, 1024);
    EXPECT_EQ(clock.advance(1'000), 48'000);
    EXPECT_EQ(clock.advance(1'021 + 99), 49'024) << "99 ms of jitter";
    EXPECT_EQ(clock.advance(1'043 + 101), 1'144 * 48) << "a gap";
    EXPECT_EQ(clock.advance(0), 0) << "a restart";
    EXPECT_EQ(clock.advance(21), 1024);
}

}  // namespace
}  // namespace spanreel::media::rtmp
