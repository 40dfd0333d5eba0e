// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/interleaver.hpp"

#include <gtest/gtest.h>

#include <string>

namespace spanreel::media::mp4 {
namespace {

using namespace std::chrono_literals;

class InterleaverTest : public ::testing::Test {
  protected:
    InterleaverTest() {
        interleaver_.start_track(TrackKind::video, 40);
        interleaver_.start_track(TrackKind::audio, 20);
    }
    void push(TrackKind kind, std::int64_t ms, std::size_t size = 1) {
        interleaver_.push({.packet = {.kind = kind, .dts = ms, .pts = ms, .payload = std::string(size, 'x')},
                           .time = std::chrono::milliseconds(ms),
                           .timescale = 1000});
    }
    std::string drain() {
        std::string out;
        while (auto packet = interleaver_.pop()) out += describe(*packet);
        return out;
    }
    static std::string describe(const TimedPacket& packet) {
        return fmt::format("{}{}+{} ", packet.packet.kind == TrackKind::video ? 'v' : 'a', packet.packet.dts,
                           packet.duration);
    }

    Interleaver interleaver_{500ms, 1 << 20};
};

TEST_F(InterleaverTest, orders_by_time_and_tells_durations) {
    push(TrackKind::video, 0);
    push(TrackKind::video, 40);
    push(TrackKind::video, 80);
    EXPECT_EQ(drain(), "");  // audio may still come before
    push(TrackKind::audio, 10);
    EXPECT_EQ(drain(), "v0+40 ");
    push(TrackKind::audio, 31);
    EXPECT_EQ(drain(), "a10+21 ");
    push(TrackKind::audio, 60);
    EXPECT_EQ(drain(), "a31+29 v40+40 ");
}

TEST_F(InterleaverTest, waits_for_a_silent_track_only_so_long) {
    push(TrackKind::audio, 0);
    for (int ms = 0; ms <= 520; ms += 40) push(TrackKind::video, ms);
    EXPECT_EQ(drain(), "v0+40 ");  // now the audio frame at 0 is next, and its duration is not known
    push(TrackKind::video, 560);
    EXPECT_EQ(drain(),
              "v40+40 v80+40 v120+40 v160+40 v200+40 v240+40 v280+40 v320+40 v360+40 v400+40 v440+40 "
              "v480+40 v520+40 ");
    push(TrackKind::audio, 570);
    EXPECT_EQ(drain(), "a0+570 ");  // late, and complete
}

TEST_F(InterleaverTest, waits_only_for_so_many_bytes) {
    push(TrackKind::video, 0, 600'000);
    push(TrackKind::video, 40, 600'000);
    EXPECT_EQ(drain(), "v0+40 ");
}

TEST_F(InterleaverTest, the_last_packets_last_as_long_as_those_before) {
    push(TrackKind::video, 0);
    push(TrackKind::video, 33);
    push(TrackKind::audio, 5);
    std::string out;
    while (auto packet = interleaver_.pop_at_end()) out += describe(*packet);
    EXPECT_EQ(out, "v0+33 a5+20 v33+33 ");
}

TEST_F(InterleaverTest, the_last_picture_of_a_slide_show_ends_within_a_second) {
    push(TrackKind::video, 0);
    push(TrackKind::video, 9000);
    std::string out;
    while (auto packet = interleaver_.pop_at_end()) out += describe(*packet);
    EXPECT_EQ(out, "v0+9000 v9000+1000 ");
}

}  // namespace
}  // namespace spanreel::media::mp4
