// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/media_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/rtmp/test_publisher.hpp"

namespace spanreel::media::rtmp {
namespace {

using test::audio_tag;
using test::video_tag;

class MediaReaderTest : public testing::Test {
  protected:
    Result<void> read(MessageType type, std::uint32_t timestamp, std::string_view body) {
        Message message;
        message.type = type;
        message.timestamp = timestamp;
        message.head_size = static_cast<std::uint8_t>(std::min(media_head_size(type), body.size()));
        std::copy_n(body.begin(), message.head_size, message.head.begin());
        message.body = body.substr(message.head_size);
        return reader_.read(message, events_);
    }
    Result<void> video(std::uint32_t timestamp, std::string_view body) {
        return read(MessageType::video, timestamp, body);
    }
    Result<void> audio(std::uint32_t timestamp, std::string_view body) {
        return read(MessageType::audio, timestamp, body);
    }
    std::vector<Packet> packets() const {
        std::vector<Packet> out;
        for (const Event& event : events_) {
            if (const auto* found = std::get_if<MediaPacket>(&event)) out.push_back(found->packet);
        }
        return out;
    }
    std::vector<TrackConfig> configs() const {
        std::vector<TrackConfig> out;
        for (const Event& event : events_) {
            if (const auto* found = std::get_if<TrackConfigured>(&event)) out.push_back(found->config);
        }
        return out;
    }

    Statistics statistics_;
    MediaReader reader_{statistics_};
    std::vector<Event> events_;
};

TEST_F(MediaReaderTest, GivesConfigurationsOnceUntilTheyChange) {
    ASSERT_TRUE(video(0, test::video_config_tag()));
    ASSERT_TRUE(audio(0, test::audio_config_tag()));
    ASSERT_TRUE(video(5'000, test::video_config_tag()));
    ASSERT_TRUE(audio(5'000, test::audio_config_tag()));
    EXPECT_EQ(configs().size(), 2U);
    ASSERT_TRUE(audio(6'000, audio_tag(0, "\x12\x10")));
    ASSERT_EQ(configs().size(), 3U);
    EXPECT_EQ(configs()[0].width, 640U);
    EXPECT_EQ(configs()[1].sample_rate, 48'000U);
    EXPECT_EQ(configs()[2].sample_rate, 44'100U);
}

TEST_F(MediaReaderTest, GivesFramesWithSignedCompositionOffsets) {
    ASSERT_TRUE(video(0, test::video_config_tag()));
    ASSERT_TRUE(video(1'000, video_tag(true, 1, 66, test::frame(10))));
    ASSERT_TRUE(video(1'033, video_tag(false, 1, -33, test::frame(20))));
    ASSERT_TRUE(video(1'066, video_tag(false, 2, 0, "")));
    const auto all = packets();
    ASSERT_EQ(all.size(), 2U) << "the end of a sequence is no frame";
    EXPECT_EQ(all[0].dts, 90'000);
    EXPECT_EQ(all[0].pts, 90'000 + 66 * 90);
    EXPECT_TRUE(all[0].key);
    EXPECT_EQ(all[0].payload, test::frame(10));
    EXPECT_EQ(all[1].dts, 1'033 * 90);
    EXPECT_EQ(all[1].pts, 90'000);
    EXPECT_FALSE(all[1].key);
}

TEST_F(MediaReaderTest, CountsAudioInFrames) {
    ASSERT_TRUE(audio(0, test::audio_config_tag()));
    for (std::uint32_t i = 0; i < 100; ++i) ASSERT_TRUE(audio(500 + i * 1024 / 48, audio_tag(1, "frame")));
    const auto all = packets();
    ASSERT_EQ(all.size(), 100U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_EQ(all[i].dts, 24'000 + static_cast<std::int64_t>(i) * 1024);
        ASSERT_EQ(all[i].pts, all[i].dts);
        ASSERT_TRUE(all[i].key);
    }
}

TEST_F(MediaReaderTest, AConfigurationsTimeIsNotTheMediasTime) {
    // Encoders that use the wall clock still send their configuration at 0.
    ASSERT_TRUE(video(0, test::video_config_tag()));
    ASSERT_TRUE(video(0xF0000000, video_tag(true, 1, 0, test::frame(1))));
    ASSERT_EQ(packets().size(), 1U);
    EXPECT_EQ(packets()[0].dts, std::int64_t{0xF0000000} * 90);
}

TEST_F(MediaReaderTest, DropsAndCountsWhatIsNoFrame) {
    ASSERT_TRUE(video(0, video_tag(true, 1, 0, test::frame(1))));
    ASSERT_TRUE(audio(0, audio_tag(1, "x")));
    EXPECT_EQ(statistics_.early_frames, 2U);
    ASSERT_TRUE(video(0, test::video_config_tag()));
    ASSERT_TRUE(audio(0, test::audio_config_tag()));
    ASSERT_TRUE(video(0, video_tag(true, 1, 0, test::frame(100).substr(0, 50))));
    ASSERT_TRUE(video(0, "\x17\x01"));
    ASSERT_TRUE(audio(0, "\xAF"));
    EXPECT_EQ(statistics_.damaged_frames, 3U);
    ASSERT_TRUE(video(0, video_tag(true, 1, 0, "")));
    ASSERT_TRUE(video(0, video_tag(true, 1, 0, std::string(8, '\0'))));
    ASSERT_TRUE(audio(0, audio_tag(1, "")));
    ASSERT_TRUE(video(0, ""));
    ASSERT_TRUE(audio(0, ""));
    ASSERT_TRUE(video(0, video_tag(true, 0, 0, "")));
    ASSERT_TRUE(audio(0, audio_tag(0, "")));
    EXPECT_EQ(statistics_.empty_frames, 7U);
    ASSERT_TRUE(video(0, std::string_view("\x57\0", 2))) << "a video command";
    EXPECT_TRUE(packets().empty());
}

TEST_F(MediaReaderTest, WidensShortNalLengths) {
    std::string record = test::avc_record();
    record[4] = '\xFD';
    ASSERT_TRUE(video(0, video_tag(true, 0, 0, record)));
    ASSERT_TRUE(video(0, video_tag(true, 1, 0, {"\0\2ab\0\1c", 7})));
    ASSERT_EQ(packets().size(), 1U);
    EXPECT_EQ(packets()[0].payload, std::string("\0\0\0\2ab\0\0\0\1c", 11));
    EXPECT_EQ(configs()[0].configuration, test::avc_record());
}

TEST_F(MediaReaderTest, RefusesABrokenConfiguration) {
    EXPECT_FALSE(video(0, video_tag(true, 0, 0, "\1\2\3")));
    EXPECT_FALSE(audio(0, audio_tag(0, "\xFF")));
}

TEST_F(MediaReaderTest, TakesEnhancedAvcAndAac) {
    const std::string_view offset("\xFF\xFF\xDF", 3);  // -33
    ASSERT_TRUE(video(0,
                      "\x90"
                      "avc1" +
                          test::avc_record()));
    ASSERT_TRUE(video(100,
                      "\x91"
                      "avc1" +
                          std::string(offset) + test::frame(5)));
    ASSERT_TRUE(video(133,
                      "\xA3"
                      "avc1" +
                          test::frame(6)));
    ASSERT_TRUE(video(166,
                      "\x92"
                      "avc1"));
    ASSERT_TRUE(audio(0, "\x90mp4a" + test::aac_config()));
    ASSERT_TRUE(audio(100,
                      "\x91mp4a"
                      "sound"));
    EXPECT_EQ(configs().size(), 2U);
    const auto all = packets();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].pts, (100 - 33) * 90);
    EXPECT_TRUE(all[0].key);
    EXPECT_EQ(all[0].payload, test::frame(5));
    EXPECT_EQ(all[1].pts, 133 * 90);
    EXPECT_FALSE(all[1].key);
    EXPECT_EQ(all[2].payload, "sound");
    ASSERT_TRUE(video(0,
                      "\x91"
                      "avc1\1"));
    ASSERT_TRUE(video(0,
                      "\x91"
                      "av"));
    ASSERT_TRUE(audio(0, "\x91mp"));
    EXPECT_EQ(statistics_.damaged_frames, 3U);
}

TEST_F(MediaReaderTest, NamesTheCodecItDoesNotTake) {
    auto message = [](const Result<void>& result) {
        EXPECT_FALSE(result);
        if (result) return std::string();
        EXPECT_EQ(result.error().code, Code::unsupported);
        return result.error().message;
    };
    EXPECT_EQ(message(video(0, "\x22zzzz")), "video codec h263 is not supported: publish H.264");
    EXPECT_EQ(message(video(0, "\x14zzzz")), "video codec vp6 is not supported: publish H.264");
    EXPECT_EQ(message(video(0, "\x1Czzzz")), "video codec hevc is not supported: publish H.264");
    EXPECT_EQ(message(video(0, "\x90hvc1")), "video codec hevc is not supported: publish H.264");
    EXPECT_EQ(message(video(0,
                            "\x91"
                            "av01")),
              "video codec av1 is not supported: publish H.264");
    EXPECT_EQ(message(video(0, std::string_view("\x91x\n\0y", 5))), "video codec x??y is not supported: publish H.264");
    EXPECT_THAT(message(video(0, "\x96zzzz")), testing::HasSubstr("multitrack"));
    EXPECT_EQ(message(audio(0, "\x2Fzz")), "audio codec mp3 is not supported: publish AAC");
    EXPECT_EQ(message(audio(0, "\xBFzz")), "audio codec speex is not supported: publish AAC");
    EXPECT_EQ(message(audio(0, "\x90Opus")), "audio codec opus is not supported: publish AAC");
    EXPECT_THAT(message(audio(0, "\x95zzzz")), testing::HasSubstr("multitrack"));
}

TEST_F(MediaReaderTest, TakesAggregatesApart) {
    auto part = [](MessageType type, std::uint32_t timestamp, const std::string& body) {
        std::string out;
        ByteWriter writer(out);
        writer.u8(static_cast<std::uint8_t>(type));
        writer.u24be(static_cast<std::uint32_t>(body.size()));
        writer.u24be(timestamp & 0xFFFFFF);
        writer.u8(static_cast<std::uint8_t>(timestamp >> 24));
        writer.u24be(0);
        writer.text(body);
        writer.u32be(static_cast<std::uint32_t>(body.size() + 11));
        return out;
    };
    const std::uint32_t start = 0x01000000;
    const std::string body = part(MessageType::video, start, test::video_config_tag()) +
                             part(MessageType::video, start, video_tag(true, 1, 0, test::frame(3))) +
                             part(MessageType::data_amf0, start, "ignored") +
                             part(MessageType::video, start + 40, video_tag(false, 1, 0, test::frame(4)));
    ASSERT_TRUE(read(MessageType::aggregate, 2'000, body));
    auto all = packets();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].dts, 2'000 * 90);
    EXPECT_EQ(all[1].dts, 2'040 * 90);
    EXPECT_EQ(all[1].payload, test::frame(4));
    ASSERT_TRUE(read(MessageType::aggregate, 3'000, body.substr(0, body.size() - 20)));
    EXPECT_EQ(statistics_.damaged_frames, 1U);
    EXPECT_EQ(packets().size(), 3U);
}

}  // namespace
}  // namespace spanreel::media::rtmp
