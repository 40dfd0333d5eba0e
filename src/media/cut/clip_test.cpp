// SPDX-License-Identifier: Apache-2.0
#include "media/cut/clip.hpp"

#include <gtest/gtest.h>

#include "media/mp4/fragment.hpp"
#include "media/mp4/synthetic_stream.hpp"
#include "media/mp4/virtual_mp4.hpp"

namespace spanreel::media::cut {
namespace {

using namespace std::chrono_literals;
using namespace mp4::testing;
using mp4::MediaTime;
using mp4::Window;

MediaTime picture_time(std::int64_t shown) { return mp4::to_media_time(shown * kPictureTicks, kVideoTimescale); }

/// Display times within the window, in order.
std::vector<MediaTime> shown_pictures(const Cut& cut) {
    std::vector<MediaTime> out;
    for (const mp4::Segment& segment : cut.segments) {
        const mp4::SampleTable* table = segment.find(TrackKind::video);
        if (!table) continue;
        std::int64_t decode = table->decode_start;
        for (const mp4::Sample& sample : table->samples) {
            const MediaTime shown = mp4::to_media_time(decode + sample.composition_offset, kVideoTimescale);
            if (shown >= cut.window.start && shown < cut.window.end) out.push_back(shown);
            decode += sample.duration;
        }
    }
    std::ranges::sort(out);
    return out;
}

std::string clip_file(const Recorder& recorder, const ClipSegment& segment) {
    std::string file = segment.head;
    for (const mp4::Extent& extent : segment.payload) file += recorder.read(extent);
    return file;
}

class ClipTest : public ::testing::Test {
  protected:
    ClipTest() { recorder_.record({.seconds = 12}); }
    Result<Cut> cut(MediaTime start, MediaTime end) { return cut_segments(recorder_.segments, start, end); }

    Recorder recorder_;
};

TEST_F(ClipTest, shows_exactly_the_frames_asked_for) {
    for (std::int64_t first = 50; first < 130; first += 3) {
        for (std::int64_t count = 1; count < 140; count += 13) {
            // Milliseconds, as callers give them: cut, so up to 1 ms before the frame's end.
            const auto start = std::chrono::ceil<Millis>(picture_time(first));
            const auto end = std::chrono::ceil<Millis>(picture_time(first + count));
            const auto made = cut(start - 1ms, end - 1ms);
            ASSERT_TRUE(made);
            const std::vector<MediaTime> shown = shown_pictures(*made);
            ASSERT_EQ(shown.size(), static_cast<std::size_t>(count)) << first;
            EXPECT_EQ(shown.front(), picture_time(first));
            EXPECT_EQ(shown.back(), picture_time(first + count - 1));
            EXPECT_EQ(made->window, (Window{picture_time(first), picture_time(first + count)}));
        }
    }
}

TEST_F(ClipTest, begins_with_a_key_frame_and_ends_with_the_last_needed) {
    const auto made = cut(3s, 5s);
    ASSERT_TRUE(made);
    const mp4::SampleTable& first = *made->segments[1].find(TrackKind::video);  // [0] holds the sound before it
    EXPECT_TRUE(first.samples.front().key);
    EXPECT_EQ(first.presentation_start(), kGroup * kPictureTicks);
    // Picture 149 is the last one; the B-frames' later reference comes before it in decode order.
    const mp4::SampleTable& last = *made->segments.back().find(TrackKind::video);
    EXPECT_LE(last.presentation_end(), 152 * kPictureTicks);
}

TEST_F(ClipTest, sound_covers_the_pictures_with_one_frame_to_start_the_decoder) {
    const auto made = cut(picture_time(kGroup), 5s);
    ASSERT_TRUE(made);
    const mp4::SampleTable& audio = *made->segments.front().find(TrackKind::audio);
    EXPECT_FALSE(made->segments.front().find(TrackKind::video));  // its frames lie before the key frame's segment
    const MediaTime begin = mp4::to_media_time(audio.decode_start, kRate);
    const Nanos frame = mp4::to_media_time(kFrameTicks, kRate);
    EXPECT_LE(begin, made->window.start - frame);
    EXPECT_GT(begin, made->window.start - 2 * frame);
}

TEST_F(ClipTest, takes_frames_within_half_a_millisecond) {
    EXPECT_EQ(cut(picture_time(70) + 400us, 5s)->window.start, picture_time(70));
    EXPECT_EQ(cut(picture_time(70) + 600us, 5s)->window.start, picture_time(71));
    EXPECT_EQ(cut(1s, picture_time(70) + 400us)->window.end, picture_time(70));
    EXPECT_EQ(cut(1s, picture_time(70) + 600us)->window.end, picture_time(71));
}

TEST_F(ClipTest, is_clamped_to_what_is_recorded) {
    EXPECT_EQ(cut(-5s, 99s)->window.start, 0s);
    EXPECT_EQ(cut(-5s, 99s)->window.end, picture_time(360));
    EXPECT_EQ(cut(13s, 14s).error().code, Code::unprocessable);
    EXPECT_EQ(cut(5s, 5s).error().code, Code::unprocessable);
    EXPECT_EQ(cut_segments({}, 0s, 1s).error().code, Code::unprocessable);
}

TEST_F(ClipTest, becomes_a_recording_of_its_own) {
    const auto made = cut(3s, 8s);
    const auto clip = plan_clip(*made, recorder_.inits);
    ASSERT_TRUE(clip);
    EXPECT_EQ(clip->window, made->window);
    ASSERT_EQ(clip->inits.size(), 1u);
    std::vector<mp4::Segment> rebuilt;
    MediaTime expected = clip->segments.front().segment.info.start();
    for (const ClipSegment& segment : clip->segments) {
        const std::string file = clip_file(recorder_, segment);
        EXPECT_EQ(file.size(), segment.segment.info.size);
        const mp4::Fragments read = read_fragments(as_bytes(file), clip->inits[0]);
        ASSERT_FALSE(read.damage) << read.damage->message;
        EXPECT_EQ(read.complete_length, file.size());
        EXPECT_EQ(read.tracks, segment.segment.tracks);
        EXPECT_TRUE(segment.segment.info.independent);
        EXPECT_EQ(segment.segment.info.number, rebuilt.size());
        EXPECT_EQ(segment.segment.info.start(), expected);
        expected = segment.segment.info.end();
        rebuilt.push_back(segment.segment);
    }
    EXPECT_EQ(expected, clip->window.end);
    // Media time is the source's, so its anchors hold.
    const mp4::SegmentInfo& first = clip->segments.front().segment.info;
    const mp4::SegmentInfo& source = recorder_.segments[1].info;
    EXPECT_EQ(first.anchor.wall - source.anchor.wall, first.start() - source.start());
}

TEST_F(ClipTest, the_same_mux_makes_its_file_from_the_source_and_from_the_copy) {
    const auto made = cut(3s, 8s);
    const auto clip = plan_clip(*made, recorder_.inits);
    mp4::VirtualMp4Builder from_source(made->window);
    mp4::VirtualMp4Builder from_copy(clip->window);
    for (const mp4::Init& init : recorder_.inits) from_source.add(init);
    for (const mp4::Init& init : clip->inits) from_copy.add(init);
    for (const mp4::Segment& segment : made->segments) ASSERT_TRUE(from_source.add(segment));
    for (const ClipSegment& segment : clip->segments) ASSERT_TRUE(from_copy.add(segment.segment));
    const auto source_mp4 = from_source.finish();
    const auto copy_mp4 = from_copy.finish();
    ASSERT_TRUE(source_mp4 && copy_mp4);
    // Times and edits agree; only chunks differ.
    for (const std::string_view type : {"elst", "stts", "ctts"}) {
        const auto at = [&](const mp4::VirtualMp4& mp4) { return mp4.head().substr(mp4.head().find(type), 32); };
        EXPECT_EQ(at(*source_mp4), at(*copy_mp4)) << type;
    }
}

TEST(Clip, crosses_a_reconnect_with_another_configuration) {
    Recorder recorder;
    recorder.record({.seconds = 5});
    recorder.take(recorder.segmenter.begin_connection());
    recorder.segmenter.configure(video_config("second"));
    recorder.segmenter.configure(audio_config());
    recorder.feed(make_packets({.seconds = 5, .origin = 3s}), kEpoch + 60s);
    recorder.take(recorder.segmenter.end_connection());
    const auto made = cut_segments(recorder.segments, 4s, 7s);
    ASSERT_TRUE(made);
    EXPECT_EQ(shown_pictures(*made).size(), 90u);
    const auto clip = plan_clip(*made, recorder.inits);
    ASSERT_TRUE(clip);
    ASSERT_EQ(clip->inits.size(), 2u);
    EXPECT_EQ(clip->inits[1].number, 1u);
    EXPECT_EQ(clip->segments.front().segment.info.init, 0u);
    EXPECT_FALSE(clip->segments.front().segment.info.discontinuity);
    EXPECT_EQ(clip->segments.back().segment.info.init, 1u);
    EXPECT_EQ(std::ranges::count_if(clip->segments, [](const ClipSegment& s) { return s.segment.info.discontinuity; }),
              1);
}

TEST(Clip, only_used_inits_are_copied) {
    Recorder recorder;
    recorder.record({.seconds = 4, .video = false});
    recorder.record({.seconds = 4});
    const auto made = cut_segments(recorder.segments, 5s, 6s);
    const auto clip = plan_clip(*made, recorder.inits);
    ASSERT_TRUE(clip);
    ASSERT_EQ(clip->inits.size(), 1u);
    EXPECT_EQ(clip->inits[0].number, 0u);
    EXPECT_EQ(clip->inits[0].tracks, recorder.inits[1].tracks);
    EXPECT_FALSE(plan_clip(*made, {}));
}

TEST(Clip, of_sound_alone_is_cut_to_the_nanosecond) {
    Recorder recorder;
    recorder.record({.seconds = 9, .video = false});
    const auto made = cut_segments(recorder.segments, 3210ms, 5678ms);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->window, (Window{3210ms, 5678ms}));
    const mp4::SampleTable& first = made->segments.front().tracks.front();
    EXPECT_EQ(first.decode_start / kFrameTicks, 3210 * 48 / kFrameTicks - 1);
}

TEST(Clip, across_a_hole_in_the_video_keeps_its_bounds) {
    Recorder recorder;
    recorder.record({.seconds = 4});
    recorder.record({.seconds = 6, .video = false});
    recorder.record({.seconds = 4});
    const MediaTime end = recorder.segments[1].info.end() + 3s;
    EXPECT_EQ(cut_segments(recorder.segments, 1s, end)->window.end, end);
    EXPECT_EQ(cut_segments(recorder.segments, end - 1s, end)->window, (Window{end - 1s, end}));
}

TEST(Clip, begins_at_the_first_key_frame_where_none_comes_before) {
    Recorder recorder;
    recorder.record({.seconds = 8, .audio = false});
    std::vector<mp4::Segment> tail(recorder.segments.begin() + 1, recorder.segments.end());
    tail.front().tracks.front().samples.front().key = false;
    const auto made = cut_segments(tail, tail.front().info.start(), 7s);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->window.start, tail[1].info.start());
}

}  // namespace
}  // namespace spanreel::media::cut
