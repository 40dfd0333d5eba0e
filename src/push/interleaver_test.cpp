// SPDX-License-Identifier: Apache-2.0
#include "push/interleaver.hpp"

#include <gtest/gtest.h>

#include <string>

namespace spanreel::push {
namespace {

using namespace std::chrono_literals;

Packet packet(Track track, Micros dts, int size = 1) {
    Packet out{track, PacketPtr(av_packet_alloc())};
    av_new_packet(out.data.get(), size);
    out.data->dts = out.data->pts = dts.count();
    return out;
}

/// What comes out without waiting: `v0 a20`.
std::string ready(Interleaver& interleaver) {
    std::string out;
    while (interleaver.is_ready()) {
        const auto next = interleaver.pop();
        if (!next) break;
        out += (out.empty() ? "" : " ") + std::string(next->track == Track::video ? "v" : "a") +
               std::to_string(next->data->dts / 1000);
    }
    return out;
}

TEST(Interleaver, PutsBothTracksInOrderOfTime) {
    Interleaver interleaver(true, true);
    for (const Micros time : {0ms, 40ms, 80ms}) interleaver.push(packet(Track::video, time));
    EXPECT_EQ(ready(interleaver), "") << "sound may still come";
    for (const Micros time : {20ms, 60ms}) interleaver.push(packet(Track::audio, time));
    EXPECT_EQ(ready(interleaver), "v0 a20 v40 a60");
}

TEST(Interleaver, WaitsForNoTrackThatIsNotThere) {
    Interleaver interleaver(true, false);
    interleaver.push(packet(Track::video, 0ms));
    EXPECT_EQ(ready(interleaver), "v0");
}

TEST(Interleaver, WaitsASecondForATrackThatHasEnded) {
    Interleaver interleaver(true, true);
    interleaver.push(packet(Track::video, 0ms));
    interleaver.push(packet(Track::video, 999ms));
    EXPECT_EQ(ready(interleaver), "");
    interleaver.push(packet(Track::video, 1000ms));
    EXPECT_EQ(ready(interleaver), "v0");
    EXPECT_EQ(interleaver.pop()->dts(), 999ms) << "whatever may come";
}

TEST(Interleaver, HoldsABoundedNumberOfBytes) {
    Interleaver interleaver(true, true);
    interleaver.push(packet(Track::video, 0ms, static_cast<int>(Interleaver::kMostBytes)));
    EXPECT_EQ(ready(interleaver), "v0");
    for (std::size_t i = 0; i <= Interleaver::kMostBytes / Packet::kOverhead; ++i)
        interleaver.push(packet(Track::video, 1ms));
    EXPECT_TRUE(interleaver.is_ready()) << "also in tiny packets";
}

}  // namespace
}  // namespace spanreel::push
