// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/fragment.hpp"

#include <gtest/gtest.h>

#include "media/mp4/init_segment.hpp"
#include "media/mp4/synthetic_stream.hpp"

namespace spanreel::media::mp4 {
namespace {

using namespace std::chrono_literals;
using namespace testing;

class FragmentTest : public ::testing::Test {
  protected:
    FragmentTest() { recorder_.record({.seconds = 2}); }
    const Init& init() const { return recorder_.inits.front(); }
    const Segment& segment() const { return recorder_.segments.front(); }
    const std::string& file() const { return recorder_.files.at(0); }

    Recorder recorder_;
};

TEST_F(FragmentTest, reads_back_what_was_written) {
    const Fragments read = read_fragments(as_bytes(file()), init());
    EXPECT_FALSE(read.damage);
    EXPECT_EQ(read.complete_length, file().size());
    EXPECT_EQ(read.tracks, segment().tracks);
    ASSERT_EQ(read.parts.size(), segment().parts.size());
    for (std::size_t i = 0; i < read.parts.size(); ++i) {
        EXPECT_EQ(read.parts[i].offset, segment().parts[i].offset);
        EXPECT_EQ(read.parts[i].size, segment().parts[i].size);
        EXPECT_EQ(read.parts[i].independent, segment().parts[i].independent);
    }
}

TEST_F(FragmentTest, keeps_the_complete_parts_of_a_file_cut_anywhere) {
    for (std::size_t length = 0; length < file().size(); ++length) {
        const Fragments read = read_fragments(as_bytes(file()).first(length), init());
        EXPECT_FALSE(read.damage) << length;
        std::uint64_t complete = 0;
        for (const Part& part : segment().parts) {
            if (part.offset + part.size <= length) complete = part.offset + part.size;
        }
        ASSERT_EQ(read.complete_length, complete) << length;
    }
}

TEST_F(FragmentTest, rebuilds_the_segment_a_crash_left_open) {
    const std::size_t length = segment().parts[2].offset + 100;
    const auto rebuilt = rebuild_segment(recorder_.started.front(), init(), as_bytes(file()).first(length));
    ASSERT_TRUE(rebuilt);
    EXPECT_EQ(rebuilt->parts.size(), 2u);
    EXPECT_EQ(rebuilt->info.size, segment().parts[2].offset);
    EXPECT_EQ(rebuilt->info.start(), segment().info.start());
    EXPECT_TRUE(rebuilt->info.independent);
    EXPECT_NEAR(static_cast<double>(rebuilt->info.duration.count()), 1e9, 70e6);
    EXPECT_EQ(rebuilt->find(TrackKind::video)->samples.size(), 30u);

    const auto nothing = rebuild_segment(recorder_.started.front(), init(), as_bytes(file()).first(100));
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, Code::not_found);
}

TEST_F(FragmentTest, names_the_damage_and_keeps_what_comes_before) {
    const std::uint64_t second = segment().parts[1].offset;
    std::string damaged = file();
    damaged.replace(damaged.find("tfdt", second), 4, "free");
    const Fragments read = read_fragments(as_bytes(damaged), init());
    ASSERT_TRUE(read.damage);
    EXPECT_EQ(read.damage->code, Code::corrupt);
    EXPECT_NE(read.damage->message.find("at byte"), std::string::npos);
    EXPECT_EQ(read.complete_length, second);
    EXPECT_EQ(read.parts.size(), 1u);
}

TEST_F(FragmentTest, survives_any_changed_byte) {
    for (std::size_t at = 0; at < 700; ++at) {
        for (const char value : {'\0', '\x01', '\x7f', '\xff'}) {
            std::string changed = file();
            changed[at] = value;
            const Fragments read = read_fragments(as_bytes(changed), init());
            ASSERT_LE(read.complete_length, changed.size());
        }
    }
}

TEST_F(FragmentTest, refuses_a_part_that_begins_before_the_end_of_the_one_before) {
    const std::string first_part = file().substr(0, segment().parts[0].size);
    const Fragments read = read_fragments(as_bytes(first_part + first_part), init());
    ASSERT_TRUE(read.damage);
    EXPECT_EQ(read.complete_length, first_part.size());
}

TEST_F(FragmentTest, a_hole_between_parts_belongs_to_the_sample_before_it) {
    const auto& parts = segment().parts;
    const std::string holed = file().substr(0, parts[0].size) + file().substr(parts[2].offset);
    const Fragments read = read_fragments(as_bytes(holed), init());
    EXPECT_FALSE(read.damage);
    EXPECT_EQ(read.tracks[0].decode_end(), segment().tracks[0].decode_end());
}

TEST_F(FragmentTest, refuses_more_samples_than_a_segment_can_have) {
    const std::vector<Sample> samples(kMaxSegmentSamples + 1, Sample{.duration = 1, .size = 0, .key = true});
    const FragmentRun run{.kind = TrackKind::video, .samples = samples};
    const std::string bytes = fragment_head(1, {&run, 1});
    EXPECT_TRUE(read_fragments(as_bytes(bytes), init()).damage);
}

TEST(InitSegment, holds_the_decoder_configurations) {
    const Init init{.number = 3, .tracks = {video_config("AVC!"), audio_config()}};
    const std::string bytes = init_segment(init);
    EXPECT_EQ(bytes.substr(4, 8), "ftypiso6");
    EXPECT_NE(bytes.find("avcCAVC!"), std::string::npos);
    EXPECT_EQ(bytes.find("elst"), std::string::npos);  // hls.js does not read it
    // DecoderSpecificInfo with the two bytes of the AudioSpecificConfig.
    EXPECT_NE(bytes.find("\x05\x02\x11\x90"), std::string::npos);
}

TEST(InitSegment, writes_long_audio_configurations) {
    TrackConfig config = audio_config();
    config.configuration.assign(300, 'c');
    const std::string bytes = init_segment({.tracks = {config}});
    EXPECT_NE(bytes.find("\x05\x82\x2c" + std::string(300, 'c')), std::string::npos);  // 300 = 2 * 128 + 44
}

TEST(MediaTime, survives_the_way_from_ticks_and_back) {
    for (const std::uint32_t timescale : {7350u, 44'100u, 48'000u, 90'000u, 96'000u}) {
        for (const std::int64_t ticks : {std::int64_t{-1}, std::int64_t{1}, std::int64_t{12'345'678'901}}) {
            EXPECT_EQ(to_ticks(to_media_time(ticks, timescale), timescale), ticks);
        }
    }
    EXPECT_EQ(rescale(1, 2, 1), 1);
    EXPECT_EQ(rescale(-1, 2, 1), -1);
}

}  // namespace
}  // namespace spanreel::media::mp4
