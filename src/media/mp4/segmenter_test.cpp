// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/segmenter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "media/codec/avc.hpp"
#include "media/mp4/synthetic_stream.hpp"

namespace spanreel::media::mp4 {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::ElementsAre;

/// All samples of a track over all segments, as (dts, pts) on the media time line.
std::vector<std::pair<std::int64_t, std::int64_t>> times(const std::vector<Segment>& segments, TrackKind kind) {
    std::vector<std::pair<std::int64_t, std::int64_t>> out;
    for (const Segment& segment : segments) {
        const SampleTable* table = segment.find(kind);
        if (!table) continue;
        std::int64_t decode = table->decode_start;
        for (const Sample& sample : table->samples) {
            out.emplace_back(decode, decode + sample.composition_offset);
            decode += sample.duration;
        }
    }
    return out;
}

/// What every recording must keep: segments tile the time line, anchors never run backwards, payloads are in place.
void expect_consistent(const Recorder& recorder) {
    const Segment* before = nullptr;
    for (const Segment& segment : recorder.segments) {
        const std::string& file = recorder.files.at(segment.info.number);
        EXPECT_EQ(file.size(), segment.info.size);
        if (before) {
            EXPECT_EQ(segment.info.number, before->info.number + 1);
            EXPECT_EQ(segment.info.start(), before->info.end());
            EXPECT_GE(segment.info.anchor.wall, before->info.anchor.wall);
        }
        Nanos parts{};
        for (const Part& part : segment.parts) parts += part.duration;
        EXPECT_EQ(parts, segment.info.duration);
        for (const SampleTable& table : segment.tracks) {
            auto sample = table.samples.begin();
            for (const Chunk& chunk : table.chunks) {
                std::uint64_t offset = chunk.offset;
                for (std::uint32_t i = 0; i < chunk.sample_count; ++i, ++sample) {
                    const bool video = table.kind == TrackKind::video;
                    EXPECT_EQ(file.substr(offset, 5), video ? "pictu" : "sound");
                    offset += sample->size;
                }
            }
            EXPECT_EQ(sample, table.samples.end());
        }
        before = &segment;
    }
}

TEST(Segmenter, begins_segments_with_key_frames_and_keeps_all_times) {
    Recorder recorder;
    recorder.record({.seconds = 10});
    expect_consistent(recorder);
    ASSERT_EQ(recorder.segments.size(), 5u);
    for (const Segment& segment : recorder.segments) {
        EXPECT_TRUE(segment.info.independent);
        EXPECT_FALSE(segment.info.discontinuity);
        EXPECT_TRUE(segment.find(TrackKind::video)->samples.front().key);
        EXPECT_EQ(segment.info.start(), to_media_time(segment.find(TrackKind::video)->presentation_start(), 90'000));
    }
    EXPECT_EQ(recorder.segments[1].info.start(), to_media_time(kGroup * kPictureTicks, kVideoTimescale));

    const auto video = times(recorder.segments, TrackKind::video);
    ASSERT_EQ(video.size(), 300u);
    const Packet first = picture(0, 100s);
    for (std::int64_t i = 0; i < 300; ++i) {
        EXPECT_EQ(video[i].first, picture(i, 100s).dts - first.dts);  // key frames are decoded when they are shown
        EXPECT_EQ(video[i].second, picture(i, 100s).pts - first.pts);
    }
}

TEST(Segmenter, sound_keeps_its_place_beside_the_picture) {
    Recorder recorder;
    recorder.record({.seconds = 4});
    // The first picture is shown one picture time (33.3 ms) after its decode time, when 1.56 frames of sound are over.
    const auto audio = times(recorder.segments, TrackKind::audio);
    ASSERT_FALSE(audio.empty());
    EXPECT_EQ(audio.front().first, 2 * kFrameTicks - 1600);
    for (std::size_t i = 1; i < audio.size(); ++i) EXPECT_EQ(audio[i].first - audio[i - 1].first, kFrameTicks);
    EXPECT_EQ(recorder.segmenter.dropped_packets(), 2u);
}

TEST(Segmenter, writes_parts_as_they_close) {
    Recorder recorder;
    recorder.connect({});
    recorder.feed(make_packets({.seconds = 1.2}));
    ASSERT_EQ(recorder.parts.size(), 2u);  // on disk though the segment is still open
    EXPECT_TRUE(recorder.segments.empty());
    EXPECT_TRUE(recorder.parts[0].part.independent);
    EXPECT_FALSE(recorder.parts[1].part.independent);
    EXPECT_EQ(recorder.parts[0].part.duration, 500ms);
    EXPECT_EQ(recorder.parts[1].part.offset, recorder.parts[0].part.size);
    EXPECT_EQ(recorder.started.size(), 1u);
}

TEST(Segmenter, counts_sound_in_samples_when_timestamps_are_rounded) {
    Recorder recorder;
    recorder.connect({.video = false});
    std::vector<Packet> packets = make_packets({.seconds = 5, .video = false});
    for (Packet& packet : packets) {
        const std::int64_t ms = rescale(packet.dts, kRate, 1000);
        packet.dts = packet.pts = ms * (kRate / 1000);
    }
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    const auto audio = times(recorder.segments, TrackKind::audio);
    for (std::size_t i = 0; i < audio.size(); ++i) EXPECT_EQ(audio[i].first, static_cast<std::int64_t>(i) * 1024);
}

TEST(Segmenter, cuts_sound_alone_by_time) {
    Recorder recorder;
    recorder.record({.seconds = 9, .video = false});
    expect_consistent(recorder);
    ASSERT_EQ(recorder.segments.size(), 5u);
    EXPECT_TRUE(recorder.segments[1].info.independent);
    EXPECT_NEAR(static_cast<double>(recorder.segments[1].info.duration.count()), 2e9, 25e6);
}

TEST(Segmenter, records_pictures_alone) {
    Recorder recorder;
    recorder.record({.seconds = 4, .audio = false});
    expect_consistent(recorder);
    EXPECT_EQ(times(recorder.segments, TrackKind::video).size(), 120u);
    EXPECT_EQ(recorder.inits.front().tracks.size(), 1u);
}

TEST(Segmenter, does_not_wait_for_ever_for_a_track_that_was_not_announced) {
    Recorder recorder;
    recorder.connect({.audio = false});
    recorder.segmenter.announce(false, false);
    recorder.feed(make_packets({.seconds = 1.9, .audio = false}));
    EXPECT_TRUE(recorder.inits.empty());
    Recorder longer;
    longer.connect({.audio = false});
    longer.segmenter.announce(false, false);
    longer.feed(make_packets({.seconds = 3, .audio = false}));
    EXPECT_EQ(longer.inits.size(), 1u);
    EXPECT_EQ(longer.segmenter.dropped_packets(), 0u);
}

TEST(Segmenter, a_connection_shorter_than_the_wait_is_kept) {
    Recorder recorder;
    recorder.connect({.audio = false});
    recorder.segmenter.announce(true, true);
    recorder.feed(make_packets({.seconds = 1, .audio = false}));
    recorder.take(recorder.segmenter.end_connection());
    EXPECT_EQ(times(recorder.segments, TrackKind::video).size(), 30u);
}

TEST(Segmenter, a_late_track_joins_at_a_key_frame_with_a_new_init) {
    Recorder recorder;
    recorder.connect({.audio = false});
    recorder.segmenter.announce(true, false);
    std::vector<Packet> packets = make_packets({.seconds = 8});
    const std::int64_t late = to_ticks(103s, kRate);
    std::erase_if(packets, [&](const Packet& p) { return p.kind == TrackKind::audio && p.dts < late; });
    const auto first_sound = std::ranges::find(packets, TrackKind::audio, &Packet::kind);
    recorder.feed({packets.begin(), first_sound});
    recorder.segmenter.configure(audio_config());
    for (auto packet = first_sound; packet != packets.end(); ++packet) {
        recorder.take(recorder.segmenter.push(*packet, kEpoch));
    }
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    ASSERT_EQ(recorder.inits.size(), 2u);
    EXPECT_EQ(recorder.inits[1].tracks.size(), 2u);
    const Segment& joined = *std::ranges::find(recorder.segments, 1u, [](const Segment& s) { return s.info.init; });
    EXPECT_TRUE(joined.info.discontinuity);
    EXPECT_TRUE(joined.info.independent);
    // The relation of sound and picture is the publisher's: audio n is at n * 1024 samples, less the first pts.
    const auto audio = times(recorder.segments, TrackKind::audio);
    EXPECT_EQ((audio.front().first + 1600) % kFrameTicks, 0);
}

TEST(Segmenter, time_continues_after_a_reconnect) {
    Recorder recorder;
    recorder.record({.seconds = 4.5});
    recorder.record({.seconds = 4.5, .origin = 7s}, kEpoch + 60s);
    expect_consistent(recorder);
    EXPECT_EQ(recorder.inits.size(), 1u);  // same bytes, same init
    std::vector<bool> discontinuities;
    for (const Segment& segment : recorder.segments) discontinuities.push_back(segment.info.discontinuity);
    EXPECT_THAT(discontinuities, ElementsAre(false, false, false, true, false, false));
    const SegmentInfo& again = recorder.segments[3].info;
    EXPECT_EQ(again.anchor.publisher, to_media_time(picture(0, 7s).pts, kVideoTimescale));
    EXPECT_GT(again.anchor.wall - recorder.segments[2].info.anchor.wall, 50s);
}

TEST(Segmenter, another_configuration_makes_another_init) {
    Recorder recorder;
    recorder.record({.seconds = 3});
    recorder.take(recorder.segmenter.begin_connection());
    recorder.segmenter.configure(video_config("other bytes"));
    recorder.segmenter.configure(audio_config());
    recorder.feed(make_packets({.seconds = 3}));
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    ASSERT_EQ(recorder.inits.size(), 2u);
    EXPECT_EQ(recorder.inits[1].number, 1u);
    EXPECT_EQ(recorder.segments.back().info.init, 1u);
}

TEST(Segmenter, a_jump_of_the_publishers_clock_is_a_discontinuity) {
    for (const Nanos second_origin : {Nanos(5s), Nanos(5000s)}) {
        Recorder recorder;
        recorder.connect({});
        recorder.feed(make_packets({.seconds = 4}));
        recorder.feed(make_packets({.seconds = 4, .origin = second_origin}), kEpoch + 4s);
        recorder.take(recorder.segmenter.end_connection());
        expect_consistent(recorder);
        EXPECT_EQ(std::ranges::count_if(recorder.segments, [](const Segment& s) { return s.info.discontinuity; }), 1);
        EXPECT_EQ(recorder.inits.size(), 1u);
        EXPECT_LT(recorder.segmenter.end(), 8200ms);
        EXPECT_EQ(times(recorder.segments, TrackKind::video).size(), 240u);
    }
}

TEST(Segmenter, cuts_without_a_key_frame_at_the_limit_and_keeps_the_target) {
    Recorder recorder;
    recorder.connect({.audio = false});
    std::vector<Packet> packets = make_packets({.seconds = 30, .audio = false, .b_frames = false});
    for (std::size_t i = kGroup + 1; i < packets.size(); ++i) packets[i].key = false;
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    const auto target = recorder.segmenter.target_duration();
    EXPECT_EQ(target, 2s);  // of the first group
    for (const Segment& segment : recorder.segments) EXPECT_LT(segment.info.duration, target + 500ms);
    EXPECT_TRUE(recorder.segments[1].info.independent);
    EXPECT_FALSE(recorder.segments[2].info.independent);
}

TEST(Segmenter, long_groups_make_long_segments_up_to_the_limit) {
    Recorder recorder;
    recorder.connect({.audio = false});
    std::vector<Packet> packets = make_packets({.seconds = 22, .audio = false, .b_frames = false});
    for (std::size_t i = 0; i < packets.size(); ++i) packets[i].key = i % (kGroup * 4) == 0;
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    EXPECT_EQ(recorder.segmenter.target_duration(), 8s);
    EXPECT_TRUE(std::ranges::all_of(recorder.segments, [](const Segment& s) { return s.info.independent; }));
}

TEST(Segmenter, an_early_key_frame_ends_the_segment_when_the_next_would_be_too_late) {
    Recorder recorder;
    recorder.connect({.audio = false});
    std::vector<Packet> packets = make_packets({.seconds = 12, .audio = false, .b_frames = false});
    // A scene cut in every second group.
    for (std::size_t i = 0; i < packets.size(); ++i) packets[i].key = i % 60 == 0 || i % 120 == 40;
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    for (const Segment& segment : recorder.segments) EXPECT_TRUE(segment.info.independent);
    EXPECT_EQ(recorder.segmenter.target_duration(), 2s);
}

TEST(Segmenter, sound_that_stops_does_not_stop_the_pictures) {
    Recorder recorder;
    recorder.connect({});
    std::vector<Packet> packets = make_packets({.seconds = 10});
    const std::int64_t stop = to_ticks(103s, kRate);
    std::erase_if(packets, [&](const Packet& p) { return p.kind == TrackKind::audio && p.dts > stop; });
    recorder.feed(packets);
    EXPECT_GE(recorder.segments.size(), 4u);
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    EXPECT_EQ(times(recorder.segments, TrackKind::video).size(), 300u);
}

TEST(Segmenter, pictures_that_stop_do_not_stop_the_sound) {
    Recorder recorder;
    recorder.connect({});
    std::vector<Packet> packets = make_packets({.seconds = 10});
    const std::int64_t stop = to_ticks(103s, kVideoTimescale);
    std::erase_if(packets, [&](const Packet& p) { return p.kind == TrackKind::video && p.dts > stop; });
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    EXPECT_FALSE(recorder.segments.back().info.independent);
    EXPECT_GT(recorder.segmenter.end(), 9900ms);
}

TEST(Segmenter, continues_after_a_restart) {
    Recorder before;
    before.record({.seconds = 4});
    SegmenterResume resume{.next_segment = 2, .init = before.inits.back(), .last = before.segments.back().info};
    resume.longest_segment = before.segments.front().info.duration;
    Recorder after{.segmenter = Segmenter({}, resume)};
    after.record({.seconds = 4, .origin = 3s}, kEpoch + 20s);
    EXPECT_TRUE(after.inits.empty());
    EXPECT_EQ(after.segments.front().info.number, 2u);
    EXPECT_EQ(after.segments.front().info.start(), before.segments.back().info.end());
    EXPECT_TRUE(after.segments.front().info.discontinuity);
    EXPECT_EQ(after.segmenter.target_duration(), 2s);
}

TEST(Segmenter, segments_are_decoded_from_when_their_key_frame_is_shown) {
    Recorder recorder;
    recorder.connect({.audio = false});
    std::vector<Packet> packets = make_packets({.seconds = 9, .audio = false});
    for (Packet& packet : packets) {  // as a publisher that counts in milliseconds
        packet.dts = packet.dts / 90 * 90;
        packet.pts = (packet.pts + 89) / 90 * 90;
    }
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    ASSERT_EQ(recorder.segments.size(), 5u);
    std::int64_t before = 0;
    for (const Segment& segment : recorder.segments) {
        const SampleTable& table = *segment.find(TrackKind::video);
        EXPECT_EQ(table.decode_start, table.presentation_start());
        EXPECT_EQ(table.decode_start, before);
        before = table.decode_end();
    }
    const auto video = times(recorder.segments, TrackKind::video);
    for (std::size_t i = 0; i < video.size(); ++i) EXPECT_EQ(video[i].second, packets[i].pts - packets[0].pts);
}

TEST(Segmenter, key_frames_bring_their_parameter_sets) {
    const std::string avcc =
        from_hex("0142c01effe100196742c01ed900a02ff970110000030001000003003c0f162e4801000568cb83cb20").value();
    const std::string units = parameter_set_units(as_bytes(avcc)).value();
    const std::string unit = from_hex("000000026588").value();
    Recorder recorder;
    recorder.segmenter.configure(video_config(avcc));
    recorder.segmenter.announce(true, false);
    std::vector<Packet> packets = make_packets({.seconds = 5, .audio = false});
    for (Packet& packet : packets) packet.payload = unit;
    recorder.feed(packets);
    recorder.take(recorder.segmenter.end_connection());
    ASSERT_FALSE(recorder.segments.empty());
    for (const Segment& segment : recorder.segments) {
        const SampleTable& table = *segment.find(TrackKind::video);
        for (const Sample& sample : table.samples) {
            EXPECT_EQ(sample.size, unit.size() + (sample.key ? units.size() : 0));
        }
        const std::string first = recorder.files.at(segment.info.number).substr(table.chunks[0].offset);
        EXPECT_TRUE(first.starts_with(units + unit));
    }
}

TEST(Segmenter, drops_what_cannot_be_a_packet) {
    Recorder recorder{.segmenter = Segmenter({.packet_bytes = 1000})};
    recorder.connect({.audio = false});
    const Packet good = picture(0, 100s);
    Packet empty = good;
    empty.payload.clear();
    Packet large = good;
    large.payload.resize(1001);
    Packet far = good;
    far.pts = far.dts + 11 * 90'000;
    Packet endless = good;
    endless.dts = endless.pts = std::numeric_limits<std::int64_t>::max();
    for (const Packet& packet : {empty, large, far, endless, sound(0, 100s)}) {
        EXPECT_TRUE(recorder.segmenter.push(packet, kEpoch).empty());
    }
    EXPECT_EQ(recorder.segmenter.dropped_packets(), 5u);
}

TEST(Segmenter, standing_timestamps_do_not_fill_the_memory) {
    Recorder recorder{.segmenter = Segmenter({.part_bytes = 10'000, .segment_bytes = 50'000, .queue_bytes = 5'000})};
    recorder.connect({.audio = false});
    Packet packet = picture(0, 100s);
    packet.payload.assign(1000, 'x');
    for (int i = 0; i < 200; ++i) recorder.take(recorder.segmenter.push(packet, kEpoch));
    for (const PartClosed& part : recorder.parts) EXPECT_LT(part.part.size, 13'000u);
    EXPECT_GE(recorder.segments.size(), 3u);
    for (const Segment& segment : recorder.segments) EXPECT_LT(segment.info.size, 60'000u);
}

TEST(Segmenter, anchors_follow_arrivals_and_never_run_backwards) {
    Recorder recorder;
    recorder.connect({});
    for (const Packet& packet : make_packets({.seconds = 20})) {
        const std::uint32_t timescale = packet.kind == TrackKind::video ? kVideoTimescale : kRate;
        const Nanos media = to_media_time(packet.dts, timescale) - 100s;
        const Nanos delay = std::chrono::milliseconds(packet.payload.size() * 37 % 180);
        recorder.take(recorder.segmenter.push(packet, kEpoch + media + delay));
    }
    recorder.take(recorder.segmenter.end_connection());
    expect_consistent(recorder);
    // A reference picture is sent 66.7 ms of media time ahead of its pts, which makes it the earliest arrival.
    const Nanos expected = recorder.segments.front().info.anchor.wall - kEpoch;
    for (const Segment& segment : recorder.segments) {
        EXPECT_LT(abs((segment.info.anchor.wall - kEpoch) - segment.info.start() - expected), 60ms);
    }
}

}  // namespace
}  // namespace spanreel::media::mp4
