// SPDX-License-Identifier: Apache-2.0
#include "media/hls/playlist.hpp"

#include <gtest/gtest.h>

namespace spanreel::media::hls {
namespace {

using namespace std::chrono_literals;
using mp4::SegmentInfo;

const Time kStart = from_unix_millis(1'700'000'000'000);

std::vector<SegmentInfo> two_second_segments(std::uint64_t first, std::uint64_t count) {
    std::vector<SegmentInfo> segments;
    for (std::uint64_t i = first; i < first + count; ++i) {
        segments.push_back({.number = i,
                            .independent = true,
                            .anchor = {.media = i * 2s, .wall = kStart + i * 2s},
                            .duration = 2s,
                            .size = 500'000});
    }
    return segments;
}

TEST(MediaPlaylist, live_window) {
    std::vector<SegmentInfo> segments = two_second_segments(41, 3);
    EXPECT_EQ(media_playlist({.segments = segments, .discontinuity_sequence = 2, .target_duration = 2s}),
              "#EXTM3U\n"
              "#EXT-X-VERSION:7\n"
              "#EXT-X-TARGETDURATION:2\n"
              "#EXT-X-INDEPENDENT-SEGMENTS\n"
              "#EXT-X-MEDIA-SEQUENCE:41\n"
              "#EXT-X-DISCONTINUITY-SEQUENCE:2\n"
              "#EXT-X-MAP:URI=\"init-0.mp4\"\n"
              "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:14:42.000Z\n"
              "#EXTINF:2.000000,\n000041.m4s\n"
              "#EXTINF:2.000000,\n000042.m4s\n"
              "#EXTINF:2.000000,\n000043.m4s\n");
}

TEST(MediaPlaylist, a_new_init_and_a_gap_are_marked) {
    std::vector<SegmentInfo> segments = two_second_segments(0, 2);
    segments[1].discontinuity = true;
    segments[1].init = 1;
    segments[1].anchor.wall += 60s;
    const std::string text = media_playlist({.kind = PlaylistKind::event, .segments = segments, .uri_prefix = "s/"});
    EXPECT_NE(text.find("000000.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"s/init-1.mp4\"\n"
                        "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:14:22.000Z\n#EXTINF:2.000000,\ns/000001.m4s\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("#EXT-X-PLAYLIST-TYPE:EVENT\n"), std::string::npos);
    EXPECT_EQ(text.find("DISCONTINUITY-SEQUENCE"), std::string::npos);
    EXPECT_EQ(text.find("ENDLIST"), std::string::npos);
}

TEST(MediaPlaylist, the_tag_of_the_first_segment_is_counted_instead) {
    std::vector<SegmentInfo> segments = two_second_segments(5, 2);
    segments[0].discontinuity = true;
    const std::string text = media_playlist({.segments = segments, .discontinuity_sequence = 1});
    EXPECT_EQ(text.find("#EXT-X-DISCONTINUITY\n"), std::string::npos);
    EXPECT_NE(text.find("#EXT-X-DISCONTINUITY-SEQUENCE:1\n"), std::string::npos);
}

TEST(MediaPlaylist, promises_independent_segments_only_if_all_are) {
    std::vector<SegmentInfo> segments = two_second_segments(0, 2);
    segments[1].independent = false;
    EXPECT_EQ(media_playlist({.segments = segments}).find("INDEPENDENT"), std::string::npos);
}

TEST(MediaPlaylist, a_complete_recording_ends) {
    const std::vector<SegmentInfo> segments = two_second_segments(0, 1);
    EXPECT_TRUE(media_playlist({.kind = PlaylistKind::vod, .segments = segments}).ends_with("#EXT-X-ENDLIST\n"));
    EXPECT_TRUE(media_playlist({.segments = segments, .ended = true}).ends_with("#EXT-X-ENDLIST\n"));
    EXPECT_TRUE(media_playlist({}).starts_with("#EXTM3U\n"));
}

TEST(MediaPlaylist, starts_inside_the_first_frame_of_a_clip) {
    const std::vector<SegmentInfo> segments = two_second_segments(3, 2);
    const std::string text = media_playlist({.kind = PlaylistKind::vod, .segments = segments, .start_at = 6s + 333ms});
    EXPECT_NE(text.find("#EXT-X-START:TIME-OFFSET=0.334000,PRECISE=YES\n"), std::string::npos) << text;
}

TEST(MediaPlaylist, target_is_the_longest_duration_rounded) {
    std::vector<SegmentInfo> segments = two_second_segments(0, 3);
    segments[1].duration = 2499ms;
    EXPECT_EQ(longest_target(segments), 2s);
    segments[1].duration = 2500ms;
    EXPECT_EQ(longest_target(segments), 3s);
    EXPECT_EQ(longest_target({}), 1s);
}

TEST(Bandwidth, peak_and_average_come_from_real_sizes) {
    std::vector<SegmentInfo> segments = two_second_segments(0, 3);
    segments[1].size = 1'000'000;
    // A short rest counts together with what follows it, or not at all.
    segments.push_back({.number = 3, .anchor = {.media = 6s}, .duration = 10ms, .size = 900'000});
    const Bandwidth bandwidth = measure_bandwidth(segments);
    EXPECT_EQ(bandwidth.peak, 4'000'000u);
    EXPECT_EQ(bandwidth.average, 3'860'233u);
    EXPECT_EQ(measure_bandwidth({}).peak, 0u);
}

TEST(MultivariantPlaylist, describes_the_tracks) {
    const std::vector<TrackConfig> tracks{
        {.kind = TrackKind::video, .width = 1920, .height = 1080, .codec_string = "avc1.640028"},
        {.kind = TrackKind::audio, .codec = Codec::aac, .codec_string = "mp4a.40.2"}};
    const Variant variant{.uri = "index.m3u8",
                          .tracks = tracks,
                          .bandwidth = {.peak = 5'000'000, .average = 4'000'000},
                          .frame_rate = 29.97};
    EXPECT_EQ(multivariant_playlist({&variant, 1}),
              "#EXTM3U\n#EXT-X-VERSION:7\n"
              "#EXT-X-STREAM-INF:BANDWIDTH=5000000,AVERAGE-BANDWIDTH=4000000,CODECS=\"avc1.640028,mp4a.40.2\","
              "RESOLUTION=1920x1080,FRAME-RATE=29.970\nindex.m3u8\n");
}

TEST(FrameRate, counts_pictures_over_their_durations) {
    mp4::Segment segment{.tracks = {{.samples = std::vector<mp4::Sample>(60, {.duration = 3003, .size = 1})}}};
    EXPECT_NEAR(frame_rate(segment), 29.97, 0.001);
    EXPECT_EQ(frame_rate({}), 0);
}

}  // namespace
}  // namespace spanreel::media::hls
