// SPDX-License-Identifier: Apache-2.0
#include "media/codec/aac.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace spanreel::media {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

TEST(AacConfiguration, GivesTheTrackOfRealEncoders) {
    struct Case {
        Bytes config;
        std::uint32_t rate, channels;
    };
    for (const Case& expected :
         {Case{{0x12, 0x10, 0x56, 0xE5, 0x00}, 44'100, 2}, Case{{0x11, 0x88, 0x56, 0xE5, 0x00}, 48'000, 1},
          Case{{0x11, 0xB0, 0x56, 0xE5, 0x00}, 48'000, 6}, Case{{0x13, 0x90}, 22'050, 2},
          Case{{0x11, 0x80, 0x04, 0xC4, 0x01, 0x00, 0x20, 0x00}, 48'000, 3}}) {
        auto track = parse_aac_configuration(expected.config);
        ASSERT_TRUE(track) << track.error().message;
        EXPECT_EQ(track->kind, TrackKind::audio);
        EXPECT_EQ(track->codec, Codec::aac);
        EXPECT_EQ(track->sample_rate, expected.rate);
        EXPECT_EQ(track->timescale, expected.rate);
        EXPECT_EQ(track->channels, expected.channels);
        EXPECT_EQ(track->codec_string, "mp4a.40.2");
        EXPECT_EQ(as_bytes(track->configuration).size(), expected.config.size());
    }
}

TEST(AacConfiguration, ReadsAnExplicitFrequency) {
    // Object type 2, index 15, 24-bit frequency 37,800, two channels, frame length flag set.
    const std::uint64_t bits =
        std::uint64_t{2} << 35 | std::uint64_t{15} << 31 | std::uint64_t{37'800} << 7 | 2U << 3 | 1U << 2;
    Bytes config;
    for (int shift = 32; shift >= 0; shift -= 8) config.push_back(static_cast<std::uint8_t>(bits >> shift));
    auto aac = read_aac_configuration(config);
    ASSERT_TRUE(aac) << aac.error().message;
    EXPECT_EQ(aac->sample_rate, 37'800U);
    EXPECT_EQ(aac->channels, 2U);
    EXPECT_EQ(aac->samples_per_frame, 960U);
}

TEST(AacConfiguration, CountsInCoreSamplesWhereSbrIsSignalled) {
    // Hierarchical: object type 5, 24 kHz core, stereo, extension 48 kHz, core object type 2.
    const Bytes hierarchical = {0x2B, 0x11, 0x88, 0x00};
    auto track = parse_aac_configuration(hierarchical);
    ASSERT_TRUE(track) << track.error().message;
    EXPECT_EQ(track->sample_rate, 24'000U);
    EXPECT_EQ(track->codec_string, "mp4a.40.5");
    // Backward compatible: LC 22.05 kHz stereo, then sync 0x2B7, type 5, present, 44.1 kHz.
    const Bytes compatible = {0x13, 0x90, 0x56, 0xE5, 0xA0};
    track = parse_aac_configuration(compatible);
    ASSERT_TRUE(track) << track.error().message;
    EXPECT_EQ(track->sample_rate, 22'050U);
    EXPECT_EQ(track->codec_string, "mp4a.40.5");
    // Object type 29: parametric stereo over a mono core.
    const Bytes parametric = {0xEB, 0x09, 0x88, 0x00};
    track = parse_aac_configuration(parametric);
    ASSERT_TRUE(track) << track.error().message;
    EXPECT_EQ(track->channels, 1U);
    EXPECT_EQ(track->codec_string, "mp4a.40.29");
}

TEST(AacConfiguration, NamesTheObjectTypeItDoesNotTake) {
    auto message = [](const Bytes& config, Code code) {
        auto track = parse_aac_configuration(config);
        EXPECT_FALSE(track);
        EXPECT_EQ(track.error().code, code);
        return track.error().message;
    };
    EXPECT_EQ(message({0xF9, 0x48, 0x40, 0x00}, Code::unsupported),  // 42, by the escape
              "MPEG-4 audio object type 42 is not supported: publish AAC-LC");
    EXPECT_THAT(message({0xB9, 0x90}, Code::unsupported), HasSubstr("object type 23 "));
    EXPECT_THAT(message({0x16, 0x90}, Code::invalid), HasSubstr("sample rate"));            // index 13
    EXPECT_THAT(message({0x12, 0x40}, Code::invalid), HasSubstr("channel configuration"));  // 8
    EXPECT_THAT(message({}, Code::invalid), HasSubstr("cut short"));
    EXPECT_THAT(message({0x12}, Code::invalid), HasSubstr("cut short"));
    EXPECT_THAT(message({0x11, 0x80, 0x04}, Code::invalid), HasSubstr("cut short"));
    EXPECT_THAT(message(Bytes(kMaxAacConfigurationBytes + 1, 0x12), Code::invalid), HasSubstr("too long"));
}

}  // namespace
}  // namespace spanreel::media
