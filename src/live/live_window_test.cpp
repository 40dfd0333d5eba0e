// SPDX-License-Identifier: Apache-2.0
#include "live/live_window.hpp"

#include <gtest/gtest.h>

namespace spanreel::live {
namespace {

using std::chrono::seconds;

class LiveWindowTest : public testing::Test {
  protected:
    /// Of two seconds each.
    void add(bool discontinuity) {
        media::mp4::Segment segment;
        segment.info = {.number = next_++, .discontinuity = discontinuity, .duration = seconds(2)};
        window_.add(segment, seconds(2));
    }
    std::uint64_t next_ = 0;
    LiveWindow window_{"session", "directory", seconds(4)};
};

TEST_F(LiveWindowTest, ADiscontinuityCountsFromTheMomentItsTagHasNoPlaceInThePlaylist) {
    add(false);
    add(false);
    add(true);
    EXPECT_EQ(window_.live().segments.front().number, 1u);
    EXPECT_EQ(window_.live().discontinuity_sequence, 0u) << "the tag is before the second segment";
    add(false);
    EXPECT_EQ(window_.live().segments.front().number, 2u);
    EXPECT_EQ(window_.live().discontinuity_sequence, 1u) << "the window begins with it";
    add(false);
    EXPECT_EQ(window_.live().discontinuity_sequence, 1u);
    EXPECT_EQ(window_.whole().discontinuity_sequence, 0u);
}

TEST_F(LiveWindowTest, ForgettingChangesNoCount) {
    window_.resume(5);
    for (const bool discontinuity : {true, false, true, true, false}) add(discontinuity);
    const WindowView before = window_.live();
    EXPECT_EQ(before.discontinuity_sequence, 5u + 3u);
    EXPECT_EQ(window_.forget_old().size(), 3u);
    EXPECT_EQ(window_.live().discontinuity_sequence, before.discontinuity_sequence);
    EXPECT_EQ(window_.live().segments, before.segments);
}

TEST_F(LiveWindowTest, TheEndOfAWholeViewIsTheLastWindow) {
    for (const bool discontinuity : {true, false, true, true, false}) add(discontinuity);
    window_.end();
    const WindowView last = last_of(window_.whole(), seconds(4));
    EXPECT_TRUE(last.ended);
    EXPECT_EQ(last.segments, window_.live().segments);
    EXPECT_EQ(last.discontinuity_sequence, window_.live().discontinuity_sequence);
}

}  // namespace
}  // namespace spanreel::live
