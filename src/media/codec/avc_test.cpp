// SPDX-License-Identifier: Apache-2.0
#include "media/codec/avc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace spanreel::media {
namespace {

using testing::HasSubstr;

std::string hex(std::string_view text) { return from_hex(text).value(); }

// Records as x264 made them.
const std::string kHigh640x360 =
    hex("0164001effe1001a6764001eacd940a02ff970110000030001000003003c0f162d960100"
        "0668ebe3cb22c0fdf8f800");
const std::string kMain1080 =
    hex("014d4028ffe1001a674d4028eca03c0113f2e022000003000200000300781e30632c01000568ebe3cb20");
const std::string kHigh444 =
    hex("01f4000dffe1001a67f4000d919b282a10f1f1f80880000003008000001e078a14cb01000668ebe3c44844fff8f800");
const std::string kBaseline = hex("0142c01effe100196742c01ed900a02ff970110000030001000003003c0f162e4801000568cb83cb20");
const std::string kInterlaced576 =
    hex("0164001effe100186764001eacd940b424d8088000000300800000190f8a14cb01000768fba3cb3002c0fdf8f800");

/// Writes the bits of a sequence parameter set, without the fields a test does not care about.
class SpsBuilder {
  public:
    SpsBuilder& bits(std::uint32_t value, unsigned count) {
        for (unsigned i = count; i-- > 0;) bits_.push_back((value >> i & 1U) != 0);
        return *this;
    }
    SpsBuilder& ue(std::uint32_t value) {
        const std::uint64_t code = std::uint64_t{value} + 1;
        unsigned length = 0;
        while (code >> (length + 1) != 0) ++length;
        bits(0, length);
        for (unsigned i = length + 1; i-- > 0;) bits_.push_back((code >> i & 1U) != 0);
        return *this;
    }
    SpsBuilder& se(std::int32_t value) {
        return ue(value > 0 ? static_cast<std::uint32_t>(value) * 2 - 1 : static_cast<std::uint32_t>(-value) * 2);
    }
    /// The NAL unit with emulation prevention.
    std::string nal() const {
        std::string raw(1, '\x67');
        for (std::size_t i = 0; i < bits_.size(); i += 8) {
            unsigned byte = 0;
            for (std::size_t j = i; j < i + 8; ++j) byte = byte << 1 | (j < bits_.size() && bits_[j] ? 1U : 0U);
            raw.push_back(static_cast<char>(byte));
        }
        std::string out;
        for (char byte : raw) {
            if (out.ends_with(std::string_view("\0\0", 2)) && static_cast<unsigned char>(byte) <= 3) out.push_back(3);
            out.push_back(byte);
        }
        return out;
    }

  private:
    std::vector<bool> bits_;
};

TEST(AvcConfiguration, GivesTheTrackOfRealEncoders) {
    struct Case {
        const std::string& record;
        std::uint32_t width, height;
        std::string codec;
    };
    for (const Case& expected :
         {Case{kHigh640x360, 640, 360, "avc1.64001e"}, Case{kMain1080, 1920, 1080, "avc1.4d4028"},
          Case{kHigh444, 322, 242, "avc1.f4000d"}, Case{kBaseline, 640, 360, "avc1.42c01e"},
          Case{kInterlaced576, 720, 576, "avc1.64001e"}}) {
        auto track = parse_avc_configuration(as_bytes(expected.record));
        ASSERT_TRUE(track) << track.error().message;
        EXPECT_EQ(track->width, expected.width);
        EXPECT_EQ(track->height, expected.height);
        EXPECT_EQ(track->codec_string, expected.codec);
        EXPECT_EQ(track->configuration, expected.record);
        EXPECT_EQ(track->timescale, 90'000U);
    }
}

TEST(AvcConfiguration, IsRefusedWhereverItIsCut) {
    for (std::size_t size = 0; size + 4 < kMain1080.size(); ++size) {
        EXPECT_FALSE(parse_avc_configuration(as_bytes(std::string_view(kMain1080).substr(0, size)))) << size;
    }
}

TEST(AvcConfiguration, SaysWhatIsWrongAndWhere) {
    auto message = [](const std::string& record) {
        auto track = parse_avc_configuration(as_bytes(record));
        EXPECT_FALSE(track);
        return track ? std::string() : track.error().message;
    };
    std::string changed = kMain1080;
    changed[0] = 0;
    EXPECT_EQ(message(changed), "H.264 configuration: unknown version at byte 0");
    changed = kMain1080;
    changed[4] = '\xfe';
    EXPECT_EQ(message(changed), "H.264 configuration: NAL length of 3 bytes at byte 4");
    EXPECT_THAT(message(hex("014d4028ffe0") + std::string(1, '\0')), HasSubstr("no sequence parameter set"));
    changed = kMain1080.substr(0, 34) + std::string(1, '\0');
    EXPECT_THAT(message(changed), HasSubstr("no picture parameter set"));
    EXPECT_THAT(message(std::string(kMaxAvcConfigurationBytes + 1, '\1')), HasSubstr("too long"));
}

TEST(AvcConfiguration, AnnouncesFourByteLengthsWhateverThePublisherUses) {
    std::string two_bytes = kMain1080;
    two_bytes[4] = '\xfd';
    auto configuration = read_avc_configuration(as_bytes(two_bytes));
    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->nal_length_size, 2U);
    EXPECT_EQ(configuration->sequence_parameter_sets.size(), 1U);
    EXPECT_EQ(configuration->picture_parameter_sets.size(), 1U);
    EXPECT_EQ(parse_avc_configuration(as_bytes(two_bytes))->configuration, kMain1080);
}

TEST(SequenceParameterSet, SkipsScalingListsAndCropsFieldsInPairs) {
    SpsBuilder sps;
    sps.bits(100, 8).bits(0, 8).bits(31, 8).ue(0);
    sps.ue(1).ue(0).ue(0).bits(0, 1).bits(1, 1);  // 4:2:0, 8 bit, scaling matrix
    sps.bits(1, 1);                               // list 0: 16 entries, flat after two steps
    sps.se(4).se(-12);                            // the second makes the next scale 0: the list ends
    for (int i = 1; i < 6; ++i) sps.bits(0, 1);
    sps.bits(1, 1);  // list 6: all 64 entries present
    for (int i = 0; i < 64; ++i) sps.se(i % 2 == 0 ? 1 : -1);
    sps.bits(0, 1);
    sps.ue(0).ue(1).bits(0, 1).se(-5).se(7).ue(2).se(1).se(-1);  // picture order count type 1
    sps.ue(4).bits(0, 1).ue(119).ue(33);                         // 1920 x (34 * 32)
    sps.bits(0, 1).bits(1, 1).bits(1, 1);                        // fields, adaptive
    sps.bits(1, 1).ue(1).ue(2).ue(0).ue(2).bits(0, 1).bits(1, 1);
    auto sequence = parse_sequence_parameter_set(as_bytes(sps.nal()));
    ASSERT_TRUE(sequence) << sequence.error().message;
    EXPECT_EQ(sequence->width, 1920U - 6U);
    EXPECT_EQ(sequence->height, 1088U - 8U);
}

TEST(SequenceParameterSet, RefusesPicturesOutOfRange) {
    auto sized = [](std::uint32_t width_in_mbs, std::uint32_t height_in_mbs, std::uint32_t crop) {
        SpsBuilder sps;
        sps.bits(66, 8).bits(0, 8).bits(31, 8).ue(0).ue(0).ue(2).ue(1).bits(0, 1);
        sps.ue(width_in_mbs - 1).ue(height_in_mbs - 1).bits(1, 1).bits(1, 1).bits(1, 1);
        sps.ue(crop).ue(0).ue(0).ue(0).bits(0, 1).bits(1, 1);
        return parse_sequence_parameter_set(as_bytes(sps.nal()));
    };
    ASSERT_TRUE(sized(40, 23, 3));
    EXPECT_EQ(sized(40, 23, 3)->width, 634U);
    EXPECT_TRUE(sized(kMaxPictureSide / 16, 1, 0));
    EXPECT_FALSE(sized(kMaxPictureSide / 16 + 1, 1, 0));
    EXPECT_FALSE(sized(1, 0xFFFFFFFF, 0));
    EXPECT_FALSE(sized(2, 2, 16));
    EXPECT_FALSE(sized(2, 2, 0xFFFFFFFE));
}

TEST(NalLengths, OfFourBytesPassUntouched) {
    std::string frame = hex("0000000265880000000141");
    const std::string before = frame;
    const char* data = frame.data();
    ASSERT_TRUE(to_four_byte_lengths(frame, 4));
    EXPECT_EQ(frame, before);
    EXPECT_EQ(frame.data(), data);
}

TEST(NalLengths, OfOneAndTwoBytesAreWidened) {
    std::string one = hex("0265880141");
    ASSERT_TRUE(to_four_byte_lengths(one, 1));
    EXPECT_EQ(one, hex("0000000265880000000141"));
    std::string two = hex("00026588000141");
    ASSERT_TRUE(to_four_byte_lengths(two, 2));
    EXPECT_EQ(two, hex("0000000265880000000141"));
}

TEST(NalLengths, OfZeroAreLeftOut) {
    std::string frame = hex("00000000000000016500000000");
    ASSERT_TRUE(to_four_byte_lengths(frame, 4));
    EXPECT_EQ(frame, hex("0000000165"));
}

TEST(ParameterSets, StandBeforeAKeyFrame) {
    const std::string units = parameter_set_units(as_bytes(kBaseline)).value();
    EXPECT_EQ(units, hex("000000196742c01ed900a02ff970110000030001000003003c0f162e480000000568cb83cb20"));
    EXPECT_FALSE(parameter_set_units(as_bytes(kBaseline).first(20)));
    std::string frame = hex("000000026588");
    insert_parameter_sets(frame, units);
    EXPECT_EQ(frame, units + hex("000000026588"));
}

TEST(ParameterSets, StandBehindADelimiter) {
    std::string frame = hex("0000000209f0000000026588");
    insert_parameter_sets(frame, "<sets>");
    EXPECT_EQ(frame, hex("0000000209f0") + "<sets>" + hex("000000026588"));
}

TEST(ParameterSets, OfThePublisherAreKept) {
    for (std::string_view text : {"0000000209f00000000267420000000265880000000168", "0000000965"}) {
        std::string frame = hex(text);
        insert_parameter_sets(frame, "<sets>");
        EXPECT_EQ(frame, hex(text));
    }
}

TEST(NalLengths, ThatOverrunTheFrameAreRefused) {
    for (std::string_view text : {"0000000265", "ffffffff65", "000000", "000000016500", "00000001650000000200"}) {
        std::string frame = hex(text);
        const std::string before = frame;
        EXPECT_FALSE(to_four_byte_lengths(frame, 4)) << text;
        EXPECT_EQ(frame, before);
    }
    std::string cut = hex("0265");
    EXPECT_FALSE(to_four_byte_lengths(cut, 1));
}

}  // namespace
}  // namespace spanreel::media
