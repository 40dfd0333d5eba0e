// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace spanreel::timeline {
namespace {

using namespace std::chrono_literals;
using media::mp4::SegmentInfo;

const Time kStart = from_unix_millis(1'760'000'000'000);

/// Segments of 2 s. `walls` are the moments they began.
ReelTrack track(std::string session, const std::vector<Nanos>& walls) {
    ReelTrack made{.reel = {.session = {.id = std::move(session)}}};
    for (std::size_t i = 0; i < walls.size(); ++i) {
        SegmentInfo segment{.number = i, .duration = 2s};
        segment.anchor = {.media = 2s * static_cast<int>(i), .wall = kStart + walls[i]};
        made.segments.push_back(segment);
    }
    return made;
}

SpanFacts span(Nanos from, Nanos to, std::string session = {}) {
    SpanFacts facts;
    facts.start = kStart + from;
    facts.end = kStart + to;
    facts.stream_session = std::move(session);
    return facts;
}

TEST(SpanPlacer, ASpanLiesAtTheMediaTimeOfItsWallClock) {
    const SpanPlacer placer({track("a", {0s, 2s, 4s})});
    EXPECT_EQ(placer.place(span(1500ms, 3250ms)),
              (Placement{.track = 0, .start = 1500ms, .end = 3250ms, .recorded = true}));
    EXPECT_EQ(placer.place(span(5s, 5s)), (Placement{.track = 0, .start = 5s, .end = 5s, .recorded = true}));
}

TEST(SpanPlacer, MediaTimeStandsStillInAGap) {
    const SpanPlacer placer({track("a", {0s, 2s, 60s, 62s})});  // away from 4 s to 60 s
    EXPECT_EQ(placer.place(span(61s, 63s)), (Placement{.start = 5s, .end = 7s, .recorded = true}));
    EXPECT_EQ(placer.place(span(30s, 40s)), (Placement{.start = 4s, .end = 4s, .recorded = false}));
    EXPECT_EQ(placer.place(span(3s, 30s)), (Placement{.start = 3s, .end = 4s, .recorded = true}));
    EXPECT_EQ(placer.place(span(3s, 61s)), (Placement{.start = 3s, .end = 5s, .recorded = true}));
}

TEST(SpanPlacer, WhatLiesOutsideIsAtTheNearestMomentAndNotRecorded) {
    const SpanPlacer placer({track("a", {10s, 12s})});
    EXPECT_EQ(placer.place(span(1s, 9s)), (Placement{.start = 0s, .end = 0s, .recorded = false}));
    EXPECT_EQ(placer.place(span(20s, 21s)), (Placement{.start = 4s, .end = 4s, .recorded = false}));
    EXPECT_EQ(placer.place(span(1s, 30s)), (Placement{.start = 0s, .end = 4s, .recorded = true}));
}

TEST(SpanPlacer, ASpanThatEndsBeforeItBeginsIsAMoment) {
    const SpanPlacer placer({track("a", {0s, 2s})});
    EXPECT_EQ(placer.place(span(3s, 1s)), (Placement{.start = 3s, .end = 3s, .recorded = true}));
}

TEST(SpanPlacer, TheTrackASpanNamesComesFirst) {
    const SpanPlacer placer({track("a", {0s, 2s}), track("b", {1s, 3s})});
    EXPECT_EQ(placer.place(span(2s, 2s))->track, 0u);
    EXPECT_EQ(placer.place(span(2s, 2s, "b")), (Placement{.track = 1, .start = 1s, .end = 1s, .recorded = true}));
    // "b" does not show it and "a" does.
    EXPECT_EQ(placer.place(span(500ms, 600ms, "b"))->track, 0u);
}

TEST(SpanPlacer, WhatNoTrackShowsIsAtTheNearestOne) {
    const SpanPlacer placer({track("a", {0s}), track("none", {}), track("b", {100s})});
    EXPECT_EQ(placer.place(span(10s, 11s)), (Placement{.track = 0, .start = 2s, .end = 2s, .recorded = false}));
    EXPECT_EQ(placer.place(span(90s, 91s)), (Placement{.track = 2, .start = 0s, .end = 0s, .recorded = false}));
}

TEST(SpanPlacer, WithoutMediaThereIsNoPlace) {
    EXPECT_EQ(SpanPlacer({}).place(span(0s, 1s)), std::nullopt);
    EXPECT_EQ(SpanPlacer({track("a", {})}).place(span(0s, 1s)), std::nullopt);
}

TEST(SpanPlacer, TenThousandSpansOverADayOfSegmentsAreQuick) {
    std::vector<Nanos> walls;
    walls.reserve(43'200);
    for (int i = 0; i < 43'200; ++i) walls.push_back(2s * i);
    const SpanPlacer placer({track("a", walls)});
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(placer.place(span(8s * i, 8s * i + 1s))->recorded);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

}  // namespace
}  // namespace spanreel::timeline
