// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/recording_index.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "media/mp4/index_record.hpp"
#include "media/mp4/synthetic_stream.hpp"

namespace spanreel::media::mp4 {
namespace {

using namespace testing;

class IndexTest : public ::testing::Test {
  protected:
    IndexTest() {
        recorder_.record({.seconds = 6});
        bytes_ = index_header() + encode_index_record(recorder_.inits.front());
        for (std::size_t i = 0; i < recorder_.segments.size(); ++i) {
            bytes_ += encode_index_record(SegmentOpened{recorder_.started[i]});
            before_last_ = bytes_.size();
            bytes_ += encode_index_record(recorder_.segments[i]);
        }
    }

    Recorder recorder_;
    std::string bytes_;
    std::size_t before_last_ = 0;
};

TEST_F(IndexTest, gives_back_every_record) {
    const RecordingIndex index = read_index(as_bytes(bytes_));
    EXPECT_EQ(index.inits, recorder_.inits);
    EXPECT_EQ(index.segments, recorder_.segments);
    EXPECT_FALSE(index.open);
    EXPECT_FALSE(index.damage);
    EXPECT_EQ(index.valid_length, bytes_.size());
    EXPECT_EQ(index.find_init(0)->tracks.size(), 2u);
    EXPECT_EQ(index.find_init(1), nullptr);
}

TEST_F(IndexTest, costs_a_few_bytes_a_sample) {
    std::size_t samples = 0;
    for (const Segment& segment : recorder_.segments) {
        for (const SampleTable& table : segment.tracks) samples += table.samples.size();
    }
    EXPECT_LT(bytes_.size(), samples * 4);
}

TEST_F(IndexTest, drops_a_torn_tail_of_any_length) {
    for (std::size_t length = before_last_; length < bytes_.size(); ++length) {
        const RecordingIndex index = read_index(as_bytes(bytes_).first(length));
        ASSERT_FALSE(index.damage) << length;
        ASSERT_EQ(index.valid_length, before_last_);
        ASSERT_EQ(index.segments.size(), recorder_.segments.size() - 1);
        ASSERT_EQ(index.open, recorder_.started.back());
    }
}

TEST_F(IndexTest, a_last_record_with_wrong_bytes_is_torn_too) {
    std::string torn = bytes_;
    std::fill(torn.end() - 20, torn.end(), '\0');
    const RecordingIndex index = read_index(as_bytes(torn));
    EXPECT_FALSE(index.damage);
    EXPECT_EQ(index.valid_length, before_last_);
}

TEST_F(IndexTest, names_the_offset_of_damage_in_the_middle) {
    std::string damaged = bytes_;
    const std::size_t first = index_header().size();
    damaged[first + 12] ^= 1;
    const RecordingIndex index = read_index(as_bytes(damaged));
    ASSERT_TRUE(index.damage);
    EXPECT_EQ(index.damage->code, Code::corrupt);
    EXPECT_NE(index.damage->message.find("byte 8"), std::string::npos) << index.damage->message;
    EXPECT_EQ(index.valid_length, first);
}

TEST(Index, refuses_a_foreign_header_and_takes_an_unfinished_one) {
    EXPECT_TRUE(read_index(as_bytes("GIF89a..")).damage);
    EXPECT_FALSE(read_index(as_bytes(index_header().substr(0, 3))).damage);
    EXPECT_EQ(read_index(as_bytes(index_header().substr(0, 3))).valid_length, 0u);
}

TEST(Index, refuses_records_that_contradict_themselves) {
    const auto decodes = [](const IndexRecord& record) {
        return decode_record_body(as_bytes(encode_record_body(record))).has_value();
    };
    Segment segment{
        .tracks = {{.samples = {{.duration = 1, .size = 1}}, .chunks = {{.offset = 0, .sample_count = 1}}}}};
    EXPECT_TRUE(decodes(segment));
    segment.tracks[0].chunks[0].sample_count = 2;
    EXPECT_FALSE(decodes(segment));
    segment.tracks[0].chunks[0].sample_count = 1;
    segment.tracks[0].timescale = 0;
    EXPECT_FALSE(decodes(segment));
    segment.tracks[0].timescale = 1;
    segment.tracks.push_back(segment.tracks[0]);  // the same kind twice
    EXPECT_FALSE(decodes(segment));
    EXPECT_FALSE(decodes(Init{.tracks = {{.timescale = 0}}}));
    EXPECT_FALSE(decode_record_body(as_bytes("\x09")));
    EXPECT_FALSE(decode_record_body({}));
}

TEST(Index, keeps_extreme_values) {
    Segment segment{.info = {.number = 1'000'000'000'000, .init = 7, .discontinuity = true}};
    segment.info.anchor = {.media = Nanos(-5), .wall = from_unix_nanos(-1), .publisher = Nanos(1) * (1ll << 60)};
    segment.tracks = {{.kind = TrackKind::audio,
                       .timescale = 48'000,
                       .decode_start = -(48'000ll << 30),
                       .samples = {{.duration = 0xffffffff, .size = 0xffffffff, .composition_offset = INT32_MIN}},
                       .chunks = {{.offset = 1ull << 40, .sample_count = 1}}}};
    const auto record = decode_record_body(as_bytes(encode_record_body(segment)));
    ASSERT_TRUE(record);
    EXPECT_EQ(std::get<Segment>(*record), segment);
}

}  // namespace
}  // namespace spanreel::media::mp4
