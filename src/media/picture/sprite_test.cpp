// SPDX-License-Identifier: Apache-2.0
#include "media/picture/sprite.hpp"

#include <gtest/gtest.h>

namespace spanreel::media::picture {
namespace {

using namespace std::chrono_literals;

TEST(Sprite, FitsAPictureIntoItsBounds) {
    EXPECT_EQ(fit_within({1920, 1080}, {160, 160}), (Size{160, 90}));
    EXPECT_EQ(fit_within({1080, 1920}, {160, 160}), (Size{90, 160}));
    EXPECT_EQ(fit_within({320, 192}, {100, 8192}), (Size{100, 60}));
    EXPECT_EQ(fit_within({320, 192}, {8192, 8192}), (Size{320, 192})) << "never enlarged";
    EXPECT_EQ(fit_within({321, 193}, {8192, 8192}), (Size{320, 192}));
    EXPECT_EQ(fit_within({8192, 2}, {160, 160}), (Size{160, 2}));
    EXPECT_EQ(fit_within({0, 0}, {160, 160}), (Size{2, 2}));
    EXPECT_EQ(fit_within({8192, 8192}, {8192, 8192}), (Size{8192, 8192}));
}

TEST(Sprite, HasATileASecondUntilThereAreTooMany) {
    const auto tiles = [](mp4::MediaTime length) { return plan_sprite(length, {1280, 720}).sheet.tiles; };
    const auto interval = [](mp4::MediaTime length) { return plan_sprite(length, {1280, 720}).interval; };
    EXPECT_EQ(tiles(0s), 1u);
    EXPECT_EQ(tiles(1s), 1u);
    EXPECT_EQ(tiles(1001ms), 2u);
    EXPECT_EQ(tiles(100s), 100u);
    EXPECT_EQ(interval(100s), 1s);
    EXPECT_EQ(tiles(100'001ms), 51u);
    EXPECT_EQ(interval(100'001ms), 2s);
    EXPECT_EQ(interval(24h), 864s);
    EXPECT_EQ(tiles(24h), 100u);
    for (mp4::MediaTime length = 1s; length < 2000s; length += 777ms) {
        const SpritePlan plan = plan_sprite(length, {64, 64});
        EXPECT_LT(plan.start_of(plan.sheet.tiles - 1), length);
        EXPECT_GE(plan.start_of(plan.sheet.tiles), length);
        EXPECT_TRUE(decode_sheet(as_bytes(encode(plan.sheet))));
    }
}

TEST(Sprite, TheTrackNamesEachTile) {
    const SpritePlan plan = plan_sprite(11'500ms, {1280, 720});
    const std::string track = sprite_track(plan, "sprite.jpg");
    EXPECT_TRUE(track.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nsprite.jpg#xywh=0,0,160,90\n\n"));
    EXPECT_TRUE(track.contains("\n00:00:09.000 --> 00:00:10.000\nsprite.jpg#xywh=1440,0,160,90\n"));
    EXPECT_TRUE(track.ends_with("\n00:00:11.000 --> 00:00:11.500\nsprite.jpg#xywh=160,90,160,90\n"));
    EXPECT_TRUE(sprite_track(plan_sprite(10h, {64, 64}), "s").contains("\n09:54:00.000 --> 10:00:00.000\n"));
}

}  // namespace
}  // namespace spanreel::media::picture
