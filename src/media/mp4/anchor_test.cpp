// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/anchor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace spanreel::media::mp4 {
namespace {

using namespace std::chrono_literals;

const Time kStart = from_unix_millis(1'700'000'000'000);

/// Sound and pictures with up to 200 ms of network delay; the publisher's clock runs `ppm` slow.
class JitteredStream {
  public:
    explicit JitteredStream(double ppm = 0) : ppm_(ppm) {}

    Time true_wall(MediaTime media) const {
        return kStart + media + Nanos(static_cast<std::int64_t>(static_cast<double>(media.count()) * ppm_ / 1e6));
    }
    void run(AnchorClock& clock, MediaTime until) {
        for (; media_ < until; media_ += 10ms) {
            clock.observe(media_, true_wall(media_) + Nanos(jitter_(random_)));
        }
    }

  private:
    double ppm_;
    MediaTime media_{};
    std::mt19937_64 random_{7};
    std::uniform_int_distribution<std::int64_t> jitter_{0, 200'000'000};
};

Nanos error(Time estimate, Time truth) { return estimate > truth ? estimate - truth : truth - estimate; }

TEST(AnchorClock, knows_nothing_before_the_first_packet) { EXPECT_FALSE(AnchorClock().wall_at(0s)); }

TEST(AnchorClock, removes_jitter_within_a_second) {
    AnchorClock clock;
    JitteredStream stream;
    for (MediaTime media = 1s; media < 60s; media += 1s) {
        stream.run(clock, media);
        EXPECT_LT(error(*clock.wall_at(media), stream.true_wall(media)), 5ms) << media.count();
    }
}

TEST(AnchorClock, follows_drift_in_both_directions) {
    for (double ppm : {100.0, -100.0}) {
        AnchorClock clock;
        JitteredStream stream(ppm);
        for (MediaTime media = 60s; media <= 3600s; media += 60s) {
            stream.run(clock, media);
            EXPECT_LT(error(*clock.wall_at(media), stream.true_wall(media)), 5ms) << ppm << ' ' << media.count();
        }
    }
}

TEST(AnchorClock, a_stall_of_the_network_moves_nothing) {
    AnchorClock clock;
    for (MediaTime media = 0s; media < 20s; media += 20ms) clock.observe(media, kStart + media);
    for (MediaTime media = 20s; media < 26s; media += 20ms) clock.observe(media, kStart + 26s);
    for (MediaTime media = 26s; media < 30s; media += 20ms) clock.observe(media, kStart + media);
    EXPECT_LT(error(*clock.wall_at(25s), kStart + 25s), 5ms);
}

TEST(AnchorClock, steps_when_media_time_stood_still) {
    AnchorClock clock;
    for (MediaTime media = 0s; media < 20s; media += 20ms) clock.observe(media, kStart + media);
    for (MediaTime media = 20s; media < 50s; media += 20ms) clock.observe(media, kStart + 30s + media);
    EXPECT_EQ(*clock.wall_at(50s), kStart + 80s);
}

/// Segments of 2 s, the n-th `late[n]` after its true moment.
std::vector<SegmentInfo> segments_late_by(std::initializer_list<Nanos> late) {
    std::vector<SegmentInfo> segments;
    for (const Nanos delay : late) {
        const MediaTime start = 2s * static_cast<int>(segments.size());
        segments.push_back({.anchor = {.media = start, .wall = kStart + start + delay}, .duration = 2s});
    }
    return segments;
}

std::vector<Nanos> lateness(const std::vector<SegmentInfo>& segments) {
    std::vector<Nanos> out;
    for (const SegmentInfo& segment : segments) out.push_back(segment.anchor.wall - kStart - segment.start());
    return out;
}

TEST(CorrectAnchors, later_anchors_show_how_late_the_first_were) {
    auto segments = segments_late_by({91ms, 91ms, 4ms, 0ms, 0ms});
    correct_anchors(segments);
    constexpr Nanos kDrift = 600us;  // that 2 s of media time may explain
    EXPECT_EQ(lateness(segments), (std::vector<Nanos>{3 * kDrift, 2 * kDrift, kDrift, 0ms, 0ms}));
}

TEST(CorrectAnchors, drift_and_standstill_are_no_lateness) {
    auto segments = segments_late_by({500us, 0us, 300us, 30s, 30s});
    const auto as_they_were = lateness(segments);
    correct_anchors(segments);
    EXPECT_EQ(lateness(segments), as_they_were);
}

TEST(CorrectAnchors, another_run_says_nothing) {
    auto segments = segments_late_by({80ms, 80ms, 0ms, 0ms});
    segments[2].discontinuity = true;
    // It cannot have begun before the end of the run before.
    correct_anchors(segments);
    EXPECT_EQ(lateness(segments), (std::vector<Nanos>{80ms, 80ms, 80ms, 0ms}));
}

TEST(CorrectAnchors, the_order_stays) {
    auto segments = segments_late_by({0ms, 5s, 1s});
    segments[1].discontinuity = true;
    correct_anchors(segments);
    EXPECT_TRUE(std::ranges::is_sorted(segments, {}, [](const SegmentInfo& info) { return info.anchor.wall; }));
    EXPECT_EQ(lateness(segments)[1], 1s + 600us);
    correct_anchors({});
}

/// Two connections: media 0 to 10 s, then 30 s of absence, then 10 to 15 s.
struct Timeline {
    std::vector<Anchor> anchors{
        {.media = 0s, .wall = kStart}, {.media = 5s, .wall = kStart + 5s}, {.media = 10s, .wall = kStart + 40s}};
    MediaTime end = 15s;
};

TEST(Timeline, converts_inside_a_segment) {
    const Timeline line;
    EXPECT_EQ(media_time_at(line.anchors, line.end, kStart + 7s), (TimelinePosition{7s, true}));
    EXPECT_EQ(media_time_at(line.anchors, line.end, kStart + 42s), (TimelinePosition{12s, true}));
    EXPECT_EQ(wall_time_at(line.anchors, line.end, 7s), kStart + 7s);
    EXPECT_EQ(wall_time_at(line.anchors, line.end, 12s), kStart + 42s);
}

TEST(Timeline, a_gap_has_one_media_time) {
    const Timeline line;
    EXPECT_EQ(media_time_at(line.anchors, line.end, kStart + 20s), (TimelinePosition{10s, false}));
    EXPECT_EQ(media_time_at(line.anchors, line.end, kStart + 39s), (TimelinePosition{10s, false}));
    EXPECT_EQ(wall_time_at(line.anchors, line.end, 10s), kStart + 40s);
}

TEST(Timeline, clamps_outside) {
    const Timeline line;
    EXPECT_EQ(media_time_at(line.anchors, line.end, kStart - 1s), (TimelinePosition{0s, false}));
    EXPECT_EQ(media_time_at(line.anchors, line.end, kStart + 99s), (TimelinePosition{15s, false}));
    EXPECT_EQ(wall_time_at(line.anchors, line.end, 99s), kStart + 45s);
    EXPECT_EQ(wall_time_at(line.anchors, line.end, -1s), kStart);
    EXPECT_EQ(media_time_at({}, 0s, kStart), (TimelinePosition{0s, false}));
}

TEST(Timeline, drift_between_anchors_is_no_gap) {
    const std::vector<Anchor> anchors{{.media = 0s, .wall = kStart}, {.media = 2s, .wall = kStart + 2001ms}};
    EXPECT_EQ(media_time_at(anchors, 4s, kStart + 2000ms + 500us), (TimelinePosition{2s, true}));
}

}  // namespace
}  // namespace spanreel::media::mp4
