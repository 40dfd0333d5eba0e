// SPDX-License-Identifier: Apache-2.0
#include "live/publication.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spanreel::live {
namespace {

using std::chrono::seconds;

class PublicationTest : public testing::Test {
  protected:
    PublicationTest() {
        publication_.configure({.configuration = "config", .width = 64, .height = 64, .codec_string = "avc1.640000"});
    }
    /// A picture of five bytes, a key frame, which arrives at once.
    Result<void> push(seconds at) {
        const std::int64_t ticks = at.count() * media::kVideoTimescale;
        return publication_.push({.dts = ticks, .pts = ticks, .key = true, .payload = "12345"}, arrival_);
    }

    Time arrival_{};
    std::size_t events_ = 0;
    std::size_t segments_ = 0;
    Publication publication_{media::mp4::Segmenter(),
                             [this](const media::mp4::SegmenterEvents& events, std::uint64_t, bool) {
                                 events_ += events.size();
                                 for (const auto& event : events)
                                     segments_ += std::holds_alternative<media::mp4::SegmentClosed>(event);
                             },
                             Time{}};
};

TEST_F(PublicationTest, SmallSegmentsWeighWhatTheyCostTheDisk) {
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(push(seconds(2 * i)));
    ASSERT_GT(segments_, 10u);
    EXPECT_GE(publication_.backlog(), segments_ * kSyncedEventCost + (events_ - segments_) * kEventCost);
}

TEST_F(PublicationTest, APublisherWhoseClockJumpsWithoutEndIsDroppedWithTheReason) {
    std::string told;
    publication_.on_dropped([&](const std::string& reason) { told = reason; });
    int pushed = 0;
    Result<void> taken;
    for (; taken && pushed < 1000; ++pushed) taken = push(seconds(20 * pushed));
    EXPECT_THAT(taken.error().message, testing::HasSubstr("The encoder's clock jumps"));
    EXPECT_EQ(told, taken.error().message);
    EXPECT_LE(segments_, kMaxJumps + 2);
    EXPECT_FALSE(push(seconds(0)));
}

TEST_F(PublicationTest, RareJumpsAreForgiven) {
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(push(seconds(20 * i))) << i;
        arrival_ += std::chrono::milliseconds(600);
    }
    EXPECT_GT(segments_, 100u);
}

TEST_F(PublicationTest, LostFramesAreReported) {
    publication_.lose_frames();
    EXPECT_THAT(publication_.take_report(Time{}).issues, testing::ElementsAre(testing::HasSubstr("left out")));
    EXPECT_THAT(publication_.take_report(Time{}).issues, testing::IsEmpty());
}

}  // namespace
}  // namespace spanreel::live
