// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/virtual_mp4.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/bytes.hpp"
#include "media/mp4/synthetic_stream.hpp"

namespace spanreel::media::mp4 {
namespace {

using namespace std::chrono_literals;
using namespace testing;

/// The body of the n-th box of a type, found by its name; enough for heads without foreign bytes.
std::string box(const std::string& head, std::string_view type, std::size_t nth = 0) {
    std::size_t at = head.find(type);
    for (; nth > 0; --nth) at = head.find(type, at + 4);
    if (at == std::string::npos) return {};
    const std::uint32_t size = ByteReader(as_bytes(head).subspan(at - 4)).u32be();
    return head.substr(at + 4, size - 8);
}

/// A track of a progressive MP4 as a player reads it.
struct PlayedTrack {
    std::vector<std::int64_t> decode, composition;
    std::vector<std::string> payloads;
    std::vector<std::uint32_t> descriptions;
    std::vector<std::uint32_t> keys;
    std::vector<std::pair<std::uint64_t, std::int64_t>> edits;
};

template <class Each>
void each_entry(const std::string& body, std::size_t skip, Each each) {
    ByteReader in(as_bytes(body));
    in.skip(4 + skip);
    for (std::uint32_t count = in.u32be(); count > 0; --count) each(in);
    EXPECT_TRUE(in);
    EXPECT_TRUE(in.empty());
}

PlayedTrack play(const std::string& file, std::string_view handler) {
    const std::string track = [&] {
        for (std::size_t i = 0;; ++i) {
            std::string found = box(file, "trak", i);
            if (found.empty() || found.find(handler) != std::string::npos) return found;
        }
    }();
    PlayedTrack out;
    std::int64_t time = 0;
    each_entry(box(track, "stts"), 0, [&](ByteReader& in) {
        std::uint32_t count = in.u32be();
        for (const std::uint32_t duration = in.u32be(); count > 0; --count, time += duration) {
            out.decode.push_back(time);
        }
    });
    out.composition = out.decode;
    if (const std::string ctts = box(track, "ctts"); !ctts.empty()) {
        EXPECT_EQ(ctts[0], 0);  // offsets without sign
        std::size_t sample = 0;
        each_entry(ctts, 0, [&](ByteReader& in) {
            std::uint32_t count = in.u32be();
            for (const std::uint32_t offset = in.u32be(); count > 0; --count) out.composition[sample++] += offset;
        });
        EXPECT_EQ(sample, out.decode.size());
    }
    std::vector<std::uint32_t> sizes;
    each_entry(box(track, "stsz"), 4, [&](ByteReader& in) { sizes.push_back(in.u32be()); });
    if (const std::string stss = box(track, "stss"); !stss.empty()) {
        each_entry(stss, 0, [&](ByteReader& in) { out.keys.push_back(in.u32be()); });
    }
    std::vector<std::array<std::uint32_t, 3>> runs;
    each_entry(box(track, "stsc"), 0, [&](ByteReader& in) { runs.push_back({in.u32be(), in.u32be(), in.u32be()}); });
    std::size_t sample = 0;
    std::uint32_t chunk = 0;
    std::size_t run = 0;
    each_entry(box(track, "stco"), 0, [&](ByteReader& in) {
        ++chunk;
        if (run + 1 < runs.size() && runs[run + 1][0] == chunk) ++run;
        std::uint64_t offset = in.u32be();
        for (std::uint32_t i = 0; i < runs[run][1]; ++i, ++sample) {
            out.payloads.push_back(file.substr(offset, sizes[sample]));
            out.descriptions.push_back(runs[run][2]);
            offset += sizes[sample];
        }
    });
    EXPECT_EQ(sample, sizes.size());
    each_entry(box(track, "elst"), 0, [&](ByteReader& in) {
        const std::uint64_t duration = in.u64be();
        out.edits.emplace_back(duration, static_cast<std::int64_t>(in.u64be()));
        in.skip(4);
    });
    return out;
}

Result<VirtualMp4> build(const Recorder& recorder, std::optional<Window> window = std::nullopt) {
    VirtualMp4Builder builder(window);
    for (const Init& init : recorder.inits) builder.add(init);
    for (const Segment& segment : recorder.segments) SPANREEL_CHECK(builder.add(segment));
    return builder.finish();
}

std::string read(const Recorder& recorder, const VirtualMp4& mp4, std::uint64_t offset, std::uint64_t length) {
    std::string out;
    for (const VirtualRange& range : mp4.locate(offset, length)) {
        out += range.segment ? recorder.read({*range.segment, range.offset, range.length})
                             : mp4.head().substr(range.offset, range.length);
    }
    return out;
}

TEST(VirtualMp4, plays_every_sample_in_order_and_in_time) {
    Recorder recorder;
    recorder.record({.seconds = 8});
    const auto mp4 = build(recorder);
    ASSERT_TRUE(mp4);
    const std::string file = read(recorder, *mp4, 0, mp4->size());
    ASSERT_EQ(file.size(), mp4->size());

    const PlayedTrack video = play(file, "vide");
    ASSERT_EQ(video.payloads.size(), 240u);
    ASSERT_EQ(video.edits.size(), 1u);
    for (std::int64_t i = 0; i < 240; ++i) {
        EXPECT_EQ(video.payloads[i], picture(i, 100s).payload);
        EXPECT_EQ(video.composition[i] - video.edits[0].second, picture(i, 100s).pts - picture(0, 100s).pts);
    }
    EXPECT_EQ(video.keys, (std::vector<std::uint32_t>{1, 62, 123, 184}));

    const PlayedTrack audio = play(file, "soun");
    EXPECT_TRUE(audio.keys.empty());
    EXPECT_EQ(audio.payloads.front(), "sound 2");
    // It begins 448 samples after the first picture: 840 movie ticks of nothing.
    ASSERT_EQ(audio.edits.size(), 2u);
    EXPECT_EQ(audio.edits[0], (std::pair<std::uint64_t, std::int64_t>(840, -1)));
    EXPECT_EQ(audio.edits[1].second, 0);
}

TEST(VirtualMp4, any_range_is_that_part_of_the_file) {
    Recorder recorder;
    recorder.record({.seconds = 6});
    const auto mp4 = build(recorder);
    ASSERT_TRUE(mp4);
    const std::string file = read(recorder, *mp4, 0, mp4->size());
    for (std::uint64_t offset = 0; offset < file.size(); offset += 97) {
        for (const std::uint64_t length : {std::uint64_t{1}, std::uint64_t{300}, std::uint64_t{5000}}) {
            ASSERT_EQ(read(recorder, *mp4, offset, length), file.substr(offset, length)) << offset;
        }
    }
    EXPECT_TRUE(mp4->locate(mp4->size(), 1).empty());
    EXPECT_TRUE(mp4->locate(0, 0).empty());
    EXPECT_EQ(read(recorder, *mp4, file.size() - 3, UINT64_MAX), file.substr(file.size() - 3));
}

TEST(VirtualMp4, a_window_shows_exactly_its_media_time) {
    Recorder recorder;
    recorder.record({.seconds = 6});
    const auto mp4 = build(recorder, Window{1s, 3500ms});
    ASSERT_TRUE(mp4);
    const std::string file = read(recorder, *mp4, 0, mp4->size());
    const PlayedTrack video = play(file, "vide");
    ASSERT_EQ(video.edits.size(), 1u);
    EXPECT_EQ(video.edits[0].first, 225'000u);
    EXPECT_EQ(video.edits[0].second, video.composition[0] + 90'000);
    const PlayedTrack audio = play(file, "soun");
    EXPECT_EQ(audio.edits[0].first, 225'000u);
    EXPECT_EQ(audio.edits[0].second, 48'000 - (2 * kFrameTicks - 1600));
}

TEST(VirtualMp4, several_configurations_are_several_sample_descriptions) {
    Recorder recorder;
    recorder.record({.seconds = 4});
    recorder.take(recorder.segmenter.begin_connection());
    recorder.segmenter.configure(video_config("second"));
    recorder.segmenter.configure(audio_config());
    recorder.feed(make_packets({.seconds = 4, .origin = 5s}));
    recorder.take(recorder.segmenter.end_connection());
    const auto mp4 = build(recorder);
    ASSERT_TRUE(mp4);
    const std::string file = read(recorder, *mp4, 0, mp4->size());
    const PlayedTrack video = play(file, "vide");
    ASSERT_EQ(video.payloads.size(), 240u);
    EXPECT_EQ(video.descriptions[119], 1u);
    EXPECT_EQ(video.descriptions[120], 2u);
    EXPECT_NE(file.find("avcCsecond"), std::string::npos);
    const PlayedTrack audio = play(file, "soun");
    EXPECT_EQ(audio.descriptions.back(), 1u);  // sound has not changed
    // The picture that was first in the second connection is shown where the first connection ended.
    EXPECT_EQ(video.composition[120] - video.edits[0].second,
              to_ticks(std::ranges::find(recorder.segments, true, [](const Segment& s) { return s.info.discontinuity; })
                           ->info.start(),
                       kVideoTimescale));
}

TEST(VirtualMp4, a_longer_reordering_delay_after_a_reconnect_moves_no_picture) {
    Recorder recorder;
    recorder.record({.seconds = 3, .audio = false, .b_frames = false});
    recorder.record({.seconds = 3, .audio = false, .b_frames = true});
    const auto mp4 = build(recorder);
    ASSERT_TRUE(mp4);
    const PlayedTrack video = play(read(recorder, *mp4, 0, mp4->size()), "vide");
    ASSERT_EQ(video.composition.size(), 180u);
    for (std::size_t i = 1; i < 180; ++i) EXPECT_GT(video.decode[i], video.decode[i - 1]);
    for (std::int64_t i = 0; i < 90; ++i) {
        const std::int64_t shown = 90 * kPictureTicks + picture(i, 0s).pts - picture(0, 0s).pts;
        EXPECT_EQ(video.composition[90 + i] - video.edits[0].second, shown);
    }
}

TEST(VirtualMp4, negative_composition_offsets_are_shifted_away) {
    Recorder recorder;
    recorder.connect({.audio = false});
    std::vector<Packet> packets = make_packets({.seconds = 3, .audio = false});
    for (Packet& packet : packets) packet.pts -= kPictureTicks;  // as a publisher that gives the key frame pts = dts
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    const auto mp4 = build(recorder);
    ASSERT_TRUE(mp4);
    const PlayedTrack video = play(read(recorder, *mp4, 0, mp4->size()), "vide");
    for (std::size_t i = 0; i < packets.size(); ++i) {
        EXPECT_EQ(video.composition[i] - video.edits[0].second, packets[i].pts - packets[0].pts);
    }
}

TEST(VirtualMp4, files_over_4_gib_have_64_bit_offsets) {
    const Init init{.tracks = {video_config()}};
    VirtualMp4Builder builder;
    builder.add(init);
    constexpr std::uint32_t kSampleSize = 1u << 30;
    for (std::uint64_t number = 0; number < 6; ++number) {
        const Segment segment{.info = {.number = number, .size = kSampleSize + 100},
                              .tracks = {{.decode_start = static_cast<std::int64_t>(number) * 90'000,
                                          .samples = {{.duration = 90'000, .size = kSampleSize, .key = true}},
                                          .chunks = {{.offset = 100, .sample_count = 1}}}}};
        ASSERT_TRUE(builder.add(segment));
    }
    const auto mp4 = builder.finish();
    ASSERT_TRUE(mp4);
    const std::uint64_t head = mp4->head().size();
    EXPECT_EQ(mp4->size(), head + 6 * std::uint64_t{kSampleSize});
    ByteReader mdat(as_bytes(mp4->head()).last(16));
    EXPECT_EQ(mdat.u32be(), 1u);
    mdat.skip(4);
    EXPECT_EQ(mdat.u64be(), mp4->size() - head + 16);
    std::vector<std::uint64_t> offsets;
    each_entry(box(mp4->head(), "co64"), 0, [&](ByteReader& in) { offsets.push_back(in.u64be()); });
    ASSERT_EQ(offsets.size(), 6u);
    EXPECT_EQ(offsets[5], head + 5 * std::uint64_t{kSampleSize});
    EXPECT_EQ(mp4->locate(offsets[5], 10), (std::vector<VirtualRange>{{.segment = 5, .offset = 100, .length = 10}}));
}

TEST(VirtualMp4, converts_a_track_whose_timescale_changes) {
    Init second{.number = 1, .tracks = {audio_config()}};
    second.tracks[0].timescale = 44'100;
    second.tracks[0].sample_rate = 44'100;
    VirtualMp4Builder builder;
    builder.add(Init{.number = 0, .tracks = {audio_config()}});
    builder.add(second);
    const auto one_second = [](std::uint64_t number, std::uint32_t timescale) {
        return Segment{.info = {.number = number, .init = static_cast<std::uint32_t>(number)},
                       .tracks = {{.kind = TrackKind::audio,
                                   .timescale = timescale,
                                   .decode_start = static_cast<std::int64_t>(number * timescale),
                                   .samples = {{.duration = timescale, .size = 5, .key = true}},
                                   .chunks = {{.offset = 8, .sample_count = 1}}}}};
    };
    ASSERT_TRUE(builder.add(one_second(0, 48'000)));
    ASSERT_TRUE(builder.add(one_second(1, 44'100)));
    const auto mp4 = builder.finish();
    ASSERT_TRUE(mp4);
    const PlayedTrack audio = play(mp4->head() + "twice five", "soun");
    EXPECT_EQ(audio.decode, (std::vector<std::int64_t>{0, 48'000}));
    EXPECT_EQ(audio.descriptions, (std::vector<std::uint32_t>{1, 2}));
    EXPECT_EQ(audio.edits[0].first, 180'000u);
}

TEST(VirtualMp4, says_what_is_missing) {
    EXPECT_EQ(VirtualMp4Builder().finish().error().code, Code::not_found);
    Recorder recorder;
    recorder.record({.seconds = 2});
    EXPECT_EQ(VirtualMp4Builder().add(recorder.segments[0]).error().code, Code::corrupt);
}

}  // namespace
}  // namespace spanreel::media::mp4
