// SPDX-License-Identifier: Apache-2.0
#include "media/picture/picture_job.hpp"

#include <gtest/gtest.h>

namespace spanreel::media::picture {
namespace {

constexpr Sheet kSheet{.format = ImageFormat::png, .tile_width = 160, .tile_height = 90, .columns = 10, .tiles = 95};

bool accepts(const Sheet& sheet) { return decode_sheet(as_bytes(encode(sheet))).has_value(); }

TEST(PictureJob, ReadsBackWhatItWrites) {
    EXPECT_EQ(decode_sheet(as_bytes(encode(kSheet))).value(), kSheet);
    EXPECT_EQ(encode(kSheet).size(), kSheetBytes);
    const TileHead tile{.configuration_bytes = 40, .samples = 61, .wanted = -9000};
    EXPECT_EQ(decode_tile_head(as_bytes(encode(tile))).value(), tile);
    EXPECT_EQ(encode(tile).size(), kTileHeadBytes);
    const SampleHead sample{.shown = 1ll << 40, .bytes = 12'345};
    EXPECT_EQ(decode_sample_head(as_bytes(encode(sample))).value(), sample);
    EXPECT_EQ(encode(sample).size(), kSampleHeadBytes);
}

TEST(PictureJob, RefusesWhatIsCutShort) {
    EXPECT_FALSE(decode_sheet(as_bytes(encode(kSheet).substr(1))));
    EXPECT_FALSE(decode_tile_head(as_bytes(encode(TileHead{}).substr(1))));
    EXPECT_FALSE(decode_sample_head(as_bytes(encode(SampleHead{}).substr(1))));
}

TEST(PictureJob, RefusesWhatIsBeyondALimit) {
    EXPECT_TRUE(accepts({.tile_width = kMaxSide, .tile_height = kMaxSide}));
    EXPECT_FALSE(accepts({.tile_width = kMaxSide + 2, .tile_height = 2}));
    EXPECT_FALSE(accepts({.tile_width = 2, .tile_height = kMaxSide + 2}));
    EXPECT_FALSE(accepts({.tile_width = 3, .tile_height = 2}));
    EXPECT_FALSE(accepts({.tile_width = 0, .tile_height = 2}));
    EXPECT_FALSE(accepts({.tile_width = 2, .tile_height = 2, .tiles = 0}));
    EXPECT_FALSE(accepts({.tile_width = 2, .tile_height = 2, .columns = 0}));
    EXPECT_FALSE(accepts({.tile_width = 2, .tile_height = 2, .columns = 10, .tiles = kMaxTiles + 1}));
    EXPECT_FALSE(accepts({.tile_width = 1000, .tile_height = 2, .columns = 10, .tiles = 10}));
    EXPECT_FALSE(accepts({.tile_width = 2, .tile_height = 1000, .columns = 1, .tiles = 10}));
    EXPECT_FALSE(accepts({.format = static_cast<ImageFormat>(2), .tile_width = 2, .tile_height = 2}));
    EXPECT_FALSE(decode_tile_head(as_bytes(encode(TileHead{.configuration_bytes = kMaxConfigurationBytes + 1}))));
    EXPECT_FALSE(decode_tile_head(as_bytes(encode(TileHead{.samples = kMaxTileSamples + 1}))));
    EXPECT_FALSE(decode_sample_head(as_bytes(encode(SampleHead{.bytes = kMaxSampleBytes + 1}))));
}

}  // namespace
}  // namespace spanreel::media::picture
