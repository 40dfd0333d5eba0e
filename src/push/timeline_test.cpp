// SPDX-License-Identifier: Apache-2.0
#include "push/timeline.hpp"

#include <gtest/gtest.h>

namespace spanreel::push {
namespace {

using namespace std::chrono_literals;

constexpr Micros kPicture = 40ms;
constexpr Micros kSound = 20ms;

struct Placed {
    Micros dts, pts;
};

class TimelineTest : public testing::Test {
  protected:
    Placed place(Track track, Micros dts, Micros shown_later = 0s) {
        const PacketPtr packet(av_packet_alloc());
        packet->dts = dts.count();
        packet->pts = (dts + shown_later).count();
        packet->duration = (track == Track::video ? kPicture : kSound).count();
        line.place(track, *packet);
        return {Micros(packet->dts), Micros(packet->pts)};
    }
    Micros video(Micros dts) { return place(Track::video, dts).dts; }
    Micros audio(Micros dts) { return place(Track::audio, dts).dts; }

    Timeline line;
};

TEST_F(TimelineTest, BeginsAtZeroAndKeepsDistances) {
    line.begin_reading(7s, 7s + 80ms);
    const Placed first = place(Track::video, 7s, 80ms);
    EXPECT_EQ(first.dts, 0s);
    EXPECT_EQ(first.pts, 80ms);
    EXPECT_EQ(audio(7s + 30ms), 30ms);
    EXPECT_EQ(video(7s + 9s), 9s) << "a picture may stand for long";
}

TEST_F(TimelineTest, WhatIsReadAgainFollowsOnWhatWasShownLast) {
    line.begin_reading(0s, 80ms);
    place(Track::video, 0s, 80ms);
    line.begin_reading(0s, 80ms);
    const Placed again = place(Track::video, 0s, 80ms);
    EXPECT_EQ(again.pts, 80ms + kPicture);
    EXPECT_EQ(again.dts, kPicture);
}

TEST_F(TimelineTest, GoesOnAtOnceWhenTheClockJumps) {
    for (const Micros jump : {Micros(-5s), Micros(11s), Micros(5h), Micros(-5h)}) {
        SCOPED_TRACE(jump.count());
        line = Timeline();
        line.begin_reading(0s, 0s);
        for (Micros time = 0s; time < 8s; time += kPicture) video(time);
        for (Micros time = 0s; time < 8s - 100ms; time += kSound) audio(time);
        // Pictures first; the sound that belongs before them comes behind, and its own jump keeps the distance.
        EXPECT_EQ(video(8s + jump), 8s);
        EXPECT_EQ(audio(8s - 100ms), 8s - 100ms);
        EXPECT_EQ(audio(8s + 10ms + jump), 8s + 10ms);
        EXPECT_EQ(video(8s + jump + kPicture), 8s + kPicture);
    }
}

TEST_F(TimelineTest, OnePacketWithAWrongTimeChangesNothingAfterIt) {
    line.begin_reading(0s, 0s);
    audio(0s);
    video(0s);
    EXPECT_EQ(video(1h), kPicture);
    EXPECT_EQ(video(2 * kPicture), 2 * kPicture);
}

TEST_F(TimelineTest, NeverGoesBackWithinATrack) {
    line.begin_reading(0s, 0s);
    EXPECT_EQ(video(2s), 2s);
    EXPECT_EQ(video(1500ms), 2s);
    EXPECT_EQ(video(2s + kPicture), 2s + kPicture);
}

TEST_F(TimelineTest, ATrackThatComesBackAfterAJumpGoesOnWhereTheOtherIs) {
    line.begin_reading(0s, 0s);
    audio(0s);
    for (Micros time = 0s; time < 20s; time += kPicture) video(time);
    EXPECT_EQ(audio(5h), 20s - kPicture);
}

TEST_F(TimelineTest, NothingIsShownLongAfterItWasDecoded) {
    line.begin_reading(0s, 0s);
    EXPECT_EQ(place(Track::video, 0s, 5h).pts, Timeline::kLongestGap);
    EXPECT_EQ(place(Track::video, kPicture, -5h).pts, kPicture);
}

TEST_F(TimelineTest, APacketWithoutADecodingTimeFollowsAtOnce) {
    line.begin_reading(0s, 0s);
    video(0s);
    const PacketPtr untold(av_packet_alloc());
    untold->pts = Micros(2 * kPicture).count();
    line.place(Track::video, *untold);
    EXPECT_EQ(Micros(untold->dts), kPicture);
    EXPECT_EQ(Micros(untold->pts), 2 * kPicture);
}

}  // namespace
}  // namespace spanreel::push
