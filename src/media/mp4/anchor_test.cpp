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
